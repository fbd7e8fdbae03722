import { constants, generateKeyPairSync, type KeyObject, verify } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Clock } from '../../src/core/clock.ts';
import { type Duration, milliseconds, type Time } from '../../src/core/time.ts';
import { DriftSentinel } from '../../src/kalshi/drift.ts';
import { localEnvironment } from '../../src/kalshi/environment.ts';
import { KalshiRest, type RestOptions } from '../../src/kalshi/rest.ts';
import { signerOf } from '../../src/kalshi/signer.ts';
import { atEnd } from '../at-end.ts';

export const KEY_ID = '00000000-1111-4222-8333-444444444444';
export const RSA = generateKeyPairSync('rsa', { modulusLength: 2048 });
export const ED25519 = generateKeyPairSync('ed25519');

export const pemOf = (key: KeyObject, type: 'pkcs1' | 'pkcs8'): string =>
  key.export({ type, format: 'pem' } as { type: 'pkcs8'; format: 'pem' }) as string;

/** What the server does with one request: answer, never answer, or cut the line. */
export type Scripted = { status: number; body: unknown } | 'silence' | 'cut';

export interface Heard {
  readonly method: string;
  readonly path: string;
  readonly query: string;
  readonly body: unknown;
  /** Whether the signature of the key of this test fits. */
  readonly signed: boolean;
}

export interface ScriptedExchange {
  readonly address: string;
  readonly heard: Heard[];
  /** What comes next, one for each request; afterwards `{}`. */
  script(...steps: Scripted[]): void;
  close(): Promise<void>;
}

/** A server on loopback that plays a script and checks signatures as the exchange does. */
export async function scriptedExchange(): Promise<ScriptedExchange> {
  const heard: Heard[] = [];
  const steps: Scripted[] = [];
  const server = createServer(async (request, response) => {
    heard.push(await hear(request));
    play(steps.shift() ?? { status: 200, body: {} }, request, response);
  });
  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready));
  const close = () =>
    new Promise<void>((done) => {
      server.close(() => done());
      server.closeAllConnections();
    });
  atEnd(close);
  return {
    address: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    heard,
    script: (...next) => steps.push(...next),
    close,
  };
}

async function hear(request: IncomingMessage): Promise<Heard> {
  let text = '';
  for await (const piece of request) text += piece;
  const [path = '', query = ''] = request.url!.split('?');
  const time = request.headers['kalshi-access-timestamp'];
  const signature = Buffer.from(String(request.headers['kalshi-access-signature'] ?? ''), 'base64');
  const signed =
    request.headers['kalshi-access-key'] === KEY_ID &&
    verify(
      'sha256',
      Buffer.from(`${time}${request.method}${path}`),
      { key: RSA.publicKey, padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: constants.RSA_PSS_SALTLEN_DIGEST },
      signature,
    );
  return { method: request.method!, path, query, body: text === '' ? undefined : JSON.parse(text), signed };
}

function play(step: Scripted, request: IncomingMessage, response: ServerResponse): void {
  if (step === 'silence') return;
  if (step === 'cut') {
    request.socket.destroy();
    return;
  }
  const text = typeof step.body === 'string' ? step.body : JSON.stringify(step.body);
  response.writeHead(step.status, { 'content-type': 'application/json' });
  response.end(step.status === 204 ? undefined : text);
}

/** A clock whose waits end at once and are written down: its time passes only by waiting. A request's time limit comes when it is told to. */
export class WaitingClock implements Clock {
  #at = 0;
  readonly waits: Duration[] = [];
  readonly #limit: Duration;
  readonly #limits = new Set<() => void>();

  constructor(limit: Duration = milliseconds(3_600_000)) {
    this.#limit = limit;
  }

  now(): Time {
    return (Date.now() * 1_000) as Time;
  }

  elapsed(): Duration {
    return this.#at as Duration;
  }

  wakeAfter(delay: Duration, call: () => void): () => void {
    if (delay === this.#limit) {
      this.#limits.add(call);
      return () => this.#limits.delete(call);
    }
    this.waits.push(delay);
    const timer = setImmediate(() => {
      this.#at += delay;
      call();
    });
    return () => clearImmediate(timer);
  }

  /** The time limit of whatever is under way is over. */
  runOut(): void {
    for (const call of [...this.#limits]) call();
  }
}

/** A client of a scripted exchange: its clock says when a request has taken too long; half of all jitter. */
export function clientOf(
  exchange: ScriptedExchange,
  options: Partial<RestOptions> = {},
): { rest: KalshiRest; drift: DriftSentinel; clock: WaitingClock } {
  const clock = new WaitingClock();
  const rest = new KalshiRest({
    environment: localEnvironment(exchange.address),
    signer: signerOf(KEY_ID, pemOf(RSA.privateKey, 'pkcs8')),
    clock,
    random: () => 0.5,
    timeout: milliseconds(3_600_000),
    ...options,
  });
  atEnd(() => rest.close());
  return { rest, drift: new DriftSentinel(), clock };
}
