import { createHash } from 'node:crypto';
import Fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify';
import type { ExchangeDoor } from './door.ts';
import { unreadable } from './refusal.ts';
import type { RestRequest } from './rest-desk.ts';
import type { Answer } from './route.ts';

/** Below it the weather services of the world answer, each under its own name. */
export const WEATHER_PREFIX = '/weather';

/** An HTTP server whose every request goes to the door. It does not listen yet. */
export function restServer(door: Pick<ExchangeDoor, 'serve' | 'obey' | 'weather'>): FastifyInstance {
  const app = Fastify({ forceCloseConnections: true, exposeHeadRoutes: false, bodyLimit: 16 * 1_048_576 });
  // Bodies stay text: what is wrong with them is answered as the venue answers it.
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('*', { parseAs: 'string' }, (_request, body, done) => done(null, body));
  app.setErrorHandler((error: Error & { statusCode?: number }, _request, reply) => {
    if (error.statusCode !== undefined) return send(reply, unreadable('bad_request', error.message));
    // A mistake of the exchange's own must not pass for an answer: the program ends with its stack.
    setImmediate(() => {
      throw error;
    });
    return send(reply, { status: 500, body: { error: { code: 'internal_server_error', message: error.message } } });
  });
  app.get(`${WEATHER_PREFIX}/*`, (request, reply) => {
    const { pathname, searchParams } = new URL(request.raw.url!, 'http://localhost');
    const body = door.weather(decodeURIComponent(pathname.slice(WEATHER_PREFIX.length + 1)), searchParams);
    if (body === undefined) return reply.code(404).send();
    const etag = `"${createHash('sha256').update(body).digest('hex').slice(0, 16)}"`;
    reply.header('etag', etag);
    if (request.headers['if-none-match'] === etag) return reply.code(304).send();
    return reply.type(body.startsWith('{') ? 'application/json' : 'text/csv').send(body);
  });
  app.all('*', (request, reply) => {
    const asked = read(request);
    const answer = door.serve(asked);
    if (answer.kind === 'answer') return send(reply, answer);
    if (answer.obeyAfter !== undefined) setTimeout(() => door.obey(asked), answer.obeyAfter / 1_000).unref();
    reply.hijack();
    if (answer.kind === 'lost') reply.raw.destroy();
    return reply;
  });
  return app;
}

function read({ raw, method, headers, body }: FastifyRequest): RestRequest {
  const [path = '', query = ''] = raw.url!.split('?');
  return { method, path, query, headers, body: typeof body === 'string' ? body : '' };
}

function send(reply: FastifyReply, { status, body }: Answer): FastifyReply {
  reply.code(status);
  if (body === undefined) return reply.send();
  if (typeof body === 'string') return reply.type('text/html').send(body);
  return reply.type('application/json').send(JSON.stringify(body));
}
