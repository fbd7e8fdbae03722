import type { WrittenParams } from '../../engine/params.ts';
import type { Interval } from '../statistics/bootstrap.ts';
import type { Bounds } from './luck.ts';

/** One configuration as the report shows it, by the lane in which its interval reaches lowest. */
export interface SweepRow {
  readonly number: number;
  readonly swept: WrittenParams;
  readonly digest: string;
  readonly surveyed: boolean;
  readonly lane: string;
  readonly fills: number;
  readonly days: number;
  readonly netE6: number;
  readonly centsPerContract: number | null;
  /** Over all lanes: the least that it earned, and the deepest fall from a peak, as shares of the starting cash. */
  readonly worstReturn: number;
  readonly worstDrawdown: number;
  /** As a single run would show it, or why there is none. */
  readonly raw: Interval | string;
  /** For all trials on the tape together; a text says why there is none. */
  readonly deflated: Bounds | string;
  /** The probability that luck alone makes the best of all trials as strong as this one in every lane; null where it was not judged. */
  readonly luckProbability: number | null;
  /** Whether it is above zero in every lane after deflation, and has the days for that to mean something. */
  readonly survives: boolean;
  /** Why it does not although its deflated interval lies above zero; else empty. */
  readonly but: string;
}
