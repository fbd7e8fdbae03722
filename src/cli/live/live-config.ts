import { readFileSync, statSync } from 'node:fs';
import { z } from 'zod';
import { Fault } from '../../core/fault.ts';
import type { Duration } from '../../core/time.ts';
import { SECOND } from '../../core/time.ts';
import type { LimitSettings } from '../../engine/limits.ts';
import type { WrittenParams } from '../../engine/params.ts';
import type { AlertSettings } from '../../live/alerts.ts';
import { type HearingSettings, STANDARD_HEARING } from '../../live/hearing-watch.ts';
import { LIMITS_FILE, limitsOf, schemaFault } from '../limits-file.ts';

const share = z.number().min(0).max(1);

const RISK = z.strictObject({
  api_errors: share.optional().describe('of the last hundred calls; pauses while it lasts'),
  silence_seconds: z.number().min(1).max(3_600).optional().describe('without a frame or a ping; pauses while it lasts'),
  clock_offset_seconds: z.number().min(1).max(60).optional().describe("between our clock and the exchange's"),
});

const ALERTS = z.strictObject({
  webhook: z
    .url({ protocol: /^https?$/ })
    .optional()
    .describe('gets each alert as JSON'),
  mail: z
    .strictObject({
      host: z.string().min(1),
      port: z.int().min(1).max(65_535),
      from: z.email(),
      to: z.email(),
      user: z.string().min(1).optional().describe('its password is TAPEDECK_SMTP_PASSWORD in the environment'),
    })
    .optional(),
});

/** `live --config FILE`, read again while the session runs. */
export const LIVE_CONFIG = z.strictObject({
  $schema: z.string().optional(),
  params: z
    .record(z.string(), z.union([z.string(), z.number(), z.boolean()]))
    .optional()
    .describe('of the strategy; --param wins'),
  limits: LIMITS_FILE.optional().describe('what it leaves out stays standard'),
  risk: RISK.optional().describe('what it leaves out stays standard'),
  alerts: ALERTS.optional(),
  account_check_seconds: z
    .number()
    .min(1)
    .max(3_600)
    .optional()
    .describe('how often the account is compared with the exchange; read at the start only; 30'),
  order_life_seconds: z
    .number()
    .min(6)
    .max(3_600)
    .optional()
    .describe('how long an order rests when nobody renews it any more; read at the start only; 120'),
});

export interface LiveConfig {
  readonly params: WrittenParams;
  /** Null where the file says nothing of them. */
  readonly limits: LimitSettings | null;
  readonly risk: HearingSettings;
  readonly alerts: AlertSettings;
  /** How often the account is compared with the exchange, on the wall. */
  readonly accountCheck: Duration;
  /** How long an order rests when nobody renews it any more, on the wall. */
  readonly orderLife: Duration;
}

const ACCOUNT_CHECK = (30 * SECOND) as Duration;
const ORDER_LIFE = (120 * SECOND) as Duration;

/** What a configuration is without a file. */
export const NO_CONFIG: LiveConfig = {
  params: {},
  limits: null,
  risk: STANDARD_HEARING,
  alerts: {},
  accountCheck: ACCOUNT_CHECK,
  orderLife: ORDER_LIFE,
};

/** Reads a configuration whole. Throws a Fault (`missing-file`, `malformed-input`) that names each wrong field. */
export function readLiveConfig(file: string): LiveConfig {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    throw new Fault('missing-file', `--config ${file} cannot be read`, { next: 'Check the path.', cause: error });
  }
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (error) {
    throw new Fault('malformed-input', `${file} is not JSON: ${(error as Error).message}`, {
      next: 'Correct it; until then the last good one counts.',
    });
  }
  const parsed = LIVE_CONFIG.safeParse(json);
  if (!parsed.success) throw schemaFault(file, parsed.error, Object.keys(LIVE_CONFIG.shape));
  const { params = {}, limits, risk = {}, alerts = {} } = parsed.data;
  return {
    params,
    limits: limits === undefined ? null : limitsOf(limits),
    risk: riskOf(risk),
    alerts,
    accountCheck: timeOf(parsed.data.account_check_seconds, SECOND, ACCOUNT_CHECK),
    orderLife: timeOf(parsed.data.order_life_seconds, SECOND, ORDER_LIFE),
  };
}

function riskOf(given: z.infer<typeof RISK>): HearingSettings {
  const standard = STANDARD_HEARING;
  return {
    apiErrors: given.api_errors ?? standard.apiErrors,
    silence: timeOf(given.silence_seconds, SECOND, standard.silence),
    clockOffset: timeOf(given.clock_offset_seconds, SECOND, standard.clockOffset),
  };
}

function timeOf(amount: number | undefined, unit: number, left: Duration): Duration {
  return amount === undefined ? left : (Math.round(amount * unit) as Duration);
}

/** Looks at a configuration file again and again: what is new in it is handed on whole, and what is wrong is told once. */
export class ConfigWatch {
  readonly #file: string;
  readonly #apply: (config: LiveConfig) => void;
  readonly #refused: (fault: Fault) => void;
  #seen: string;

  /** The file as it is now counts as read. */
  constructor(file: string, apply: (config: LiveConfig) => void, refused: (fault: Fault) => void) {
    this.#file = file;
    this.#apply = apply;
    this.#refused = refused;
    this.#seen = stampOf(file);
  }

  look(): void {
    const stamp = stampOf(this.#file);
    if (stamp === this.#seen) return;
    this.#seen = stamp;
    try {
      this.#apply(readLiveConfig(this.#file));
    } catch (error) {
      if (!(error instanceof Fault)) throw error;
      this.#refused(error);
    }
  }
}

function stampOf(file: string): string {
  const found = statSync(file, { bigint: true, throwIfNoEntry: false });
  return found === undefined ? 'gone' : `${found.mtimeNs} ${found.size} ${found.ino}`;
}
