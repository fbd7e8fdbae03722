import { channel } from 'node:diagnostics_channel';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { modelsFolder } from '../../src/cli/models-folder.ts';
import { SYSTEM_CLOCK } from '../../src/cli/system-clock.ts';
import { DELTA, type MarketEvent } from '../../src/core/market-event.ts';
import { dollars } from '../../src/core/money.ts';
import { contracts } from '../../src/core/quantity.ts';
import { Random } from '../../src/core/random.ts';
import { BID } from '../../src/core/side.ts';
import { HOUR, type Time } from '../../src/core/time.ts';
import { STANDARD_LIMITS } from '../../src/engine/limits.ts';
import type { Strategy } from '../../src/engine/strategy.ts';
import { generateKeys } from '../../src/exchange/keys.ts';
import { API_PREFIX, localEnvironment } from '../../src/kalshi/environment.ts';
import { NEW_ORDER } from '../../src/kalshi/order-writes.ts';
import { KalshiRest } from '../../src/kalshi/rest.ts';
import { type Signer, signerOf } from '../../src/kalshi/signer.ts';
import { KalshiDesk } from '../../src/live/kalshi-desk.ts';
import { LiveSession } from '../../src/live/live-session.ts';
import { LoggedEngine } from '../../src/live/logged-engine.ts';
import { NO_HEARER, NO_JOURNAL } from '../../src/live/no-journal.ts';
import type { SessionFacts } from '../../src/live/session-facts.ts';
import { SessionLog } from '../../src/live/session-log.ts';
import { ModelSet } from '../../src/model/model-set.ts';
import { FEATURES } from '../../src/weather/features.ts';
import { FRAMES, type Latency, latencyOf, sender } from './wire.ts';

const RATE = 5_000;
/** So many rows lie between two orders, and between two questions to a model. */
const ORDER_EVERY = 250;
const QUESTION_EVERY = 50;
const MODEL = 'chicago/high';

export interface LiveBench {
  readonly rate: number;
  readonly frames: number;
  readonly orders: number;
  /** From the moment at which a frame was due to leave the sender to the end of the decision that it led to, in the log. */
  readonly dueToDecision: Latency;
  /** From the read off the socket on, as a session times itself. */
  readonly frameToDecision: Latency;
  /** From the decision to the first bytes of its order on the socket. */
  readonly decisionToSocket: Latency;
  /** A signature alone, made in the same session between two orders, as often: what this machine does to work of that length. */
  readonly signature: Latency;
  /** A question to a model, asked while frames come. */
  readonly question: Latency;
  /** Resident memory at a tenth of the way and at the end, MB. */
  readonly memory: readonly [number, number];
}

/** A whole session of the production adapter under a steady flow of frames from another process: each is logged, told and decided on. */
export async function benchLive(): Promise<LiveBench> {
  const folder = mkdtempSync(join(tmpdir(), 'tapedeck-live-bench-'));
  const { child, url } = await sender(RATE, 'ends');
  const signer = signerOf('bench', generateKeys('rsa').privatePem);
  const environment = localEnvironment(url);
  const clocked = { clock: SYSTEM_CLOCK, random: () => 0 };
  const rest = new KalshiRest({ environment, signer, ...clocked, signedAhead: NEW_ORDER });
  const plenty = { capacity: 1e9, refillPerSecond: 1e9 };
  rest.meter({ read: plenty, write: plenty }, { of: () => 1 } as never);
  const models = await ModelSet.open(modelsFolder());
  const decider = new Decider(signer);
  const due = new Float64Array(FRAMES);
  const memory: number[] = [];
  let heard = 0;
  let began = 0n;
  let finish = (): void => {};
  const finished = new Promise<void>((done) => {
    finish = done;
  });
  let failure: unknown = null;
  const session = new LiveSession({
    facts: factsOf(url),
    log: new SessionLog(join(folder, 'log.jsonl')),
    lines: [],
    make: (log, execution, ask) => {
      const engine = new LoggedEngine({
        ...{ facts: factsOf(url), strategy: decider, random: new Random('bench live'), execution, log },
        ...{ tables: NO_JOURNAL, hearer: NO_HEARER, readParams: () => ({}) },
        inference: { models: new Set([MODEL]), ask },
      });
      const told = engine.event.bind(engine);
      engine.event = (event: MarketEvent): void => {
        told(event);
        if (event.kind !== DELTA) return;
        due[heard] = Number(process.hrtime.bigint() - began - (BigInt(heard) * 1_000_000_000n) / BigInt(RATE)) / 1_000;
        heard++;
        if (heard === FRAMES / 10 || heard === FRAMES) memory.push(process.memoryUsage.rss() / 1e6);
        if (heard === FRAMES) finish();
      };
      return engine;
    },
    ...{ rest, environment, signer, clock: SYSTEM_CLOCK, wall: SYSTEM_CLOCK, random: () => 0 },
    score: (questions) => models.answer(questions),
    desk: (engine, hooks) =>
      new KalshiDesk(
        {
          ...{ facts: factsOf(url), rest, clock: SYSTEM_CLOCK, wall: SYSTEM_CLOCK, group: null },
          ...{ accountCheck: HOUR, orderLife: HOUR, barred: () => null },
        },
        engine,
        hooks,
      ),
    news: () => {},
    failed: (error) => {
      failure = error;
      finish();
    },
  });
  const sockets: number[] = [];
  const onWrite = (): void => {
    if (decider.decidedAt === null) return;
    sockets.push(Number(process.hrtime.bigint() - decider.decidedAt) / 1_000);
    decider.decidedAt = null;
  };
  const written = channel('undici:client:sendHeaders');
  written.subscribe(onWrite);
  const start = once(child.stdout!, 'data');
  await session.open(new AbortController().signal);
  began = BigInt(String((await start)[0]).trim());
  await finished;
  written.unsubscribe(onWrite);
  if (failure !== null) throw failure;
  const stages = new Map(session.times.summaries().map((each) => [each.stage, each]));
  await session.stop();
  await rest.close();
  child.kill();
  rmSync(folder, { recursive: true, force: true });
  return {
    rate: RATE,
    frames: heard,
    orders: decider.orders,
    dueToDecision: latencyOf(due),
    frameToDecision: stages.get('frame to decision')!,
    decisionToSocket: latencyOf(Float64Array.from(sockets)),
    signature: latencyOf(Float64Array.from(decider.signatures)),
    question: stages.get('question to a model')!,
    memory: memory as unknown as readonly [number, number],
  };
}

/** Looks at every row as a strategy does, and now and then sends an order that takes, and asks a model. */
class Decider implements Strategy {
  decidedAt: bigint | null = null;
  orders = 0;
  readonly signatures: number[] = [];
  readonly #signer: Signer;
  #rows = 0;
  #spread = 0;
  readonly #features = new Float64Array(FEATURES.length).fill(Number.NaN);

  constructor(signer: Signer) {
    this.#signer = signer;
  }

  onBook(...[market, context]: Parameters<NonNullable<Strategy['onBook']>>): void {
    const book = context.book(market);
    if (book === undefined) return;
    this.#spread += (book.spread ?? 0) + (book.imbalance ?? 0);
    this.#rows++;
    if (this.#rows % QUESTION_EVERY === 0) {
      this.#features[0] = 20 + (this.#rows % 60);
      context.predict(MODEL, this.#features, 'bench');
    }
    if (this.#rows % ORDER_EVERY === ORDER_EVERY / 2) setImmediate(() => this.#sign());
    if (this.#rows % ORDER_EVERY !== 0 || book.bestAsk === undefined) return;
    context.submit({
      ...{ market, side: BID, price: book.bestAsk, quantity: contracts(1), timeInForce: 'immediate-or-cancel' },
    });
    this.orders++;
    this.decidedAt ??= process.hrtime.bigint();
  }

  #sign(): void {
    const began = process.hrtime.bigint();
    this.#signer.headers(NEW_ORDER.method, `${API_PREFIX}${NEW_ORDER.path}`, Date.now());
    this.signatures.push(Number(process.hrtime.bigint() - began) / 1_000);
  }
}

function factsOf(url: string): SessionFacts {
  return {
    ...{ id: 'bench', prefix: 'td-bench', environment: 'local', rest: url, synthetic: true, paper: false, speed: 1 },
    startedTime: SYSTEM_CLOCK.now(),
    begunTime: SYSTEM_CLOCK.now(),
    series: ['SYNBENCH'],
    strategy: { name: 'bench', found: 'bench', hash: '', label: 'bench' },
    ...{ params: {}, models: null, membership: 'direct', seed: 'bench', startingCash: dollars(1_000_000) },
    limits: { ...STANDARD_LIMITS, openOrders: 1_000, positions: 100, positionsInSeries: 100, volumeShare: 1e9 },
    ...{
      positions: [],
      fees: [{ series: 'SYNBENCH', event: null, from: 0 as Time, type: 'quadratic', multiplierE4: 10_000 }],
      program: { version: '', code: '' },
    },
  };
}
