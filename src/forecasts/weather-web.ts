import { Agent, request } from 'undici';
import type { Clock } from '../core/clock.ts';
import { Fault } from '../core/fault.ts';
import { type Duration, SECOND, type Time } from '../core/time.ts';

export interface WeatherWebOptions {
  readonly clock: Clock;
  /** 0 to 1: spreads the waits of many clients that failed together. */
  readonly random: () => number;
  /** How often an answer is asked for before it is given up. Default 5. */
  readonly attempts?: number;
  /** The first wait; each further one is twice as long, up to a minute. Default 1 s. */
  readonly firstWait?: Duration;
  readonly timeout?: Duration;
}

/** What a service said, and when we had it. */
export interface WebAnswer {
  readonly body: string;
  readonly receivedTime: Time;
  /** Whether it is the same as before: the service said so, or sent the same bytes. */
  readonly unchanged: boolean;
}

/** NWS refuses requests that name nobody. */
const USER_AGENT = 'tapedeck (research on daily highs)';
const LARGEST_BODY = 64 * 1024 * 1024;
const LONGEST_WAIT = (60 * SECOND) as Duration;

interface Kept {
  readonly etag: string | null;
  readonly modified: string | null;
  readonly body: string;
}

/**
 * Reads public services politely: one request at a time for each address, with what it had before (`ETag`, `Last-Modified`), waiting longer after
 * each failure and as long as a service asks for.
 */
export class WeatherWeb {
  readonly #options: WeatherWebOptions;
  readonly #agent = new Agent({ connections: 4, pipelining: 1, maxResponseSize: LARGEST_BODY });
  readonly #kept = new Map<string, Kept>();

  constructor(options: WeatherWebOptions) {
    this.#options = options;
  }

  /** Reads an address. Throws a Fault: `weather-unreachable` after the last attempt or a refusal, `interrupted`. */
  async read(url: string, signal?: AbortSignal): Promise<WebAnswer> {
    const { attempts = 5, firstWait = SECOND } = this.#options;
    let why = '';
    for (let attempt = 0; attempt < attempts; attempt++) {
      if (attempt > 0) await this.#wait(Math.min(LONGEST_WAIT, firstWait * 2 ** (attempt - 1)), signal);
      if (signal?.aborted) throw interrupted();
      const outcome = await this.#attempt(url, signal);
      if ('body' in outcome) return outcome;
      if (outcome.final) throw unreachable(url, outcome.why);
      why = outcome.why;
      if (outcome.after > 0) await this.#wait(Math.min(LONGEST_WAIT, outcome.after * SECOND), signal);
    }
    throw unreachable(url, `${why}, ${attempts} times`);
  }

  close(): Promise<void> {
    return this.#agent.destroy();
  }

  async #attempt(
    url: string,
    signal: AbortSignal | undefined,
  ): Promise<WebAnswer | { readonly why: string; readonly final: boolean; readonly after: number }> {
    const { clock, timeout = (30 * SECOND) as Duration } = this.#options;
    const kept = this.#kept.get(url);
    const timer = new AbortController();
    const callOff = clock.wakeAfter(timeout, () => timer.abort());
    try {
      const { statusCode, headers, body } = await request(url, {
        headers: {
          'user-agent': USER_AGENT,
          accept: 'application/geo+json, application/json, text/csv, text/plain',
          ...(kept?.etag == null ? {} : { 'if-none-match': kept.etag }),
          ...(kept?.modified == null ? {} : { 'if-modified-since': kept.modified }),
        },
        signal: signal === undefined ? timer.signal : AbortSignal.any([timer.signal, signal]),
        dispatcher: this.#agent,
      });
      const text = await body.text();
      const receivedTime = clock.now();
      if (statusCode === 304 && kept !== undefined) return { body: kept.body, receivedTime, unchanged: true };
      if (statusCode === 200) {
        this.#kept.set(url, { etag: one(headers.etag), modified: one(headers['last-modified']), body: text });
        return { body: text, receivedTime, unchanged: kept?.body === text };
      }
      const retry = statusCode === 429 || statusCode >= 500;
      const after = Number(one(headers['retry-after']) ?? 0);
      return { why: `it answered ${statusCode}`, final: !retry, after: Number.isFinite(after) ? after : 0 };
    } catch (error) {
      if (signal?.aborted) throw interrupted();
      const why = timer.signal.aborted ? `no answer within ${timeout / SECOND} s` : (error as Error).message;
      return { why, final: false, after: 0 };
    } finally {
      callOff();
    }
  }

  #wait(delay: number, signal: AbortSignal | undefined): Promise<void> {
    const { clock, random } = this.#options;
    return new Promise((done, fail) => {
      const stop = (): void => {
        callOff();
        fail(interrupted());
      };
      const callOff = clock.wakeAfter(Math.round(delay * (0.75 + random() / 2)) as Duration, () => {
        signal?.removeEventListener('abort', stop);
        done();
      });
      signal?.addEventListener('abort', stop, { once: true });
    });
  }
}

const one = (header: string | string[] | undefined): string | null =>
  header === undefined ? null : typeof header === 'string' ? header : (header[0] ?? null);

function unreachable(url: string, why: string): Fault {
  const { origin, pathname } = new URL(url);
  return new Fault('weather-unreachable', `${origin}${pathname} gave no usable answer: ${why}`, {
    next: 'Try again later; what was there is kept.',
  });
}

function interrupted(): Fault {
  return new Fault('interrupted', 'interrupted while a weather service was asked', { next: 'Start it again.' });
}
