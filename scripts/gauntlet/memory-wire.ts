import type { Random } from '../../src/core/random.ts';
import type { Duration } from '../../src/core/time.ts';
import type { ExchangeDoor } from '../../src/exchange/door.ts';
import { Refusal } from '../../src/exchange/refusal.ts';
import type { SocketSession } from '../../src/exchange/socket-session.ts';
import type { FeedMachine } from '../../src/kalshi/feed-machine.ts';
import type { FeedAction } from '../../src/kalshi/feed-types.ts';
import { readJson } from '../../src/kalshi/rest-answer.ts';
import type { Attempt, Outgoing, Transport } from '../../src/kalshi/rest-transport.ts';
import type { Signer } from '../../src/kalshi/signer.ts';
import type { SimulatedClock } from './simulated-clock.ts';

const MILLISECOND = 1_000;
const SOCKET_PATH = '/trade-api/ws/v2';

/** How long the wire takes, one way: 2 to 60 ms, now and then half a second. */
function delay(random: Random): Duration {
  const slow = random.below(50) === 0 ? 500 : 0;
  return ((2 + random.below(59) + slow) * MILLISECOND) as Duration;
}

export interface MemoryWire {
  readonly door: ExchangeDoor;
  readonly clock: SimulatedClock;
  readonly signer: Signer;
  readonly random: Random;
  /** The share of requests that do not even leave. */
  readonly unreachable: () => number;
  /** Whether a socket can be had. */
  readonly sockets?: () => boolean;
}

/** Carries requests to an exchange in the same process, under simulated time: what HTTP would do, without it. */
export class MemoryTransport implements Transport {
  readonly signs = true;
  readonly #wire: MemoryWire;

  constructor(wire: MemoryWire) {
    this.#wire = wire;
  }

  attempt(outgoing: Outgoing, timeout: Duration, signal?: AbortSignal): Promise<Attempt> {
    const { door, clock, signer, random, unreachable } = this.#wire;
    const { method, path, query, body } = outgoing;
    if (random.uniform() < unreachable()) {
      return Promise.resolve({ kind: 'unreached', detail: 'ECONNREFUSED the network is down' });
    }
    const signed = signer.headers(method, path, Math.floor(clock.now() / MILLISECOND));
    const headers: Record<string, string> = { 'content-type': 'application/json' };
    for (const [name, value] of Object.entries(signed)) headers[name.toLowerCase()] = value;
    const text = body === undefined ? '' : JSON.stringify(body);
    return new Promise((resolve) => {
      const end = (attempt: Attempt): void => {
        callOff();
        signal?.removeEventListener('abort', stop);
        resolve(attempt);
      };
      const stop = (): void => end({ kind: 'stopped', detail: 'stopped while waiting for the answer' });
      const callOff = clock.wakeAfter(timeout, () => end({ kind: 'timed-out', detail: 'no answer in time' }));
      signal?.addEventListener('abort', stop, { once: true });
      clock.wakeAfter(delay(random), () => {
        const request = { method, path, query, headers, body: text };
        const reply = door.serve(request);
        if (reply.kind !== 'answer' && reply.obeyAfter !== undefined) {
          clock.wakeAfter(reply.obeyAfter, () => door.obey(request));
        }
        if (reply.kind === 'silent') return;
        clock.wakeAfter(delay(random), () => {
          if (reply.kind !== 'answer') end({ kind: 'connection-lost', detail: 'ECONNRESET' });
          else end({ kind: 'answer', status: reply.status, body: read(reply.body), date: null });
        });
      });
    });
  }

  async close(): Promise<void> {}
}

/** As it would be after a way over the wire. */
function read(body: unknown): unknown {
  if (body === undefined || body === '') return null;
  return readJson(typeof body === 'string' ? body : JSON.stringify(body));
}

/** Joins a feed machine to an exchange in the same process: what a WebSocket would do, without it. */
export class MemorySocket {
  readonly #wire: MemoryWire;
  readonly #machine: FeedMachine;
  #session: SocketSession | null = null;
  /** Counts connections: what an old one still has to say is not heard. */
  #connection = 0;
  #stopped = false;
  #hushed = false;
  /** When the newest frame arrives. */
  #arrives = 0;

  constructor(wire: MemoryWire, machine: FeedMachine) {
    this.#wire = wire;
    this.#machine = machine;
    this.#tick();
  }

  stop(): void {
    this.#stopped = true;
    this.#drop();
  }

  #tick(): void {
    if (this.#stopped) return;
    this.#perform(this.#machine.tick(this.#wire.clock.now()));
    this.#wire.clock.wakeAfter((250 * MILLISECOND) as Duration, () => this.#tick());
  }

  #perform(actions: readonly FeedAction[]): void {
    for (const action of actions) {
      if (action.do === 'connect') this.#connect();
      else if (action.do === 'drop') this.#drop();
      else if (action.do === 'send') this.#later((session) => this.#wire.door.receive(session, action.text));
      else this.#later(() => !this.#hushed && this.#heard());
    }
  }

  #heard(): void {
    this.#back(() => this.#machine.heard(this.#wire.clock.now()));
  }

  #later(act: (session: SocketSession) => void): void {
    const connection = this.#connection;
    this.#wire.clock.wakeAfter(delay(this.#wire.random), () => {
      if (connection === this.#connection && this.#session !== null) act(this.#session);
    });
  }

  /** Frames keep their order: each comes no sooner than the one before. */
  #back(act: () => void): void {
    const connection = this.#connection;
    const now = this.#wire.clock.elapsed();
    this.#arrives = Math.max(this.#arrives, now + 1 + this.#wire.random.below(20 * MILLISECOND));
    this.#wire.clock.wakeAfter((this.#arrives - now) as Duration, () => {
      if (connection === this.#connection) act();
    });
  }

  #connect(): void {
    this.#drop();
    const connection = this.#connection;
    this.#wire.clock.wakeAfter(delay(this.#wire.random), () => {
      if (connection === this.#connection) this.#open();
    });
  }

  #open(): void {
    const { door, clock, signer, sockets } = this.#wire;
    if (sockets?.() === false) {
      this.#closed('nobody answers');
      return;
    }
    const headers: Record<string, string> = {};
    const signed = signer.headers('GET', SOCKET_PATH, Math.floor(clock.now() / MILLISECOND));
    for (const [name, value] of Object.entries(signed)) headers[name.toLowerCase()] = value;
    try {
      this.#session = door.connect(headers, {
        send: (text) => {
          this.#back(() => this.#perform(this.#machine.frame(text, clock.now())));
          return 0;
        },
        drop: () => this.#closed('the exchange dropped it'),
        hush: () => {
          this.#hushed = true;
        },
      });
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      this.#closed(`refused with ${error.status}`);
      return;
    }
    this.#back(() => this.#perform(this.#machine.opened(clock.now())));
  }

  #closed(reason: string): void {
    this.#drop();
    const { clock } = this.#wire;
    clock.wakeAfter(1 as Duration, () => this.#perform(this.#machine.closed(clock.now(), reason)));
  }

  #drop(): void {
    this.#hushed = false;
    this.#connection++;
    this.#session?.end();
    this.#session = null;
  }
}
