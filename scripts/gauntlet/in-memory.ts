import { dollars, type Money } from '../../src/core/money.ts';
import { Random } from '../../src/core/random.ts';
import { type Duration, parseTime, SECOND, type Time } from '../../src/core/time.ts';
import { ExchangeDoor } from '../../src/exchange/door.ts';
import { drawnFaults } from '../../src/exchange/drawn-faults.ts';
import { Exchange } from '../../src/exchange/exchange.ts';
import { type FaultPlan, NO_FAULTS } from '../../src/exchange/fault-plan.ts';
import { generateKeys } from '../../src/exchange/keys.ts';
import { environmentNamed } from '../../src/kalshi/environment.ts';
import { FeedMachine } from '../../src/kalshi/feed-machine.ts';
import { KalshiRest } from '../../src/kalshi/rest.ts';
import { signerOf } from '../../src/kalshi/signer.ts';
import { broken } from './check.ts';
import { MemorySocket, MemoryTransport } from './memory-wire.ts';
import { Monkey } from './monkey.ts';
import { SimulatedClock } from './simulated-clock.ts';
import { Trader } from './trader.ts';
import { worldOf } from './world.ts';

const MINUTE = 60 * SECOND;

/** A time of day at which the synthetic markets trade. */
const START = parseTime('2030-01-04T18:00:00Z');
const CASH: Money = dollars(10_000);

const keys = generateKeys('ed25519');

export async function inMemory(seed: string) {
  const { config, shares, readLag, unreachable } = worldOf(seed);
  const clock = new SimulatedClock(START);
  const exchange = new Exchange(config(START));
  const account = exchange.openAccount(CASH);
  exchange.advance(START);
  let faults: FaultPlan = NO_FAULTS;
  const door = new ExchangeDoor({
    exchange,
    keys: [{ id: 'key-1', name: 'gauntlet', publicKey: keys.publicKey, account }],
    clock,
    wall: clock,
    tier: 'prestige',
    readLag,
    faults: { request: (method, path) => faults.request(method, path), frame: (type) => faults.frame(type) },
  });
  const signer = signerOf('key-1', keys.privatePem);
  const wire = {
    door,
    clock,
    signer,
    random: new Random(`${seed} wire`),
    unreachable: () => (faults === NO_FAULTS ? 0 : unreachable),
  };
  const jitter = new Random(`${seed} retries`);
  const rest = new KalshiRest({
    environment: environmentNamed('demo'),
    signer,
    clock,
    random: () => jitter.uniform(),
    transport: new MemoryTransport(wire),
  });
  const monkey = new Monkey(SECOND);
  const opening = Trader.open({
    rest,
    clock,
    seed,
    cash: CASH,
    fees: exchange.world.fees,
    strategy: monkey,
    series: exchange.world.markets[0]!.market.series,
  });
  const trader = await clock.runFor(opening, MINUTE as Duration);
  const socket = new MemorySocket(wire, new FeedMachine(trader.feedOptions));
  const tick = (): void => {
    door.advance();
    clock.wakeAfter((100 * 1_000) as Duration, tick);
  };
  tick();
  const drawn = drawnFaults(shares, seed);
  faults = drawn;
  await clock.runUntil((clock.now() + 2 * MINUTE) as Time);
  faults = NO_FAULTS;
  monkey.rest();
  await clock.runUntil((clock.now() + 2 * MINUTE) as Time);
  const found = broken(trader, exchange, account, [keys.privatePem]);
  const stopping = trader.stop();
  socket.stop();
  await clock.runFor(stopping, MINUTE as Duration);
  return {
    broken: found,
    faults: drawn.counts,
    digest: trader.journal.digest,
    counts: { ...trader.execution.desk.counts },
    orders: account.orders.length,
    fills: account.fills.length,
    log: trader.log,
    lines: trader.journal.lines,
  };
}

const sum: Record<string, number> = {};
if (process.argv[1]!.endsWith('in-memory.js'))
  for (let n = 0; n < Number(process.argv[2] ?? 3); n++) {
    const began = performance.now();
    const one = await inMemory(String(n));
    const took = performance.now() - began;
    const again = await inMemory(String(n));
    console.log(
      n,
      Math.round(took),
      'ms',
      one.digest === again.digest,
      one.orders,
      one.fills,
      JSON.stringify(one.counts),
      one.broken.slice(0, 3),
    );
  }
console.log(sum);
