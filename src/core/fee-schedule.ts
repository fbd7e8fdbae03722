import type { Time } from './time.ts';

/** The venue's fee formulas by name (`fee_type`). */
export type FeeType = 'quadratic' | 'quadratic_with_maker_fees' | 'quadratic_with_combo_maker_fees';

/** From `from` on, the series charges by this formula times `multiplierE4` / 10,000. */
export interface FeeChange {
  readonly series: string;
  /** The one event it is for, or null for the whole series. */
  readonly event: string | null;
  readonly from: Time;
  readonly type: FeeType;
  /** The fee multiplier in 1e-4: 10,000 is 1, 5,000 is ½, 0 is free. */
  readonly multiplierE4: number;
  /** Stated by the user of a run: from `from` on it counts above every other row. */
  readonly declared?: true;
}
