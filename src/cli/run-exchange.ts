import { once } from 'node:events';
import { FAULT_EXIT, Fault } from '../core/fault.ts';
import { dollars } from '../core/money.ts';
import { DAY, formatDate, formatTime, milliseconds, parseTime, type Time } from '../core/time.ts';
import { TIER_NAMES, type Tier } from '../exchange/buckets.ts';
import { drawnFaults, FAULT_NAMES } from '../exchange/drawn-faults.ts';
import { Exchange } from '../exchange/exchange.ts';
import { type FaultPlan, NO_FAULTS } from '../exchange/fault-plan.ts';
import { scriptedFaults } from '../exchange/scripted-faults.ts';
import { type RunningServer, startServer } from '../exchange/server.ts';
import { systemClock, WorldClock } from '../exchange/world-clock.ts';
import { LIFECYCLE_CONFIG, MEASURED_CONFIG, type SyntheticConfig } from '../sim/synthetic/config.ts';
import type { ExchangeFlags } from './exchange-flags.ts';
import { createKey, type KeyFile, keyText, readKeys } from './exchange-keys.ts';
import { readJson } from './import-source.ts';
import type { Session } from './session.ts';
import { syntheticCities } from './synthetic-cities.ts';
import { tapedWorld } from './taped-world.ts';

/** Runs `tapedeck exchange` until it is interrupted. */
export async function runExchange(flags: ExchangeFlags, session: Session): Promise<void> {
  checkFlags(flags);
  const { world, start, about } = await worldOf(flags, session);
  const exchange = new Exchange(world);
  if (readKeys(session.dataFolder).length === 0) createKey(session.dataFolder, { name: 'default', type: 'rsa' });
  const files = readKeys(session.dataFolder);
  const keys = files.map(({ keyId, name, publicKey }) => {
    return { id: keyId, name, publicKey, account: exchange.openAccount(dollars(flags.cash)) };
  });
  exchange.advance(start);
  const clock = new WorldClock(systemClock, start, flags.speed);
  const tier = flags.tier as Tier;
  const server = await listen(flags.port, () =>
    startServer({
      exchange,
      keys,
      clock,
      wall: systemClock,
      tier,
      port: flags.port,
      faults: faultsOf(flags),
      readLag: milliseconds(flags['read-lag']),
    }),
  );
  session.print(session.json ? told(server, flags, start, files) : banner(server, flags, start, files, about));
  if (!session.signal.aborted) await once(session.signal, 'abort');
  await server.close();
  session.note('stopped; the world and every account in it are gone');
  process.exitCode = FAULT_EXIT.interrupted;
}

/** The generator's world, or a tape's; and what a person is to know of it. */
async function worldOf(flags: ExchangeFlags, session: Session) {
  if (flags.tape === undefined) {
    const start = startOf(flags.start);
    const about =
      'SYNTHETIC exchange: a program makes its markets and its money. Nothing on it is about a real market.';
    return { world: configOf(flags, start), start, about };
  }
  const { world, start, synthetic } = await tapedWorld(flags.tape, session.dataFolder, flags.start, flags.seed);
  const kind = synthetic ? 'a SYNTHETIC' : 'the recorded';
  const about = `It plays ${kind} tape ${flags.tape} again. Accounts and money are made up, and nobody reacts to what they do.`;
  return { world, start, about };
}

async function listen(port: number, start: () => Promise<RunningServer>): Promise<RunningServer> {
  try {
    return await start();
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code !== 'EADDRINUSE' && code !== 'EACCES') throw error;
    const why = code === 'EACCES' ? 'may not be used' : 'is taken';
    throw new Fault('usage', `port ${port} ${why}`, { next: 'Choose another --port, or 0 for any that is free.' });
  }
}

function checkFlags({ port, speed, tier, cash, 'read-lag': lag }: ExchangeFlags): void {
  const refuseUnless = (holds: boolean, flag: string, what: string): void => {
    if (!holds) throw new Fault('usage', `--${flag} ${what}`, { next: 'See "npx tapedeck exchange --help".' });
  };
  refuseUnless(Number.isInteger(port) && port >= 0 && port <= 65_535, 'port', `${port} is not 0 to 65535`);
  refuseUnless(speed > 0 && speed <= 10_000, 'speed', `${speed} is not above 0 and at most 10000`);
  refuseUnless(lag >= 0 && lag <= 60_000, 'read-lag', `${lag} is not 0 to 60000 ms`);
  refuseUnless(cash >= 0 && cash <= 1_000_000_000, 'cash', `${cash} is not 0 to a billion dollars`);
  refuseUnless((TIER_NAMES as string[]).includes(tier), 'tier', `"${tier}" is none of ${TIER_NAMES.join(', ')}`);
}

function startOf(text: string): Time {
  if (text === 'now') return systemClock.now();
  try {
    return parseTime(text);
  } catch (error) {
    throw new Fault('usage', `--start ${(error as Error).message}`, {
      next: 'Say "now", or a time such as "2030-01-05T15:00:00Z".',
    });
  }
}

/** "lostAnswers=0.05,droppedFrames=0.001" as a plan. */
function faultsOf({ faults, seed, 'faults-file': file }: ExchangeFlags): FaultPlan {
  if (file !== undefined) return scriptedFaults(readJson(file), seed);
  if (faults === undefined) return NO_FAULTS;
  const shares = faults.split(',').map((part) => {
    const [name = '', share = ''] = part.split('=');
    const known = (FAULT_NAMES as readonly string[]).includes(name);
    if (!known || !/^(0(\.\d+)?|1)$/.test(share)) {
      const next = `Give shares of 0 to 1, as in "lostAnswers=0.05". There are: ${FAULT_NAMES.join(', ')}.`;
      throw new Fault('usage', `--faults ${part} is not a fault and its share`, { next });
    }
    return [name, Number(share)] as const;
  });
  return drawnFaults(Object.fromEntries(shares), seed);
}

/** Events from the day before the start on, so that some trade already. */
function configOf(flags: ExchangeFlags, start: Time): SyntheticConfig {
  const firstDay = formatDate((start - DAY) as Time);
  return {
    ...MEASURED_CONFIG,
    seed: flags.seed,
    cities: syntheticCities(flags, firstDay, 2),
    firstDay,
    days: flags.days,
    activity: flags.activity,
    lifecycle: flags.lifecycle ? LIFECYCLE_CONFIG.lifecycle : MEASURED_CONFIG.lifecycle,
  };
}

function told(server: RunningServer, flags: ExchangeFlags, start: Time, files: readonly KeyFile[]): string {
  return JSON.stringify({
    synthetic: true,
    tape: flags.tape ?? null,
    rest_url: server.restUrl,
    ws_url: server.socketUrl,
    weather_url: server.weatherUrl,
    port: server.port,
    seed: flags.seed,
    speed: flags.speed,
    market_time: formatTime(start),
    keys: files.map(({ name, keyId, type, privateKeyFile }) => ({
      account: name,
      key_id: keyId,
      type,
      private_key_file: privateKeyFile,
    })),
  });
}

function banner(
  server: RunningServer,
  flags: ExchangeFlags,
  start: Time,
  files: readonly KeyFile[],
  about: string,
): string {
  const pace = flags.speed === 1 ? 'as fast as the clock on the wall' : `${flags.speed} times as fast`;
  return [
    about,
    '',
    `REST         ${server.restUrl}`,
    `WebSocket    ${server.socketUrl}`,
    `weather      ${server.weatherUrl}`,
    `market time  ${formatTime(start)}, ${pace}`,
    `seed         ${flags.seed}`,
    ...files.flatMap((file) => ['', keyText(file)]),
    '',
    'It listens on 127.0.0.1 only. Point a client at these addresses and sign with a key above; Ctrl-C ends it.',
  ].join('\n');
}
