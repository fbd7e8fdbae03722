import { BASIC_TIER } from '../sim/api-budget.ts';
import type { GlobalFlags } from './session.ts';

/** What `tapedeck backtest` takes. */
export interface BacktestFlags extends GlobalFlags {
  readonly strategy: string;
  readonly tape?: string;
  readonly param: readonly string[];
  /** Short for parameters of these names. */
  readonly city?: string;
  readonly aggressiveness?: string;
  readonly params?: string;
  readonly lanes: string;
  readonly controls: boolean;
  readonly seed: string;
  readonly cash: string;
  readonly latency: string;
  readonly fees?: string;
  readonly membership: 'direct' | 'non-direct';
  readonly limits?: string;
  readonly tier: string;
}

/** What a flag is where it is left out. */
export const STANDARD_FLAGS = {
  lanes: 'pessimistic,base,optimistic',
  seed: 'tapedeck',
  cash: '10000',
  latency: 'assumed',
  membership: 'direct',
  tier: BASIC_TIER.name,
} as const;

/** What it takes beside that to run many configurations. */
export interface SweepFlags extends BacktestFlags {
  readonly sweep: readonly string[];
  readonly 'sweep-file'?: string;
  readonly dial?: string;
  readonly workers?: string;
  readonly 'walk-forward'?: string;
}
