import { Agent, request } from 'undici';
import type { Clock } from '../core/clock.ts';
import type { Duration } from '../core/time.ts';
import type { Environment } from './environment.ts';
import { readJson } from './rest-answer.ts';
import type { Signer } from './signer.ts';

export type Method = 'GET' | 'POST' | 'PUT' | 'DELETE';

/** One request as it goes out. `path` is from the root and encoded; the query is not signed. */
export interface Outgoing {
  readonly method: Method;
  readonly path: string;
  readonly query: string;
  readonly body: unknown;
}

/** What one attempt came to. Only `unreached` is sure not to have arrived. */
export type Attempt =
  /** `body` is undefined where it is no JSON, null where it is empty. */
  | { readonly kind: 'answer'; readonly status: number; readonly body: unknown; readonly date: string | null }
  | { readonly kind: 'unreached' | 'timed-out' | 'connection-lost' | 'stopped'; readonly detail: string };

/** Carries one request to the exchange, once, and says what came of it. */
export interface Transport {
  /** Whether requests are signed. */
  readonly signs: boolean;
  attempt(outgoing: Outgoing, timeout: Duration, signal?: AbortSignal): Promise<Attempt>;
  /** Closes all connections; what is under way fails. */
  close(): Promise<void>;
}

/** A body larger than this is not read: no answer of the exchange comes near it. In bytes. */
const LARGEST_BODY = 64 * 1024 * 1024;

/** Failures before anything was sent. */
const BEFORE_SENDING = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'ENETUNREACH',
  'EHOSTUNREACH',
  'UND_ERR_CONNECT_TIMEOUT',
  'ERR_TLS_CERT_ALTNAME_INVALID',
  'CERT_HAS_EXPIRED',
  'SELF_SIGNED_CERT_IN_CHAIN',
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
]);

/** Signs and sends one request over kept connections, once, and says what came of it. Redirects are not followed. */
export class RestTransport implements Transport {
  readonly #environment: Environment;
  readonly #signer: Signer | null;
  readonly #clock: Clock;
  readonly #agent: Agent;

  constructor(environment: Environment, signer: Signer | null, clock: Clock) {
    this.#environment = environment;
    this.#signer = signer;
    this.#clock = clock;
    this.#agent = new Agent({
      connections: 16,
      pipelining: 1,
      connect: { timeout: 5_000 },
      headersTimeout: 0,
      bodyTimeout: 0,
      maxResponseSize: LARGEST_BODY,
    });
  }

  get signs(): boolean {
    return this.#signer !== null;
  }

  async attempt(outgoing: Outgoing, timeout: Duration, signal?: AbortSignal): Promise<Attempt> {
    if (signal?.aborted) return { kind: 'unreached', detail: 'stopped before it was sent' };
    const timer = new AbortController();
    const callOff = this.#clock.wakeAfter(timeout, () => timer.abort());
    const either = signal === undefined ? timer.signal : AbortSignal.any([timer.signal, signal]);
    try {
      return await this.#send(outgoing, either);
    } catch (error) {
      if (timer.signal.aborted) return { kind: 'timed-out', detail: `no answer within ${timeout / 1_000} ms` };
      if (signal?.aborted) return { kind: 'stopped', detail: 'stopped while waiting for the answer' };
      const { code = '', message } = error as { code?: string; message: string };
      const detail = message.includes(code) ? message : `${code} ${message}`;
      return { kind: BEFORE_SENDING.has(code) ? 'unreached' : 'connection-lost', detail };
    } finally {
      callOff();
    }
  }

  async #send({ method, path, query, body }: Outgoing, signal: AbortSignal): Promise<Attempt> {
    const timeMs = Math.floor(this.#clock.now() / 1_000);
    const response = await request(`${this.#environment.rest}${path}${query === '' ? '' : `?${query}`}`, {
      method,
      headers: {
        accept: 'application/json',
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...(this.#signer?.headers(method, path, timeMs) ?? {}),
      },
      body: body === undefined ? null : JSON.stringify(body),
      signal,
      dispatcher: this.#agent,
    });
    const text = await response.body.text();
    const date = response.headers.date;
    return {
      kind: 'answer',
      status: response.statusCode,
      body: text.trim() === '' ? null : readJson(text),
      date: typeof date === 'string' ? date : null,
    };
  }

  close(): Promise<void> {
    return this.#agent.destroy();
  }
}
