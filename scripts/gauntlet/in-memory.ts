import { dollars } from '../../src/core/money.ts';
import { Random } from '../../src/core/random.ts';
import { type Duration, MINUTE, SECOND, type Time } from '../../src/core/time.ts';
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
import type { Outcome, Plant } from './outcome.ts';
import { SimulatedClock } from './simulated-clock.ts';
import { Trader } from './trader.ts';
import { worldOf } from './world.ts';

const CASH = dollars(10_000);
/** How long the trader trades while things go wrong, and how long everything then has to settle. */
const TRADING = 2 * MINUTE;
const SETTLING = 2 * MINUTE;

const keys = generateKeys('ed25519');

/** Runs one seed against an exchange in this process, under simulated time: the same seed gives the same digest. */
export async function inMemory(seed: string, plant?: Plant): Promise<Outcome> {
  const world = worldOf(seed);
  const exchange = new Exchange(world.config);
  const [life] = exchange.world.lives;
  const clock = new SimulatedClock(world.start(life!));
  const account = exchange.openAccount(CASH);
  exchange.advance(clock.now());
  let faults: FaultPlan = NO_FAULTS;
  const door = new ExchangeDoor({
    exchange,
    keys: [{ id: 'key-1', name: 'gauntlet', publicKey: keys.publicKey, account }],
    clock,
    wall: clock,
    tier: 'prestige',
    readLag: world.readLag,
    faults: { request: (method, path) => faults.request(method, path), frame: (type) => faults.frame(type) },
  });
  const signer = signerOf('key-1', keys.privatePem);
  const unreachable = (): number => (faults === NO_FAULTS ? 0 : world.unreachable);
  const wire = { door, clock, signer, random: new Random(`${seed} wire`), unreachable };
  const jitter = new Random(`${seed} retries`);
  const environment = environmentNamed('demo');
  const transport = new MemoryTransport(wire);
  const rest = new KalshiRest({ environment, signer, clock, random: () => jitter.uniform(), transport });
  const monkey = new Monkey(SECOND);
  const { series } = exchange.world.markets[0]!.market;
  const { fees } = exchange.world;
  const opening = Trader.open({
    rest,
    clock,
    seed,
    cash: CASH,
    fees,
    strategy: monkey,
    series,
    ...plant?.(keys.privatePem),
  });
  const trader = await clock.runFor(opening, MINUTE as Duration);
  const drawn = drawnFaults(world.shares, seed);
  faults = drawn;
  const machine = new FeedMachine(trader.feedOptions);
  trader.hears(machine);
  const socket = new MemorySocket(
    { ...wire, sockets: () => faults === NO_FAULTS || world.stage !== 'no socket' },
    machine,
  );
  const ticking = keepTicking(clock, door);
  await clock.runUntil((clock.now() + TRADING) as Time);
  faults = NO_FAULTS;
  monkey.rest();
  await clock.runUntil((clock.now() + SETTLING) as Time);
  ticking.slowly();
  await clock.runUntil(Math.max(world.end(life!), clock.now()) as Time);
  const found = broken(trader, exchange, account, [keys.privatePem]);
  ticking.stop();
  socket.stop();
  await clock.runFor(trader.stop(), MINUTE as Duration);
  return {
    seed,
    stage: world.stage,
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

/** Lets the world move on by itself ten times a second, or every five seconds where nothing is expected of it. */
function keepTicking(clock: SimulatedClock, door: ExchangeDoor): { slowly(): void; stop(): void } {
  let pause = SECOND / 10;
  let callOff = (): void => {};
  const tick = (): void => {
    door.advance();
    callOff = clock.wakeAfter(pause as Duration, tick);
  };
  tick();
  return {
    slowly: () => {
      pause = 5 * SECOND;
    },
    stop: () => callOff(),
  };
}
