import type { Duration } from '../core/time.ts';
import type { ExchangeAccount } from './account.ts';
import { parseBody } from './body-reader.ts';
import { bucketsOf, type Tier, TokenBucket } from './buckets.ts';
import { costOf } from './costs.ts';
import type { FaultPlan } from './fault-plan.ts';
import { Query } from './query.ts';
import { notFound, Refusal, tooManyRequests, unreadable } from './refusal.ts';
import { type Answer, Call, type Route } from './route.ts';
import { type ApiKey, checkSignature, type Headers } from './signature-check.ts';
import type { WallClock } from './world-clock.ts';

export const REST_PREFIX = '/trade-api/v2';

/** One request as it arrives. `path` is from the root and as it was sent, `query` what followed the question mark; header names are in lower case. */
export interface RestRequest {
  readonly method: string;
  readonly path: string;
  readonly query: string;
  readonly headers: Headers;
  readonly body: string;
}

/** What the exchange does with a request: an answer, a broken connection, or nothing, ever. */
export type RestReply =
  | ({ readonly kind: 'answer' } & Answer)
  /** `obeyAfter`: the wire has yet to bring the request, so many µs later; {@link RestDesk.obey} then takes it. */
  | { readonly kind: 'lost' | 'silent'; readonly obeyAfter?: Duration };

/** What the desk for requests needs. */
export interface RestDeskOptions {
  readonly routes: readonly Route[];
  readonly keys: ReadonlyMap<string, ApiKey>;
  readonly tier: Tier;
  readonly wall: WallClock;
  readonly faults: FaultPlan;
  /** Brings the exchange to the present. */
  readonly advance: () => void;
}

/** Answers requests below {@link REST_PREFIX}, whatever wire they came by: each is signed, paid for and answered, in that order. */
export class RestDesk {
  readonly #options: RestDeskOptions;
  readonly #routes: readonly { readonly route: Route; readonly parts: readonly string[] }[];
  readonly #buckets = new Map<ExchangeAccount | null, { read: TokenBucket; write: TokenBucket }>();

  constructor(options: RestDeskOptions) {
    this.#options = options;
    // A path without parameters comes before one that its words would fit.
    this.#routes = options.routes
      .map((route) => ({ route, parts: route.path.split('/') }))
      .sort((a, b) => Number(a.route.path.includes(':')) - Number(b.route.path.includes(':')));
  }

  /** Serves a request, unless something goes wrong with it. */
  serve(request: RestRequest): RestReply {
    const fault = this.#options.faults.request(request.method, request.path);
    if (fault === null) return { kind: 'answer', ...this.obey(request) };
    const { obeyed, reply } = fault;
    const answer = obeyed === true ? this.obey(request) : null;
    if (typeof reply !== 'string') return { kind: 'answer', ...reply(answer) };
    return typeof obeyed === 'number' ? { kind: reply, obeyAfter: obeyed } : { kind: reply };
  }

  /** Does what a request asks for; nothing goes wrong. */
  obey(request: RestRequest): Answer {
    const found = this.#find(request);
    try {
      if (found === null) throw notFound();
      const { status, body } = this.#answer(found.route, found.params, request);
      return { status, body };
    } catch (error) {
      if (error instanceof Refusal) return { status: error.status, body: error.body };
      throw error;
    }
  }

  #find({ method, path }: RestRequest): { route: Route; params: Record<string, string> } | null {
    if (!path.startsWith(`${REST_PREFIX}/`)) return null;
    const parts = path.slice(REST_PREFIX.length).split('/');
    for (const { route, parts: wanted } of this.#routes) {
      if (route.method !== method || wanted.length !== parts.length) continue;
      const params: Record<string, string> = {};
      const fits = wanted.every((part, at) => {
        if (!part.startsWith(':')) return part === parts[at];
        const value = decoded(parts[at]!);
        if (value === null || value === '') return false;
        params[part.slice(1)] = value;
        return true;
      });
      if (fits) return { route, params };
    }
    return null;
  }

  #answer(route: Route, params: Record<string, string>, request: RestRequest): Answer {
    const account = this.#accountOf(route, request);
    const text = bodyOf(request);
    this.#pay(route, account, text);
    this.#options.advance();
    return route.answer(new Call(new Query(route.name, request.query), params, text, account));
  }

  /** An open route takes a signature too, and does not look at it: its tokens come out of that account's bucket. */
  #accountOf({ open }: Route, { headers, method, path }: RestRequest): ExchangeAccount | null {
    const { keys, wall } = this.#options;
    if (open === true) return keys.get(String(headers['kalshi-access-key']))?.account ?? null;
    return checkSignature(headers, method, path, keys, wall.now()).account;
  }

  #pay(route: Route, account: ExchangeAccount | null, text: string): void {
    const { wall, tier } = this.#options;
    const now = wall.now();
    let buckets = this.#buckets.get(account);
    if (buckets === undefined) {
      const { read, write } = bucketsOf(tier);
      buckets = { read: new TokenBucket(read, now), write: new TokenBucket(write, now) };
      this.#buckets.set(account, buckets);
    }
    const cost = costOf(route, () => parseBody(text));
    if (!buckets[route.method === 'GET' ? 'read' : 'write'].take(cost, now)) throw tooManyRequests();
  }
}

function decoded(part: string): string | null {
  try {
    return decodeURIComponent(part);
  } catch {
    return null;
  }
}

/** A body must say that it is JSON. */
function bodyOf({ method, headers, body }: RestRequest): string {
  const needed = method === 'POST' || method === 'PUT' || body !== '';
  if (needed && !String(headers['content-type'] ?? '').startsWith('application/json')) {
    throw unreadable('invalid_content_type', 'Content-Type must be application/json');
  }
  return body;
}
