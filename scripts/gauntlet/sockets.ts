import { setTimeout as wait } from 'node:timers/promises';
import { sessionClock } from '../../src/cli/system-clock.ts';
import { dollars } from '../../src/core/money.ts';
import { Random } from '../../src/core/random.ts';
import { SECOND, type Time } from '../../src/core/time.ts';
import { drawnFaults } from '../../src/exchange/drawn-faults.ts';
import { Exchange } from '../../src/exchange/exchange.ts';
import { type FaultPlan, NO_FAULTS } from '../../src/exchange/fault-plan.ts';
import { generateKeys } from '../../src/exchange/keys.ts';
import { startServer } from '../../src/exchange/server.ts';
import { systemClock, WorldClock } from '../../src/exchange/world-clock.ts';
import { localEnvironment } from '../../src/kalshi/environment.ts';
import { FeedSocket } from '../../src/kalshi/feed-socket.ts';
import { KalshiRest } from '../../src/kalshi/rest.ts';
import { signerOf } from '../../src/kalshi/signer.ts';
import { type Broken, broken } from './check.ts';
import { Monkey } from './monkey.ts';
import { Trader } from './trader.ts';
import { worldOf } from './world.ts';

const seed = process.argv[2] ?? '1';
console.log(await overSockets(seed));

export async function overSockets(
  seed: string,
): Promise<{ broken: Broken[]; log: string[]; counts: unknown; orders: number; fills: number }> {
  const clock = sessionClock();
  const { config, shares } = worldOf(seed);
  const cash = dollars(10_000);
  const start = clock.now();
  const exchange = new Exchange(config(start));
  const account = exchange.openAccount(cash);
  exchange.advance(start);
  const pair = generateKeys('rsa');
  let faults: FaultPlan = NO_FAULTS;
  const server = await startServer({
    exchange,
    keys: [{ id: 'key-1', name: 'gauntlet', publicKey: pair.publicKey, account }],
    clock: new WorldClock(systemClock, start, 1),
    wall: systemClock,
    tier: 'prestige',
    port: 0,
    faults: { request: (method, path) => faults.request(method, path), frame: (type) => faults.frame(type) },
  });
  const signer = signerOf('key-1', pair.privatePem);
  const environment = localEnvironment(`http://127.0.0.1:${server.port}`);
  const random = new Random(`${seed} retries`);
  const rest = new KalshiRest({ environment, signer, clock, random: () => random.uniform(), timeout: SECOND as never });
  const monkey = new Monkey(0.05 * SECOND);
  const trader = await Trader.open({
    rest,
    clock,
    seed,
    cash,
    fees: exchange.world.fees,
    strategy: monkey,
    series: exchange.world.markets[0]!.market.series,
  });
  const socket = new FeedSocket({
    ...trader.feedOptions,
    url: environment.socket,
    headers: (method, path) => ({ ...signer.headers(method, path, Math.floor(clock.now() / 1_000)) }),
    clock: { now: () => clock.now(), monotonic: () => clock.elapsed() },
    tap: () => {},
    connection: 1,
  });
  faults = drawnFaults(shares, seed);
  await wait(8_000);
  faults = NO_FAULTS;
  monkey.rest();
  for (let waited = 0; waited < 60 && !quiet(trader, clock.now()); waited++) await wait(1_000);
  await wait(1_000);
  const found = broken(trader, exchange, account, [pair.privatePem]);
  await trader.stop();
  socket.stop();
  await rest.close();
  await server.close();
  return {
    broken: found,
    log: trader.log.slice(0, 5),
    counts: { ...trader.execution.desk.counts },
    orders: account.orders.length,
    fills: account.fills.length,
  };
}

function quiet({ execution, engine }: Trader, now: Time): boolean {
  const needs = execution.desk.needs(now);
  const open = engine.orders.list().every((own) => own.state.status === 'resting');
  return open && needs.tickers.length === 0 && needs.orderIds.length === 0;
}
