import type { WrittenParams } from '../../engine/params.ts';
import type { TapeKin } from './tape-kin.ts';

/** One look at a tape: a configuration, and what it showed in each lane. A line of `<data>/trials.ndjson`. */
export interface Trial {
  /** SHA-256 of what makes it a trial of its own; the tape, the code, the parameters and the terms. */
  readonly key: string;
  readonly time: string;
  /** SHA-256 of the same without the tape: the same configuration on a longer tape is not another one. Rows of earlier versions lack it. */
  readonly configuration?: string;
  readonly tape: TapeKin;
  readonly strategy: string;
  readonly hashes: { readonly strategy: string; readonly code: string };
  readonly params: WrittenParams;
  /** "backtest", or the id of the sweep. */
  readonly source: string;
  readonly lanes: readonly TrialLane[];
}

export interface TrialLane {
  readonly lane: string;
  readonly fills: number;
  readonly net_e6: number;
  readonly cents_per_contract: number | null;
  readonly days: number;
  /** Mean over deviation of daily net dollars, not scaled to a year; null with fewer than two days. */
  readonly daily_sharpe: number | null;
}

type Kind = 'string' | 'number' | 'boolean';

/** The trial that a line of the registry holds, or null for one that holds none. */
export function trialIn(line: string): Trial | null {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    return null;
  }
  return isTrial(value) ? value : null;
}

function isTrial(value: unknown): value is Trial {
  if (!has(value, 'string', ['key', 'time', 'strategy', 'source'])) return false;
  const { tape, hashes, params, lanes, configuration = '' } = value;
  if (typeof configuration !== 'string') return false;
  if (!has(tape, 'string', ['name', 'digest']) || !has(tape, 'boolean', ['synthetic'])) return false;
  if (tape.spans !== undefined && !(Array.isArray(tape.spans) && tape.spans.every(isSpan))) return false;
  if (!has(hashes, 'string', ['strategy', 'code']) || !isObject(params)) return false;
  if (!Object.values(params).every((param) => ['string', 'number', 'boolean'].includes(typeof param))) return false;
  return Array.isArray(lanes) && lanes.length > 0 && lanes.every(isLane);
}

function isSpan(span: unknown): boolean {
  if (!has(span, 'string', ['from', 'to']) || !Array.isArray(span.series)) return false;
  return span.series.every((series) => typeof series === 'string');
}

function isLane(lane: unknown): boolean {
  if (!has(lane, 'string', ['lane']) || !has(lane, 'number', ['fills', 'net_e6', 'days'])) return false;
  return [lane.cents_per_contract, lane.daily_sharpe].every((ratio) => ratio === null || typeof ratio === 'number');
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function has(value: unknown, kind: Kind, names: readonly string[]): value is Record<string, unknown> {
  return isObject(value) && names.every((name) => typeof value[name] === kind);
}
