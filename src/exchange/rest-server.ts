import Fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify';
import type { ExchangeAccount } from './account.ts';
import { parseBody } from './body-reader.ts';
import { bucketsOf, type Tier, TokenBucket } from './buckets.ts';
import { costOf } from './costs.ts';
import type { FaultPlan } from './fault-plan.ts';
import { Query } from './query.ts';
import { notFound, Refusal, tooManyRequests, unreadable } from './refusal.ts';
import { type Answer, Call, type Route } from './route.ts';
import { type ApiKey, checkSignature } from './signature-check.ts';
import type { WallClock } from './world-clock.ts';

export const REST_PREFIX = '/trade-api/v2';

/** What the door for requests needs. */
export interface RestServerOptions {
  readonly routes: readonly Route[];
  readonly keys: ReadonlyMap<string, ApiKey>;
  readonly tier: Tier;
  readonly wall: WallClock;
  readonly faults: FaultPlan;
  /** Brings the exchange to the present. */
  readonly advance: () => void;
}

/** A server for the routes below {@link REST_PREFIX}: each request is signed, paid for and answered, in that order. It does not listen yet. */
export function restServer(options: RestServerOptions): FastifyInstance {
  const app = Fastify({ forceCloseConnections: true, exposeHeadRoutes: false, bodyLimit: 16 * 1_048_576 });
  // Bodies stay text: what is wrong with them is answered as the venue answers it.
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('*', { parseAs: 'string' }, (_request, body, done) => done(null, body));
  app.setNotFoundHandler((_request, reply) => send(reply, notFound()));
  app.setErrorHandler((error: Error & { statusCode?: number }, _request, reply) => {
    if (error.statusCode !== undefined) return send(reply, unreadable('bad_request', error.message));
    // A mistake of the exchange's own must not pass for an answer: the program ends with its stack.
    setImmediate(() => {
      throw error;
    });
    return send(reply, { status: 500, body: { error: { code: 'internal_server_error', message: error.message } } });
  });
  const desk = new Desk(options);
  for (const route of options.routes) {
    const { method, path } = route;
    app.route({ method, url: REST_PREFIX + path, handler: (request, reply) => desk.serve(route, request, reply) });
  }
  return app;
}

class Desk {
  readonly #options: RestServerOptions;
  readonly #buckets = new Map<ExchangeAccount | null, { read: TokenBucket; write: TokenBucket }>();

  constructor(options: RestServerOptions) {
    this.#options = options;
  }

  serve(route: Route, request: FastifyRequest, reply: FastifyReply): FastifyReply {
    const fault = this.#options.faults.request(request.method, pathOf(request));
    if (fault?.type === 'lost-before') return lose(reply);
    if (fault?.type === 'answer' && !fault.obeyed) return send(reply, fault);
    const answer = this.#answer(route, request);
    if (fault?.type === 'lost-after') return lose(reply);
    return send(reply, fault?.type === 'answer' ? fault : answer);
  }

  #answer(route: Route, request: FastifyRequest): Answer {
    try {
      const account = this.#accountOf(route, request);
      const text = bodyOf(request);
      this.#pay(route, account, text);
      this.#options.advance();
      const query = new Query(route.name, request.raw.url!.split('?')[1] ?? '');
      const params = request.params as Readonly<Record<string, string>>;
      return route.answer(new Call(query, params, text, account));
    } catch (error) {
      if (error instanceof Refusal) return error;
      throw error;
    }
  }

  /** An open route takes a signature too, and does not look at it: its tokens come out of that account's bucket. */
  #accountOf({ open }: Route, request: FastifyRequest): ExchangeAccount | null {
    const { keys, wall } = this.#options;
    if (open === true) return keys.get(String(request.headers['kalshi-access-key']))?.account ?? null;
    return checkSignature(request.headers, request.method, pathOf(request), keys, wall.now()).account;
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

/** As it was sent, without the query: what is signed. */
function pathOf({ raw }: FastifyRequest): string {
  return raw.url!.split('?')[0]!;
}

/** A body must say that it is JSON. */
function bodyOf({ method, headers, body }: FastifyRequest): string {
  const text = typeof body === 'string' ? body : '';
  const needed = method === 'POST' || method === 'PUT' || text !== '';
  if (needed && !(headers['content-type'] ?? '').startsWith('application/json')) {
    throw unreadable('invalid_content_type', 'Content-Type must be application/json');
  }
  return text;
}

function send(reply: FastifyReply, { status, body }: Answer): FastifyReply {
  reply.code(status);
  return body === undefined ? reply.send() : reply.type('application/json').send(JSON.stringify(body));
}

/** The connection breaks before an answer. */
function lose(reply: FastifyReply): FastifyReply {
  reply.hijack();
  reply.raw.destroy();
  return reply;
}
