import { createTransport } from 'nodemailer';
import type { Clock } from '../core/clock.ts';
import { type Duration, MINUTE } from '../core/time.ts';

/** What an alert is about: each kind is sent once in five minutes at most. */
export type AlertKind = 'halt' | 'fill' | 'position' | 'disconnect' | 'failures' | 'gap' | 'day' | 'summary';

export interface MailSettings {
  readonly host: string;
  readonly port: number;
  readonly from: string;
  readonly to: string;
  readonly user?: string | undefined;
}

export interface AlertSettings {
  /** Gets each alert as JSON: `{ session, kind, text, time, held }`. */
  readonly webhook?: string | undefined;
  readonly mail?: MailSettings | undefined;
}

export interface AlertsOptions {
  readonly session: string;
  readonly settings: AlertSettings;
  /** Of the mail account; from the environment, never from a file that is kept. */
  readonly password: string | null;
  /** The clock on the wall. */
  readonly wall: Clock;
  /** An alert could not be sent. */
  readonly failed: (text: string) => void;
}

const EVERY = 5 * MINUTE;
const TIMEOUT_MS = 10_000;

interface Kind {
  sentAt: number;
  held: number;
}

/** Sends word of a session by webhook and mail. What is held back within five minutes of one of its kind is counted, and told with the next. */
export class Alerts {
  settings: AlertSettings;
  readonly #options: AlertsOptions;
  readonly #kinds = new Map<AlertKind, Kind>();
  readonly #sending = new Set<Promise<void>>();

  constructor(options: AlertsOptions) {
    this.#options = options;
    this.settings = options.settings;
  }

  tell(kind: AlertKind, text: string): void {
    const { webhook, mail } = this.settings;
    if (webhook === undefined && mail === undefined) return;
    const now = this.#options.wall.elapsed();
    const known = this.#kinds.get(kind) ?? { sentAt: Number.NEGATIVE_INFINITY, held: 0 };
    this.#kinds.set(kind, known);
    if (now - known.sentAt < EVERY) {
      known.held++;
      return;
    }
    const { held } = known;
    known.sentAt = now;
    known.held = 0;
    if (webhook !== undefined) this.#send('webhook', () => this.#post(webhook, kind, text, held));
    if (mail !== undefined) this.#send('mail', () => this.#mail(mail, kind, text, held));
  }

  /** Resolves when everything is sent or has failed. */
  async stop(): Promise<void> {
    await Promise.all(this.#sending);
  }

  #send(by: string, send: () => Promise<void>): void {
    const sending = send()
      .catch((error: unknown) => {
        this.#options.failed(
          `an alert by ${by} could not be sent: ${error instanceof Error ? error.message : String(error)}`,
        );
      })
      .finally(() => this.#sending.delete(sending));
    this.#sending.add(sending);
  }

  async #post(url: string, kind: AlertKind, text: string, held: number): Promise<void> {
    const { session, wall } = this.#options;
    const time = new Date(wall.now() / 1_000).toISOString();
    const answer = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ session, kind, text, time, held }),
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
    if (!answer.ok) throw new Error(`${new URL(url).host} answered ${answer.status}`);
  }

  async #mail(
    { host, port, from, to, user }: MailSettings,
    kind: AlertKind,
    text: string,
    held: number,
  ): Promise<void> {
    const { session, password } = this.#options;
    const transport = createTransport({
      host,
      port,
      secure: port === 465,
      connectionTimeout: TIMEOUT_MS,
      greetingTimeout: TIMEOUT_MS,
      ...(user === undefined ? {} : { auth: { user, pass: password ?? '' } }),
    });
    const more = held === 0 ? '' : `\n\n${held} more of this kind were held back.`;
    await transport.sendMail({ from, to, subject: `tapedeck ${session}: ${kind}`, text: `${text}${more}` });
    transport.close();
  }
}

/** How long a lost connection may last before it is worth an alert. */
export const DISCONNECT_AFTER = 30_000_000 as Duration;
