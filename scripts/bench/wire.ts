import { type ChildProcess, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { channel } from 'node:diagnostics_channel';
import { once } from 'node:events';
import { join } from 'node:path';
import { SYSTEM_CLOCK } from '../../src/cli/system-clock.ts';
import { contracts } from '../../src/core/quantity.ts';
import { generateKeys, type KeyType } from '../../src/exchange/keys.ts';
import { DriftSentinel } from '../../src/kalshi/drift.ts';
import { localEnvironment } from '../../src/kalshi/environment.ts';
import { FeedMachine } from '../../src/kalshi/feed-machine.ts';
import { FeedSocket } from '../../src/kalshi/feed-socket.ts';
import type { FeedSink } from '../../src/kalshi/feed-types.ts';
import { OrderWrites } from '../../src/kalshi/order-writes.ts';
import { KalshiRest } from '../../src/kalshi/rest.ts';
import { signerOf } from '../../src/kalshi/signer.ts';
import { median } from './calibration.ts';
import { DeltaTexts, snapshots, TICKERS } from './wire-frames.ts';

export const FRAMES = 200_000;
const ORDERS = 3_000;
const REPETITIONS = 5;

/** Half and 99 of 100 took no longer than this, µs. */
export interface Latency {
  readonly p50: number;
  readonly p99: number;
}

export interface WireBench {
  readonly framesPerSecond: number;
  /** The time of `JSON.parse` alone over that of the whole. */
  readonly shareOfParsing: number;
  readonly hash: string;
  /** From the moment at which a frame was due to leave the sender, another process, to its book's being updated. */
  readonly toBook: readonly { readonly rate: number; readonly latency: Latency }[];
  /** From the decision to the first bytes on the socket; and the signature alone. */
  readonly toSocket: readonly { readonly key: KeyType; readonly order: Latency; readonly signature: Latency }[];
}

/** Measures the adapter: decoding, a frame's way to its book, and an order's way to the socket. */
export async function benchWire(): Promise<WireBench> {
  const toBook = [];
  for (const rate of [5_000, 20_000]) toBook.push({ rate, latency: await frameToBook(rate) });
  const toSocket = [];
  for (const key of ['rsa', 'ed25519'] as const) toSocket.push({ key, ...(await orderToSocket(key)) });
  return { ...decoding(), toBook, toSocket };
}

function decoding(): Pick<WireBench, 'framesPerSecond' | 'shareOfParsing' | 'hash'> {
  const deltas = new DeltaTexts();
  const first = snapshots();
  const texts = Array.from({ length: FRAMES }, () => deltas.next('bench'));
  const [whole, parsing, hashes]: [number[], number[], Set<string>] = [[], [], new Set()];
  for (let repetition = 0; repetition <= REPETITIONS; repetition++) {
    const hash = createHash('sha256');
    let told = 0;
    const machine = subscribed((_ticker, { side, price, quantity }) => {
      told = (told * 31 + side + price * 7 + quantity) | 0;
    });
    for (const text of first) machine.frame(text, 1);
    const began = performance.now();
    for (const text of texts) machine.frame(text, 1);
    whole.push(performance.now() - began);
    hashes.add(hash.update(String(told)).digest('hex').slice(0, 8));
    const alone = performance.now();
    let read = 0;
    for (const text of texts) read += (JSON.parse(text) as { seq: number }).seq;
    parsing.push(performance.now() - alone);
    if (read === 0 || machine.counts.gaps > 0) throw new Error('the frames were not read');
    if (repetition === 0) [whole.length, parsing.length] = [0, 0];
  }
  if (hashes.size !== 1) throw new Error(`decoding gave different books: ${[...hashes].join(', ')}`);
  return {
    framesPerSecond: FRAMES / (median(whole) / 1_000),
    shareOfParsing: median(parsing) / median(whole),
    hash: [...hashes][0]!,
  };
}

function sinkOf(onDelta: FeedSink['delta']): FeedSink {
  const fault = (error: Error): never => {
    throw error;
  };
  return { snapshot() {}, delta: onDelta, coverage() {}, trade() {}, message() {}, missed() {}, fault };
}

/** A machine that has been told that its subscription is there. */
function subscribed(onDelta: FeedSink['delta']): FeedMachine {
  const channels = ['orderbook_delta'];
  const machine = new FeedMachine({ channels, tickers: TICKERS, random: () => 0, sink: sinkOf(onDelta) });
  machine.tick(0);
  machine.opened(0);
  machine.frame(JSON.stringify({ id: 1, type: 'subscribed', msg: { channel: channels[0], sid: 1 } }), 1);
  return machine;
}

async function frameToBook(rate: number): Promise<Latency> {
  const { child, url } = await sender(rate);
  const micros = new Float64Array(FRAMES);
  let heard = 0;
  let due = 0n;
  const done = new Promise<void>((resolve) => {
    const socket: FeedSocket = new FeedSocket({
      ...{ url: `${url.replace('http', 'ws')}/trade-api/ws/v2`, headers: () => ({}), connection: 1 },
      ...{ channels: ['orderbook_delta'], tickers: TICKERS, random: () => 0 },
      clock: { now: () => SYSTEM_CLOCK.now(), monotonic: () => SYSTEM_CLOCK.elapsed() },
      tap: (text) => {
        const at = text.indexOf('"market_id":"');
        if (at >= 0) due = BigInt(text.slice(at + 13, text.indexOf('"', at + 13)));
      },
      sink: {
        ...sinkOf(() => {
          micros[heard++] = Number(process.hrtime.bigint() - due) / 1_000;
          if (heard < FRAMES) return;
          socket.stop();
          resolve();
        }),
        fault: () => {},
      },
    });
  });
  await done;
  child.kill();
  return latencyOf(micros);
}

async function orderToSocket(key: KeyType): Promise<{ order: Latency; signature: Latency }> {
  const { child, url } = await sender(1);
  const signer = signerOf('bench', generateKeys(key).privatePem);
  const rest = new KalshiRest({ environment: localEnvironment(url), signer, clock: SYSTEM_CLOCK, random: () => 0 });
  const plenty = { capacity: 1e9, refillPerSecond: 1e9 };
  rest.meter({ read: plenty, write: plenty }, { of: () => 1 } as never);
  const writes = new OrderWrites(rest, new DriftSentinel());
  let wrote = 0n;
  const onWrite = (): void => {
    wrote = process.hrtime.bigint();
  };
  const written = channel('undici:client:sendHeaders');
  written.subscribe(onWrite);
  const [orders, signatures] = [new Float64Array(ORDERS), new Float64Array(ORDERS)];
  for (let at = -200; at < ORDERS; at++) {
    const decided = process.hrtime.bigint();
    const outcome = await writes.create({
      ...{ ticker: TICKERS[0]!, clientOrderId: `bench-${at + 200}`, side: 0, price: 5_000 as never },
      ...{ quantity: contracts(1), timeInForce: 'good-till-cancelled' },
    });
    if (outcome.kind !== 'answered') throw new Error(JSON.stringify(outcome));
    const began = process.hrtime.bigint();
    signer.headers('POST', '/trade-api/v2/portfolio/events/orders', 1_893_844_800_000 + at);
    const signed = process.hrtime.bigint();
    if (at < 0) continue;
    orders[at] = Number(wrote - decided) / 1_000;
    signatures[at] = Number(signed - began) / 1_000;
  }
  written.unsubscribe(onWrite);
  await rest.close();
  child.kill();
  return { order: latencyOf(orders), signature: latencyOf(signatures) };
}

/** The other process; with `ends`, orders do not rest. */
export async function sender(
  rate: number,
  orders: 'rest' | 'ends' = 'rest',
): Promise<{ child: ChildProcess; url: string }> {
  const program = join(import.meta.dirname, 'wire-sender.js');
  const child = spawn(process.execPath, [program, String(rate), String(FRAMES), orders], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [port] = (await once(child.stdout!, 'data')) as [Buffer];
  return { child, url: `http://127.0.0.1:${String(port).trim()}` };
}

export function latencyOf(micros: Float64Array): Latency {
  const sorted = micros.slice().sort();
  return { p50: sorted[Math.floor(sorted.length / 2)]!, p99: sorted[Math.floor(sorted.length * 0.99)]! };
}
