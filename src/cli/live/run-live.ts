import { Fault } from '../../core/fault.ts';
import { type Duration, HOUR } from '../../core/time.ts';
import { DriftSentinel } from '../../kalshi/drift.ts';
import { MarketReads } from '../../kalshi/market-reads.ts';
import { OrderWrites } from '../../kalshi/order-writes.ts';
import { PortfolioReads } from '../../kalshi/portfolio-reads.ts';
import { checkMonitorPort } from '../../live/monitor/monitor-server.ts';
import type { SessionFacts } from '../../live/session-facts.ts';
import { findSession, SessionFolder, sessionIds, takeLease } from '../../live/session-folder.ts';
import { cityNamed, cityOfSeries } from '../../weather/cities.ts';
import { type LoadedStrategy, loadStrategy } from '../load-strategy.ts';
import type { Session } from '../session.ts';
import { checkAccount } from './check-account.ts';
import { confirmProduction, lossCapOf } from './confirm-production.ts';
import { judgeSession } from './judge-session.ts';
import { type LiveConfig, NO_CONFIG, readLiveConfig } from './live-config.ts';
import type { LiveFlags } from './live-flags.ts';
import { LiveRun } from './live-run.ts';
import { type Place, placeOf } from './place.ts';
import { limitsIn, newFacts, paramsOf } from './session-facts-of.ts';
import { type SessionSummary, sessionText } from './session-summary.ts';

/** Runs `tapedeck live`: one life of a session, then its tape and its parity. */
export async function runLive(flags: LiveFlags, session: Session): Promise<void> {
  const series = seriesOf(flags);
  const cities = [...new Set(series.flatMap((each) => cityOfSeries(each) ?? []))];
  const lasts = lastsOf(flags);
  checkPort(flags.monitor);
  await checkMonitorPort(flags.monitor);
  const strategy = await loadStrategy(flags.strategy);
  const config = flags.config === undefined ? NO_CONFIG : readLiveConfig(flags.config);
  const names = cities.map(({ name }) => name);
  const params = paramsOf(flags, strategy, names, config.params);
  limitsIn(flags, config);
  if (flags.production && !flags.paper) await confirmProduction(flags);
  const place = await placeOf(flags, cities);
  try {
    session.note(place.banner);
    const giveBack = takeLease(session.dataFolder, leaseOf(place));
    let summary: SessionSummary;
    try {
      const { folder, facts } = await openFolder(flags, place, strategy, params, series, config, session);
      session.note(`session ${facts.id}: ${facts.strategy.label} on ${facts.series.join(', ')}`);
      summary = await new LiveRun({
        place,
        strategy,
        folder,
        facts,
        lasts,
        config,
        cap: lossCapOf(flags),
        settings: (changed) => ({
          params: paramsOf(flags, strategy, names, changed.params),
          limits: limitsIn(flags, changed),
        }),
        configFile: flags.config ?? null,
        monitor: flags.monitor,
        session,
      }).run();
    } finally {
      giveBack();
    }
    await tell(summary, session);
  } finally {
    await place.rest.close();
    await place.close();
  }
}

/** The folder of the session that was killed and is taken up again, or of a new one. */
async function openFolder(
  flags: LiveFlags,
  place: Place,
  strategy: LoadedStrategy,
  params: SessionFacts['params'],
  series: readonly string[],
  config: LiveConfig,
  session: Session,
): Promise<{ readonly folder: SessionFolder; readonly facts: SessionFacts }> {
  const { rest } = place;
  const drift = new DriftSentinel();
  const portfolio = new PortfolioReads(rest, drift);
  const writes = new OrderWrites(rest, drift);
  await portfolio.meter();
  const unfinished = place.paper ? null : unfinishedSession(session.dataFolder, place.environment);
  if (unfinished !== null) {
    const { facts } = unfinished;
    const what =
      facts.strategy.found !== strategy.found
        ? `it ran "${facts.strategy.found}"`
        : facts.strategy.hash !== strategy.hash
          ? 'its code has changed since'
          : facts.speed !== place.speed
            ? `its exchange ran at --speed ${facts.speed}`
            : null;
    if (what !== null) {
      throw new Fault('run-changed', `session ${facts.id} was killed and is to be taken up again, but ${what}`, {
        next: 'Start it as it was started, or end it with "npx tapedeck cleanup" and begin a new one.',
      });
    }
    await checkAccount(portfolio, writes, facts.prefix, flags['cancel-leftovers']);
    session.note(`taking up session ${facts.id}, which was killed; its own parameters and limits count`);
    return { folder: unfinished, facts };
  }
  const cancelled = place.paper ? 0 : await checkAccount(portfolio, writes, null, flags['cancel-leftovers']);
  if (cancelled > 0) session.note(`${cancelled} orders rested and were cancelled`);
  const reads = { portfolio, markets: new MarketReads(rest, drift) };
  const facts = await newFacts(flags, place, strategy, params, series, config, reads);
  return { folder: SessionFolder.create(session.dataFolder, facts), facts };
}

/** One session in an environment at a time, and one on paper beside it. */
function leaseOf({ environment, paper }: Place): string {
  return paper ? `${environment.name}-paper` : environment.name;
}

/** A session at that very exchange that runs by its word, though its process does not. */
function unfinishedSession(dataFolder: string, { name, rest }: Place['environment']): SessionFolder | null {
  for (const id of sessionIds(dataFolder).reverse()) {
    const folder = findSession(dataFolder, id);
    const { status, facts, killed } = folder;
    const unfinished = status?.state === 'running' && !status.passing && killed === null;
    if (unfinished && facts.environment === name && facts.rest === rest) return folder;
  }
  return null;
}

function seriesOf({ city, series }: LiveFlags): string[] {
  const names = (text: string | undefined): string[] => (text ?? '').split(',').filter((part) => part !== '');
  const wanted = [...names(series), ...names(city).map((name) => cityNamed(name).series)];
  if (wanted.length === 0) {
    throw new Fault('usage', 'nothing to trade is named', { next: 'Say --city chicago, or --series KXHIGHCHI.' });
  }
  return [...new Set(wanted)];
}

function lastsOf({ hours }: LiveFlags): Duration | null {
  if (hours === undefined) return null;
  if (hours > 0 && hours <= 10_000) return Math.round(hours * HOUR) as Duration;
  throw new Fault('usage', `--hours ${hours} is no time`, { next: 'Give hours of market time: --hours 12.' });
}

function checkPort(port: number): void {
  if (Number.isInteger(port) && port >= 0 && port <= 65_535) return;
  throw new Fault('usage', `--monitor ${port} is not 0 to 65535`, { next: 'Say 0 for any port that is free.' });
}

/** Prints what a session came to, then its parity and its tape. Throws a Fault (`session-halted`, `parity-broken`) where it did not end as it should. */
async function tell(summary: SessionSummary, session: Session): Promise<void> {
  // Said before it is judged: whatever fails there, what the session came to is known.
  if (!session.json) session.print(`${sessionText(summary)}\n`);
  const { text, ...judged } = await judgeSession(summary.id, session);
  session.print(session.json ? JSON.stringify({ type: 'summary', ...summary, ...judged }) : text);
  if (summary.amiss !== null) {
    throw new Fault('session-halted', `the session did not end clean: ${summary.amiss}`, {
      next: 'Look at the account; "npx tapedeck cleanup" cancels what rests.',
    });
  }
  if (judged.difference !== null) {
    throw new Fault('parity-broken', `the session cannot be replayed: ${judged.difference}`, {
      next: `Look at it with "npx tapedeck parity ${summary.id}".`,
    });
  }
  if (summary.halted !== null) {
    throw new Fault('session-halted', `the session was halted: ${summary.halted}`, {
      next: 'Find out why before the next one begins.',
    });
  }
}
