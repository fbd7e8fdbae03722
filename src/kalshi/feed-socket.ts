import WebSocket from 'ws';
import { Fault } from '../core/fault.ts';
import { FeedMachine } from './feed-machine.ts';
import type { FeedAction, FeedOptions } from './feed-types.ts';

const TICK_MS = 250;

/** Takes every frame as it came, before it is parsed. Times in µs: wall since 1970, monotonic since any start. */
export type FrameTap = (text: string, wall: number, monotonic: number, connection: number) => void;

export interface FeedSocketOptions extends FeedOptions {
  readonly url: string;
  /** Signs the handshake, anew at each connection. */
  readonly headers: (method: string, path: string) => Record<string, string>;
  /** `ahead` is what `now` is ahead of `monotonic`, where one clock gives both; left out, it is measured once, at the start. */
  readonly clock: { now(): number; monotonic(): number; readonly ahead?: number };
  readonly tap: FrameTap;
  /** A number of this socket among those of the session, for the tap. */
  readonly connection: number;
  /** Told before the first frame of each connection, and after its last: sids and sequence numbers begin anew with each. */
  readonly onConnection?: (open: boolean) => void;
}

/**
 * Joins a {@link FeedMachine} to a WebSocket. For more markets than one connection should carry, make one of these for each list
 * of `splitMarkets`. The tap is where a recorder goes: `(text, wall, monotonic, connection) => recorder.write(...)`.
 */
export class FeedSocket {
  readonly machine: FeedMachine;
  readonly #options: FeedSocketOptions;
  readonly #timer: NodeJS.Timeout;
  readonly #offset: number;
  #socket: WebSocket | null = null;
  #open = false;

  constructor(options: FeedSocketOptions) {
    this.#options = options;
    const { clock } = options;
    // Measured, it is short by what passes between the two readings: times of another reader of the same clock would be ahead of ours.
    this.#offset = clock.ahead ?? clock.now() - clock.monotonic();
    this.machine = new FeedMachine(options);
    this.#timer = setInterval(() => this.perform(this.machine.tick(this.#now())), TICK_MS);
    this.perform(this.machine.tick(this.#now()));
  }

  /** Carries out what the machine answered, as to `machine.add(tickers, now)`. */
  perform(actions: readonly FeedAction[]): void {
    for (const action of actions) {
      if (action.do === 'connect') this.#connect();
      else if (action.do === 'drop') this.#drop();
      else if (this.#socket?.readyState !== WebSocket.OPEN) continue;
      else if (action.do === 'ping') this.#socket.ping();
      else this.#socket.send(action.text);
    }
  }

  /** Ends the feed for good. */
  stop(): void {
    clearInterval(this.#timer);
    this.#drop();
  }

  /** The wall time of the start, gone on monotonically: a step of the wall clock is no silence, and time never falls. */
  #now(): number {
    return this.#options.clock.monotonic() + this.#offset;
  }

  #drop(): void {
    const socket = this.#socket;
    this.#socket = null;
    socket?.terminate();
    this.#ended();
  }

  #ended(): void {
    if (!this.#open) return;
    this.#open = false;
    this.#options.onConnection?.(false);
  }

  #connect(): void {
    const { url, headers, clock, tap, connection } = this.#options;
    this.#drop();
    const socket = new WebSocket(url, { headers: headers('GET', new URL(url).pathname), maxPayload: 67_108_864 });
    this.#socket = socket;
    const current = () => this.#socket === socket;
    socket.on('open', () => {
      if (!current()) return;
      this.#open = true;
      this.#options.onConnection?.(true);
      this.perform(this.machine.opened(this.#now()));
    });
    socket.on('ping', () => current() && this.machine.heard(this.#now()));
    socket.on('pong', () => current() && this.machine.heard(this.#now()));
    socket.on('message', (data) => {
      if (!current()) return;
      const wall = clock.now();
      const monotonic = clock.monotonic();
      const text = data.toString();
      tap(text, wall, monotonic, connection);
      this.perform(this.machine.frame(text, monotonic + this.#offset));
    });
    let reason = 'closed';
    socket.on('error', (error) => {
      reason = error.message;
    });
    socket.on('close', (code) => {
      if (!current()) return;
      this.#ended();
      const said = `${reason} (${code})`;
      const next = 'It is tried again; "npx tapedeck doctor" checks key, clock and host.';
      this.#options.sink.fault(new Fault('exchange-unreachable', `connection ${connection} ended: ${said}`, { next }));
      this.perform(this.machine.closed(this.#now(), said));
    });
  }
}
