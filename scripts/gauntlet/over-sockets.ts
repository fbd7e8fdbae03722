import { setTimeout as wait } from 'node:timers/promises';
import { sessionClock } from '../../src/cli/system-clock.ts';
import type { Clock } from '../../src/core/clock.ts';
import { dollars } from '../../src/core/money.ts';
import { Random } from '../../src/core/random.ts';
import { type Duration, formatDate, HOUR, SECOND, type Time } from '../../src/core/time.ts';
import { drawnFaults } from '../../src/exchange/drawn-faults.ts';
import { Exchange } from '../../src/exchange/exchange.ts';
import { type FaultPlan, NO_FAULTS } from '../../src/exchange/fault-plan.ts';
import { generateKeys } from '../../src/exchange/keys.ts';
import { startServer } from '../../src/exchange/server.ts';
import { WorldClock } from '../../src/exchange/world-clock.ts';
import { localEnvironment } from '../../src/kalshi/environment.ts';
import { FeedSocket } from '../../src/kalshi/feed-socket.ts';
import { KalshiRest } from '../../src/kalshi/rest.ts';
import { signerOf } from '../../src/kalshi/signer.ts';
import { wrongAccount, wrongBooks } from './check.ts';
import { Monkey } from './monkey.ts';
import type { Outcome, Plant } from './outcome.ts';
import { Trader } from './trader.ts';
import { worldOf } from './world.ts';

const CASH = dollars(10_000);
const TRADING_MS = 8_000;
/** Half a minute until a lost request can surely no longer arrive, and time for its answer. */
const SETTLING_MS = 90_000;
/** What was sent is read within so much. */
const READING_MS = 5_000;
/** Longer than a connection may be dead until it is given up, and all books asked for anew. */
const RECONNECTING_MS = 60_000;

/** Runs so many seeds over real sockets on loopback, in real time and all at once: each waits for most of its life. */
export async function overSockets(count: number, plant?: Plant): Promise<Outcome[]> {
  const outcomes: Outcome[] = [];
  for (let from = 0; from < count; from += 10) {
    const seeds = Array.from({ length: Math.min(10, count - from) }, (_, at) => `socket ${from + at}`);
    outcomes.push(...(await Promise.all(seeds.map((seed) => overSocket(seed, plant)))));
    console.error(`${outcomes.length} of ${count} seeds over sockets`);
  }
  return outcomes;
}

async function overSocket(seed: string, plant?: Plant): Promise<Outcome> {
  const clock = sessionClock();
  const world = worldOf(seed);
  const start = clock.now();
  // The day whose markets are open now: they open at 14:00 UTC of the day before it.
  const exchange = new Exchange({ ...world.config, firstDay: formatDate((start + 10 * HOUR) as Time) });
  const account = exchange.openAccount(CASH);
  exchange.advance(start);
  const pair = generateKeys('rsa');
  let faults: FaultPlan = NO_FAULTS;
  const running = new WorldClock(clock, start, 1);
  let frozen: Time | null = null;
  const server = await startServer({
    exchange,
    keys: [{ id: 'key-1', name: 'gauntlet', publicKey: pair.publicKey, account }],
    clock: { now: () => frozen ?? running.now() },
    wall: clock,
    tier: 'prestige',
    port: 0,
    readLag: world.readLag,
    faults: { request: (method, path) => faults.request(method, path), frame: (type) => faults.frame(type) },
  });
  const signer = signerOf('key-1', pair.privatePem);
  const environment = localEnvironment(`http://127.0.0.1:${server.port}`);
  const jitter = new Random(`${seed} retries`);
  const timeout = SECOND as Duration;
  const rest = new KalshiRest({ environment, signer, clock, random: () => jitter.uniform(), timeout });
  const strategy = new Monkey(SECOND / 20);
  const { series } = exchange.world.markets[0]!.market;
  const { fees } = exchange.world;
  const trader = await Trader.open({
    rest,
    clock,
    seed,
    cash: CASH,
    fees,
    strategy,
    series,
    ...plant?.(pair.privatePem),
  });
  const socket = new FeedSocket({
    ...trader.feedOptions,
    url: environment.socket,
    headers: (method, path) => ({ ...signer.headers(method, path, Math.floor(clock.now() / 1_000)) }),
    clock: { now: () => clock.now(), monotonic: () => clock.now(), ahead: 0 },
    tap: () => {},
    connection: 1,
  });
  trader.hears(socket.machine);
  const drawn = drawnFaults(world.shares, seed);
  faults = drawn;
  await wait(TRADING_MS);
  faults = NO_FAULTS;
  strategy.rest();
  await settle(trader, clock);
  // In a world that stands still both must come to the same, however late a frame is read.
  frozen = running.now();
  const found = [
    ...(await agreed(READING_MS, () => wrongAccount(trader, exchange, account, [pair.privatePem]))),
    ...(await agreed(RECONNECTING_MS, () => wrongBooks(trader, exchange))),
  ];
  await trader.stop();
  socket.stop();
  await rest.close();
  await server.close();
  return {
    seed,
    stage: 'sockets',
    broken: found,
    digest: trader.journal.digest,
    faults: drawn.counts,
    paths: { ...trader.execution.desk.counts },
    orders: account.orders.length,
    fills: account.fills.length,
    settled: account.settlements.length,
    lines: [...trader.log, ...trader.journal.lines],
  };
}

/** Until nothing is in doubt or on its way, and a sweep has passed since. */
async function settle(trader: Trader, clock: Clock): Promise<void> {
  const until = performance.now() + SETTLING_MS;
  while (performance.now() < until && !isQuiet(trader, clock.now())) await wait(500);
  await wait(17_000);
}

/** What is broken still after so long. */
async function agreed(milliseconds: number, look: () => string[]): Promise<string[]> {
  const until = performance.now() + milliseconds;
  while (performance.now() < until && look().length > 0) await wait(500);
  return look();
}

function isQuiet({ execution, engine }: Trader, now: Time): boolean {
  const needs = execution.desk.needs(now);
  const open = engine.orders.list().every((own) => own.state.status === 'resting');
  return open && needs.tickers.length === 0 && needs.orderIds.length === 0;
}
