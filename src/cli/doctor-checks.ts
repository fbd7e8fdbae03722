import { accessSync, constants, existsSync, statfsSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { Fault } from '../core/fault.ts';
import { formatDollars } from '../core/money.ts';
import { seconds } from '../core/time.ts';
import { DriftSentinel } from '../kalshi/drift.ts';
import { type Environment, localEnvironment } from '../kalshi/environment.ts';
import { MarketReads } from '../kalshi/market-reads.ts';
import { PortfolioReads } from '../kalshi/portfolio-reads.ts';
import { KalshiRest } from '../kalshi/rest.ts';
import type { Signer } from '../kalshi/signer.ts';
import { type KalshiSettings, kalshiSettings, signerFrom } from './kalshi-settings.ts';
import { SYSTEM_CLOCK } from './system-clock.ts';

/** One line of the doctor. `not-checked` depends on a check that failed, or on credentials that are not set. */
export interface Finding {
  readonly check: string;
  readonly state: 'ok' | 'failed' | 'not-checked';
  readonly said: string;
  /** What to do, where it is not ok. */
  readonly next: string;
}

/** Less room than this is told; in bytes. A day of a few hundred recorded markets takes about a tenth. */
const LEAST_ROOM = 1024 ** 3;

/** More than this between our clock and the server's is told: the exchange refuses signatures somewhere above 5 s. In ms. */
const LARGEST_OFFSET = 3_000;

/** What a doctor is asked about, beside this machine and the account. */
export interface Examined {
  readonly url: string | undefined;
  /** Series and markets that are to be there. */
  readonly series: readonly string[];
  readonly markets: readonly string[];
}

/** Checks this machine, the credentials, the exchange and what is asked about, each as far as what came before allows. */
export async function examine(dataFolder: string, asked: Examined, signal: AbortSignal): Promise<Finding[]> {
  const { url } = asked;
  const findings = [nodeVersion(process.versions.node), dataFolderFinding(dataFolder), diskSpace(dataFolder)];
  const configured = attempt('settings', () => kalshiSettings());
  if ('finding' in configured) return [...findings, configured.finding];
  const settings = configured.value;
  const account = credentials(settings);
  findings.push(account.finding);
  const place = attempt('environment', () => (url === undefined ? settings.environment : localEnvironment(url)));
  if ('finding' in place) return [...findings, place.finding];
  return [...findings, ...(await examineExchange(place.value, account.signer, asked, signal))];
}

async function examineExchange(
  environment: Environment,
  signer: Signer | null,
  asked: Examined,
  signal: AbortSignal,
): Promise<Finding[]> {
  const rest = new KalshiRest({
    environment,
    signer,
    clock: SYSTEM_CLOCK,
    random: Math.random,
    timeout: seconds(5),
    attempts: 2,
  });
  const drift = new DriftSentinel();
  try {
    const reached = await reach(rest, environment, signal);
    if (reached[0]!.state !== 'ok') {
      const unreached = (check: string) => notChecked(check, 'the exchange was not reached', reached[0]!.next);
      return [...reached, unreached('signature'), unreached('exchange')];
    }
    return [
      ...reached,
      await signature(rest, drift, signer, environment, signal),
      await exchangeState(rest, drift, signal),
      ...(await tickers(new MarketReads(rest, drift), asked, signal)),
    ];
  } finally {
    await rest.close();
  }
}

async function reach(rest: KalshiRest, environment: Environment, signal: AbortSignal): Promise<Finding[]> {
  const where = `${environment.name}, ${environment.rest}`;
  try {
    const sent = SYSTEM_CLOCK.now() / 1_000;
    const date = await rest.serverDate(signal);
    return [ok('host', where), clockOffset(date, sent, SYSTEM_CLOCK.now() / 1_000)];
  } catch (error) {
    const failure = failed('host', error);
    return [
      { ...failure, said: `${where}: ${failure.said}` },
      notChecked('clock', 'the exchange was not reached', failure.next),
    ];
  }
}

/** Compares our clock with a `Date` header, which is cut to the second: what lies within is no offset. Times in ms. */
export function clockOffset(date: string | null, sent: number, received: number): Finding {
  const server = date === null ? Number.NaN : Date.parse(date);
  if (Number.isNaN(server)) return notChecked('clock', 'the server gave no time', 'Check the clock by other means.');
  const offset = sent > server + 1_000 ? sent - server - 1_000 : received < server ? received - server : 0;
  const said = offset === 0 ? 'agrees with the server to the second' : `${Math.round(offset)} ms off the server's`;
  if (Math.abs(offset) <= LARGEST_OFFSET) return ok('clock', said);
  return {
    check: 'clock',
    state: 'failed',
    said,
    next: 'Set the clock by NTP: a signature of a wrong time is refused.',
  };
}

async function signature(
  rest: KalshiRest,
  drift: DriftSentinel,
  signer: Signer | null,
  environment: Environment,
  signal: AbortSignal,
): Promise<Finding> {
  if (signer === null) return notChecked('signature', 'there are no usable credentials', 'Set them; see .env.example.');
  try {
    const { cash } = await new PortfolioReads(rest, drift).balance({}, signal);
    return ok('signature', `accepted; cash ${formatDollars(cash)}`);
  } catch (error) {
    const finding = failed('signature', error);
    return { ...finding, next: nextOfRefusal(finding.said, environment) ?? finding.next };
  }
}

/** What to do about a signature that was refused, by the exchange's own word; null where it has none that is known. */
function nextOfRefusal(said: string, { name }: Environment): string | null {
  const other = name === 'production' ? 'demo' : 'production';
  if (said.includes('header_timestamp_expired'))
    return 'Set the clock by NTP: the exchange refuses a time that is 5 s off.';
  if (said.includes('INCORRECT_API_KEY_SIGNATURE'))
    return 'The key file is not that of KALSHI_API_KEY: name the file you got with it.';
  if (!said.includes('NOT_FOUND')) return null;
  return `No such key on ${name}: keys belong to one environment. Set KALSHI_ENVIRONMENT=${other}, or make a key on ${name}.`;
}

/** Whether the series and markets that were named are there. */
async function tickers(reads: MarketReads, { series, markets }: Examined, signal: AbortSignal): Promise<Finding[]> {
  const findings: Finding[] = [];
  const check = async (what: string, ticker: string, read: () => Promise<string>): Promise<void> => {
    try {
      findings.push(ok(what, `${ticker}: ${await read()}`));
    } catch (error) {
      const finding = failed(what, error);
      const unknown = finding.said.includes('404');
      const next = `Look it up on the exchange's site: a ticker is in capital letters, and a series has no day (KXHIGHCHI).`;
      findings.push(unknown ? { ...finding, said: `${ticker} is not there`, next } : finding);
    }
  };
  for (const ticker of series) {
    await check('series', ticker, async () => String((await reads.series(ticker, signal)).title));
  }
  for (const ticker of markets) {
    await check('market', ticker, async () => (await reads.market(ticker, signal)).status ?? 'of an unknown status');
  }
  return findings;
}

async function exchangeState(rest: KalshiRest, drift: DriftSentinel, signal: AbortSignal): Promise<Finding> {
  try {
    const { exchangeActive, tradingActive } = await new MarketReads(rest, drift).status(signal);
    if (exchangeActive && tradingActive) return ok('exchange', 'active, trading');
    const said = exchangeActive ? 'active, trading paused' : 'not active';
    return { check: 'exchange', state: 'failed', said, next: 'Wait: Thursday 3 to 5 AM Eastern is maintenance.' };
  } catch (error) {
    return failed('exchange', error);
  }
}

/** The least version is that of `engines` in package.json. */
export function nodeVersion(version: string): Finding {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  if (major > 20 || (major === 20 && minor >= 19)) return ok('node', version);
  return { check: 'node', state: 'failed', said: `${version} is too old`, next: 'Install Node 20.19 or newer.' };
}

function dataFolderFinding(folder: string): Finding {
  const place = nearest(folder);
  try {
    accessSync(place, constants.W_OK | constants.R_OK | constants.X_OK);
    return ok('data folder', existsSync(folder) ? folder : `${folder} (made when something is written)`);
  } catch {
    const next = 'Correct its permissions, or name another with --data.';
    return { check: 'data folder', state: 'failed', said: `${place} may not be written to`, next };
  }
}

function diskSpace(folder: string): Finding {
  const { bavail, bsize } = statfsSync(nearest(folder));
  const free = bavail * bsize;
  const said = `${(free / 1024 ** 3).toFixed(1)} GiB free`;
  if (free >= LEAST_ROOM) return ok('disk', said);
  return { check: 'disk', state: 'failed', said, next: 'Make room, or give --data a folder elsewhere.' };
}

/** The folder itself, or the nearest one above that is there. */
function nearest(folder: string): string {
  let place = resolve(folder);
  while (!existsSync(place) && dirname(place) !== place) place = dirname(place);
  return place;
}

function credentials(settings: KalshiSettings): { finding: Finding; signer: Signer | null } {
  if (settings.keyId === null && settings.keyFile === null) {
    const next = 'For orders and the feed set KALSHI_API_KEY and KALSHI_API_SECRET; see .env.example.';
    return { finding: notChecked('credentials', 'none are set: only public data can be read', next), signer: null };
  }
  try {
    const { signer, keyType } = signerFrom(settings);
    return { finding: ok('credentials', `the ${keyType} key of ${settings.keyFile} can be used`), signer };
  } catch (error) {
    return { finding: failed('credentials', error), signer: null };
  }
}

function attempt<Value>(check: string, make: () => Value): { value: Value } | { finding: Finding } {
  try {
    return { value: make() };
  } catch (error) {
    return { finding: failed(check, error) };
  }
}

function ok(check: string, said: string): Finding {
  return { check, state: 'ok', said, next: '' };
}

function notChecked(check: string, said: string, next: string): Finding {
  return { check, state: 'not-checked', said, next };
}

/** Only a Fault is a finding; anything else is a mistake of ours and goes on. */
function failed(check: string, error: unknown): Finding {
  if (!(error instanceof Fault) || error.code === 'interrupted') throw error;
  return { check, state: 'failed', said: error.message, next: error.next };
}
