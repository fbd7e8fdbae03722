import type { Clock } from '../core/clock.ts';
import { type Duration, MILLISECOND } from '../core/time.ts';
import type { SignedHeaders, Signer } from './signer.ts';

/** `path` is from the root, as it is sent. */
export interface RequestKind {
  readonly method: string;
  readonly path: string;
}

/** So many signatures lie ready, for the orders of one moment. */
const READY = 8;
/**
 * No older signature is used, ms. The exchange takes timestamps up to five seconds off, and entries halt where its clock and ours are more than three
 * apart.
 */
const OLDEST = 1_000;
/** So often what was used is replaced, and the oldest makes room for a new one: all are younger than {@link OLDEST}. */
const RENEW_EVERY = (100 * MILLISECOND) as Duration;

/**
 * Signs one kind of request before it is there. What is signed is time, method and path, so that every new order has the same text within a
 * millisecond, and an RSA signature takes longer than all else that an order has to go through. Each is used once; where none lies ready, the request
 * is signed when it comes.
 */
export class SignedAhead implements Signer {
  readonly #signer: Signer;
  readonly #kind: RequestKind;
  readonly #clock: Clock;
  /** The oldest first. */
  #ready: { readonly timeMs: number; readonly headers: SignedHeaders }[] = [];
  #underWay = 0;
  #callOff: () => void = () => {};

  constructor(signer: Signer, clock: Clock, kind: RequestKind) {
    this.#signer = signer;
    this.#clock = clock;
    this.#kind = kind;
    this.#keep();
  }

  /** How many lie ready. */
  get ready(): number {
    return this.#ready.length;
  }

  headers(method: string, path: string, timeMs: number): SignedHeaders {
    if (method !== this.#kind.method || path !== this.#kind.path) return this.#signer.headers(method, path, timeMs);
    // A clock that was set makes them useless from both sides.
    this.#ready = this.#ready.filter((each) => Math.abs(timeMs - each.timeMs) <= OLDEST);
    const ready = this.#ready.shift();
    return ready?.headers ?? this.#signer.headers(method, path, timeMs);
  }

  aside(method: string, path: string, timeMs: number): Promise<SignedHeaders> {
    return this.#signer.aside(method, path, timeMs);
  }

  stop(): void {
    this.#callOff();
  }

  #keep(): void {
    // The next ones are not begun when one is used: that request would have to wait for it.
    if (this.#underWay < READY) this.#add();
    while (this.#ready.length + this.#underWay < READY) this.#add();
    this.#callOff = this.#clock.wakeAfter(RENEW_EVERY, () => this.#keep());
  }

  #add(): void {
    const { method, path } = this.#kind;
    const timeMs = Math.floor(this.#clock.now() / 1_000);
    this.#underWay++;
    this.#signer
      .aside(method, path, timeMs)
      .then((headers) => this.#ready.push({ timeMs, headers }))
      // What cannot be signed is told when it is asked for.
      .catch(() => {})
      .finally(() => {
        this.#underWay--;
        if (this.#ready.length > READY) this.#ready.shift();
      });
  }
}
