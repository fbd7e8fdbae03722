import { randomBytes, timingSafeEqual } from 'node:crypto';
import { type AddressInfo, createServer } from 'node:net';
import Fastify, { type FastifyReply, type FastifyRequest } from 'fastify';
import { Fault } from '../../core/fault.ts';
import { metricsText } from './metrics.ts';
import { MONITOR_PAGE } from './monitor-page.ts';
import type { SessionView } from './session-view.ts';

/** The only address that it listens on. */
const LOOPBACK = '127.0.0.1';

export interface MonitorOptions {
  /** 0 for any that is free. */
  readonly port: number;
  readonly view: () => SessionView;
  readonly halt: (reason: string) => void;
  /** Says whether it goes on: a session that ends does not. */
  readonly resume: (reason: string) => boolean;
}

export interface Monitor {
  readonly url: string;
  /** What whoever halts or resumes must know. */
  readonly token: string;
  close(): Promise<void>;
}

/** Serves the monitor of a session on this machine: page, `/health`, `/status`, `/metrics`, and what may be done behind a token. Throws a Fault (`usage`). */
export async function startMonitor({ port, view, halt, resume }: MonitorOptions): Promise<Monitor> {
  const token = randomBytes(16).toString('hex');
  const app = Fastify({ forceCloseConnections: true });
  app.addHook('onRequest', async (request, reply) => {
    // A page elsewhere that calls this machine by another name gets nothing.
    if (!/^(127\.0\.0\.1|localhost|\[::1\])(:\d+)?$/.test(request.headers.host ?? '')) {
      await reply.code(403).send({ error: 'ask for 127.0.0.1' });
    }
  });
  app.get('/', (_, reply) =>
    reply
      .type('text/html; charset=utf-8')
      .header(
        'content-security-policy',
        "default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline'; connect-src 'self'",
      )
      .send(MONITOR_PAGE),
  );
  app.get('/health', (_, reply) => {
    const { health } = view();
    return reply.code(health.ok ? 200 : 503).send(health);
  });
  app.get('/status', (_, reply) => reply.header('cache-control', 'no-store').send(view()));
  app.get('/metrics', async (_, reply) => reply.type('text/plain; version=0.0.4').send(await metricsText(view())));
  const act = (path: string, done: (reason: string) => boolean): void => {
    app.post(path, (request: FastifyRequest, reply: FastifyReply) => {
      if (!isToken(request.headers.authorization, token)) return reply.code(401).send({ error: 'the token is wrong' });
      const { reason } = (request.body ?? {}) as { readonly reason?: unknown };
      if (typeof reason !== 'string' || reason.trim() === '') {
        return reply.code(400).send({ error: 'a reason is missing: {"reason": "…"}' });
      }
      if (!done(reason.slice(0, 200))) return reply.code(409).send({ error: 'the session is ending' });
      return reply.send(view().health);
    });
  };
  act('/halt', (reason) => {
    halt(reason);
    return true;
  });
  act('/resume', resume);
  try {
    await app.listen({ host: LOOPBACK, port });
  } catch (error) {
    throw portFault(error, port);
  }
  const { port: given } = app.server.address() as AddressInfo;
  return { url: `http://${LOOPBACK}:${given}`, token, close: () => app.close() };
}

/** Throws a Fault (`usage`) where the page could not be at that port: asked before a session begins. */
export async function checkMonitorPort(port: number): Promise<void> {
  const probe = createServer();
  try {
    await new Promise<void>((ready, fail) => probe.once('error', fail).listen(port, LOOPBACK, ready));
  } catch (error) {
    throw portFault(error, port);
  }
  await new Promise((closed) => probe.close(closed));
}

function portFault(error: unknown, port: number): unknown {
  const { code } = error as NodeJS.ErrnoException;
  if (code !== 'EADDRINUSE' && code !== 'EACCES') return error;
  return new Fault('usage', `--monitor ${port} cannot be used: ${code === 'EACCES' ? 'not allowed' : 'it is taken'}`, {
    next: 'Choose another port, or 0 for any that is free.',
  });
}

function isToken(header: string | undefined, token: string): boolean {
  const given = Buffer.from(header ?? '');
  const wanted = Buffer.from(`Bearer ${token}`);
  return given.length === wanted.length && timingSafeEqual(given, wanted);
}
