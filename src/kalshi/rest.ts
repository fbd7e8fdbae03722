import type { Clock } from '../core/clock.ts';
import { Fault } from '../core/fault.ts';
import { Misuse } from '../core/misuse.ts';
import { type Duration, SECOND } from '../core/time.ts';
import { DOCUMENTED_COSTS, type EndpointCosts } from './endpoint-costs.ts';
import { API_PREFIX, type Environment } from './environment.ts';
import { readRefusal, refusalText, type UnknownWhy, type WriteOutcome } from './rest-answer.ts';
import { type Attempt, type Method, type Outgoing, RestTransport, type Transport } from './rest-transport.ts';
import { type RequestKind, SignedAhead } from './signed-ahead.ts';
import type { Signer } from './signer.ts';
import { sleep, stopped } from './sleep.ts';
import { type AccountLimits, BASIC_LIMITS, type Lane, TokenBuckets } from './token-buckets.ts';

/** Query parameters; a list is sent as one parameter repeated, an absent one not at all. */
export type Query = Readonly<Record<string, string | number | boolean | readonly string[] | undefined>>;

export interface RestOptions {
  readonly environment: Environment;
  /** Null for public market data only. */
  readonly signer: Signer | null;
  readonly clock: Clock;
  /** Draws 0 ≤ x < 1 for the jitter of retries. */
  readonly random: () => number;
  /** How long one attempt may take; left out: 10 s. */
  readonly timeout?: Duration;
  /** How often a read is tried in all; left out: 5. */
  readonly attempts?: number;
  /** The first wait between two attempts, doubled each time; left out: 0.25 s. */
  readonly backoff?: Duration;
  /** What carries the requests; left out: HTTP to the environment. */
  readonly transport?: Transport;
  /** Requests of one kind that are signed before they are there, below the API prefix. Left out: none. */
  readonly signedAhead?: RequestKind;
  /** Whether nothing may be written: each write is answered as one that did not leave. */
  readonly readOnly?: boolean;
}

export interface Write {
  readonly method: 'POST' | 'PUT' | 'DELETE';
  /** Below the API prefix, already encoded. */
  readonly path: string;
  readonly query?: Query;
  readonly body?: unknown;
  /** How many items a batch is billed for; left out: 1. */
  readonly items?: number;
  /** Whether it may spend the reserve: it cancels. */
  readonly cancels?: boolean;
  /** Why it must not leave, null where it may: asked again after each wait, until its first byte leaves. */
  readonly barred?: () => string | null;
}

/** More waiting requests than this of one lane are refused instead of queued. */
const LONGEST_QUEUE = 1_000;
const LONGEST_BACKOFF = 10 * SECOND;

/** Requests to one exchange for one account: paid from the token buckets, signed, sent, classified; reads are retried, writes never. */
export class KalshiRest {
  readonly #options: RestOptions;
  readonly #transport: Transport;
  readonly #ahead: SignedAhead | null;
  readonly #queues: Record<Lane, { tail: Promise<void>; waiting: number }>;
  #buckets: TokenBuckets;
  #costs: EndpointCosts = DOCUMENTED_COSTS;

  constructor(options: RestOptions) {
    this.#options = options;
    const { environment, signer, clock, signedAhead } = options;
    this.#ahead =
      signer === null || signedAhead === undefined
        ? null
        : new SignedAhead(signer, clock, { ...signedAhead, path: `${API_PREFIX}${signedAhead.path}` });
    this.#transport = options.transport ?? new RestTransport(environment, this.#ahead ?? signer, clock);
    this.#buckets = new TokenBuckets(BASIC_LIMITS, clock.elapsed());
    const queue = () => ({ tail: Promise.resolve(), waiting: 0 });
    this.#queues = { read: queue(), write: queue(), cancel: queue() };
  }

  /** Takes on the account's own limits and costs. The buckets start empty, so that a change cannot overspend. */
  meter(limits: AccountLimits, costs: EndpointCosts): void {
    const now = this.#options.clock.elapsed();
    this.#buckets = new TokenBuckets(limits, now);
    this.#buckets.drain('read', now);
    this.#buckets.drain('write', now);
    this.#costs = costs;
  }

  /**
   * Reads an endpoint: the JSON of a 2xx. 429, 5xx, cut connections and timeouts are retried with a doubling wait and jitter. Throws a
   * Fault (`exchange-refused`, `exchange-unreachable`, `interrupted`).
   */
  async read(path: string, query: Query = {}, signal?: AbortSignal): Promise<unknown> {
    return (await this.#read(path, query, signal)).body;
  }

  /** One read for its `Date` header: the server's clock to the second, as HTTP writes it, or null. Throws as {@link read}. */
  async serverDate(signal?: AbortSignal): Promise<string | null> {
    return (await this.#read('/exchange/status', {}, signal)).date;
  }

  async #read(path: string, query: Query, signal?: AbortSignal): Promise<Attempt & { kind: 'answer' }> {
    const outgoing = this.#outgoing('GET', path, query, undefined);
    const attempts = this.#options.attempts ?? 5;
    for (let tried = 1; ; tried++) {
      await this.#pay('read', this.#costs.of('GET', outgoing.path), signal);
      const attempt = await this.#attempt(outgoing, 'read', signal);
      if (attempt.kind === 'answer' && succeeded(attempt.status) && attempt.body !== undefined) return attempt;
      if (attempt.kind !== 'answer' && signal?.aborted) throw stopped();
      if (!worthRetrying(attempt) || tried >= attempts) throw failedRead(path, attempt, tried);
      await sleep(this.#options.clock, this.#backoff(tried), signal);
    }
  }

  /**
   * Sends a write once. Never throws for what the exchange or the network does; throws Misuse for a batch that no bucket holds, or
   * where nothing can be signed.
   */
  async write(write: Write, signal?: AbortSignal): Promise<WriteOutcome<unknown>> {
    if (this.#options.readOnly === true) return { kind: 'unsent', detail: 'nothing may be written here' };
    if (!this.#transport.signs) throw new Misuse('a write needs a signer');
    const { barred } = write;
    const outgoing = this.#outgoing(write.method, write.path, write.query ?? {}, write.body, barred);
    const lane = write.cancels === true ? 'cancel' : 'write';
    const cost = this.#costs.of(write.method, outgoing.path) * (write.items ?? 1);
    try {
      const wait = this.#pay(lane, cost, signal);
      // What need not wait is with its connection before this returns.
      if (wait !== null) await wait;
      const why = barred?.() ?? null;
      if (why !== null) return { kind: 'unsent', detail: why };
    } catch (error) {
      if (error instanceof Fault) return { kind: 'unsent', detail: error.message };
      throw error;
    }
    return outcomeOf(await this.#attempt(outgoing, lane, signal));
  }

  close(): Promise<void> {
    this.#ahead?.stop();
    return this.#transport.close();
  }

  #outgoing(...[method, path, query, body, barred]: [Method, string, Query, unknown, Outgoing['barred']?]): Outgoing {
    const outgoing = { method, path: `${API_PREFIX}${path}`, query: queryText(query), body };
    return barred === undefined ? outgoing : { ...outgoing, barred };
  }

  async #attempt(outgoing: Outgoing, lane: Lane, signal?: AbortSignal): Promise<Attempt> {
    const attempt = await this.#transport.attempt(
      outgoing,
      this.#options.timeout ?? ((10 * SECOND) as Duration),
      signal,
    );
    if (attempt.kind === 'answer' && attempt.status === 429) {
      this.#buckets.drain(lane, this.#options.clock.elapsed());
    }
    return attempt;
  }

  /**
   * Waits for its turn in the lane, then for the tokens; null where they are there and nobody waits. Cancels have a lane of their own: they
   * never stand behind orders.
   */
  #pay(lane: Lane, cost: number, signal?: AbortSignal): Promise<void> | null {
    const queue = this.#queues[lane];
    const now = this.#options.clock.elapsed();
    const free = queue.waiting === 0 && !this.#yields(lane) && signal?.aborted !== true;
    if (free && this.#buckets.delay(lane, cost, now) === 0) {
      this.#buckets.take(lane, cost, now);
      return null;
    }
    if (queue.waiting >= LONGEST_QUEUE) {
      const message = `${LONGEST_QUEUE} requests already wait for the rate limit`;
      return Promise.reject(new Fault('exchange-unreachable', message, { next: 'Send fewer requests.' }));
    }
    queue.waiting += 1;
    const paid = queue.tail.then(() => this.#spend(lane, cost, signal)).finally(() => (queue.waiting -= 1));
    queue.tail = paid.catch(() => {});
    return paid;
  }

  async #spend(lane: Lane, cost: number, signal?: AbortSignal): Promise<void> {
    const { clock } = this.#options;
    for (;;) {
      if (signal?.aborted) throw new Fault('interrupted', 'stopped before it was sent', { next: 'Start it again.' });
      if (this.#yields(lane)) {
        await this.#queues.cancel.tail;
        continue;
      }
      const delay = this.#buckets.delay(lane, cost, clock.elapsed());
      if (delay === 0) break;
      await sleep(clock, delay, signal);
    }
    this.#buckets.take(lane, cost, clock.elapsed());
  }

  /** Orders spend nothing while a cancel waits for tokens: a batch of them would never come to its sum. */
  #yields(lane: Lane): boolean {
    return lane === 'write' && this.#queues.cancel.waiting > 0;
  }

  #backoff(tried: number): Duration {
    const longest = Math.min((this.#options.backoff ?? SECOND / 4) * 2 ** (tried - 1), LONGEST_BACKOFF);
    return Math.round(longest * (0.5 + this.#options.random() / 2)) as Duration;
  }
}

const succeeded = (status: number): boolean => status >= 200 && status < 300;

function worthRetrying(attempt: Attempt): boolean {
  if (attempt.kind === 'answer') return attempt.status === 429 || attempt.status >= 500 || attempt.status === 408;
  return attempt.kind !== 'stopped';
}

function failedRead(path: string, attempt: Attempt, tried: number): Fault {
  if (attempt.kind !== 'answer') {
    if (attempt.kind === 'stopped')
      return new Fault('interrupted', `GET ${path}: stopped`, { next: 'Start it again.' });
    const message = `GET ${path} got no answer in ${tried} attempts: ${attempt.detail}`;
    return new Fault('exchange-unreachable', message, { next: 'Check the network, then "npx tapedeck doctor".' });
  }
  const { status, body } = attempt;
  const refusal = readRefusal(status, body);
  if (status >= 400 && status < 500 && status !== 408 && status !== 429) {
    const said = refusal === null ? `${status}, with a body that is no error of Kalshi's` : refusalText(refusal);
    return new Fault('exchange-refused', `GET ${path} was refused: ${said}`, {
      next: status === 401 ? 'Check key, environment and clock: npx tapedeck doctor.' : 'Correct the request.',
    });
  }
  const said = succeeded(status) ? `${status} without JSON` : refusal === null ? String(status) : refusalText(refusal);
  return new Fault('exchange-unreachable', `GET ${path} failed ${tried} times, at last with ${said}`, {
    next: 'Try again later; "npx tapedeck doctor" shows the state of the exchange.',
  });
}

/** A 4xx in one of the exchange's own shapes is a refusal; everything doubtful is unknown. */
function outcomeOf(attempt: Attempt): WriteOutcome<unknown> {
  if (attempt.kind === 'unreached') return { kind: 'unsent', detail: attempt.detail };
  if (attempt.kind === 'timed-out') return unknown('timed-out', attempt.detail);
  if (attempt.kind !== 'answer') return unknown('connection-lost', attempt.detail);
  const { status, body } = attempt;
  if (status === 204) return { kind: 'answered', answer: null };
  if (succeeded(status)) {
    return body === undefined ? unknown('unreadable', `${status} without JSON`) : { kind: 'answered', answer: body };
  }
  const refusal = readRefusal(status, body);
  if (status >= 500 || status === 408) {
    return unknown('server-error', refusal === null ? String(status) : refusalText(refusal));
  }
  if (status >= 400 && refusal !== null) return { kind: 'refused', refusal };
  return unknown('unreadable', `${status} with a body that is no error of Kalshi's`);
}

function unknown(why: UnknownWhy, detail: string): WriteOutcome<never> {
  return { kind: 'unknown', why, detail };
}

function queryText(query: Query): string {
  const text = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    if (value === undefined) continue;
    if (Array.isArray(value)) for (const item of value) text.append(name, item);
    else text.append(name, String(value));
  }
  return text.toString();
}
