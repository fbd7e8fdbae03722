import { type Dispatcher, Pool } from 'undici';
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
  /** Why it must not leave, null where it may: asked when its first byte is to leave. */
  readonly barred?: () => string | null;
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

/** Signs and sends one request over kept connections, once, and says what came of it. Redirects are not followed. */
export class RestTransport implements Transport {
  readonly #signer: Signer | null;
  readonly #clock: Clock;
  readonly #pool: Pool;

  constructor(environment: Environment, signer: Signer | null, clock: Clock) {
    this.#signer = signer;
    this.#clock = clock;
    this.#pool = new Pool(environment.rest, {
      connections: 16,
      pipelining: 1,
      connect: { timeout: 5_000 },
      // Reads every half minute keep one open: an order must not wait for a new connection.
      keepAliveTimeout: 55_000,
      headersTimeout: 0,
      bodyTimeout: 0,
      maxResponseSize: LARGEST_BODY,
    });
  }

  get signs(): boolean {
    return this.#signer !== null;
  }

  /** Hands the request to its connection before it returns: an order must not wait for what else the process has to do. */
  attempt(outgoing: Outgoing, timeout: Duration, signal?: AbortSignal): Promise<Attempt> {
    if (signal?.aborted) return Promise.resolve({ kind: 'unreached', detail: 'stopped before it was sent' });
    const request = this.#request(outgoing);
    const latest = this.#clock.elapsed() + timeout;
    return new Promise((done) => {
      // A process that stood still may find a connection ready before its timers.
      const late = (): string | null => (this.#clock.elapsed() < latest ? null : 'it could not leave in its time');
      const sending = new Sending(done, () => late() ?? outgoing.barred?.() ?? null);
      const callOff = this.#clock.wakeAfter(timeout, () =>
        sending.giveUp('timed-out', `no answer within ${timeout / 1_000} ms`),
      );
      const stop = (): void => sending.giveUp('stopped', 'stopped while waiting for the answer');
      signal?.addEventListener('abort', stop, { once: true });
      sending.atEnd = () => {
        callOff();
        signal?.removeEventListener('abort', stop);
      };
      this.#pool.dispatch(request, sending);
    });
  }

  #request({ method, path, query, body }: Outgoing): Dispatcher.DispatchOptions {
    const headers: Record<string, string> = { accept: 'application/json' };
    if (body !== undefined) headers['content-type'] = 'application/json';
    if (this.#signer !== null) {
      Object.assign(headers, this.#signer.headers(method, path, Math.floor(this.#clock.now() / 1_000)));
    }
    return {
      ...{ method, headers, path: query === '' ? path : `${path}?${query}` },
      body: body === undefined ? null : JSON.stringify(body),
    };
  }

  close(): Promise<void> {
    return this.#pool.destroy();
  }
}

/** One request on its way, as its connection tells of it. What never began to leave has surely not arrived. */
class Sending implements Dispatcher.DispatchHandler {
  atEnd: () => void = () => {};
  readonly #done: (attempt: Attempt) => void;
  readonly #barred: () => string | null;
  readonly #pieces: Buffer[] = [];
  #controller: Dispatcher.DispatchController | null = null;
  #status = 0;
  #date: string | null = null;
  #ended = false;

  constructor(done: (attempt: Attempt) => void, barred: () => string | null) {
    this.#done = done;
    this.#barred = barred;
  }

  giveUp(kind: 'timed-out' | 'stopped', detail: string): void {
    if (this.#ended) return;
    this.#end({ kind: this.#controller === null ? 'unreached' : kind, detail });
    this.#controller?.abort(new Error(detail));
  }

  /** Called before the first byte leaves. Nothing is sent after it was given up, nothing that is barred, and nothing twice. */
  onRequestStart(controller: Dispatcher.DispatchController): void {
    const why = this.#ended || this.#controller !== null ? 'it is over' : this.#barred();
    if (why === null) {
      this.#controller = controller;
      return;
    }
    if (this.#controller === null) this.#end({ kind: 'unreached', detail: why });
    controller.abort(new Error(why));
  }

  onResponseStart(
    ...[, status, headers]: Parameters<NonNullable<Dispatcher.DispatchHandler['onResponseStart']>>
  ): void {
    this.#status = status;
    this.#date = typeof headers.date === 'string' ? headers.date : null;
  }

  onResponseData(_controller: Dispatcher.DispatchController, piece: Buffer): void {
    this.#pieces.push(piece);
  }

  onResponseEnd(): void {
    const text = Buffer.concat(this.#pieces).toString();
    const body = text.trim() === '' ? null : readJson(text);
    this.#end({ kind: 'answer', status: this.#status, body, date: this.#date });
  }

  onResponseError(_controller: Dispatcher.DispatchController, error: Error): void {
    const { code = '', message } = error as { code?: string; message: string };
    const detail = message.includes(code) ? message : `${code} ${message}`;
    this.#end({ kind: this.#controller === null ? 'unreached' : 'connection-lost', detail });
  }

  #end(attempt: Attempt): void {
    if (this.#ended) return;
    this.#ended = true;
    this.atEnd();
    this.#done(attempt);
  }
}
