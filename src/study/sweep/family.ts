import { totalsByDay } from '../statistics/interval.ts';
import type { LaneResult } from '../store/run-result.ts';
import type { ConfigurationResult } from './configuration-pass.ts';

/** What one configuration earned in one lane, by the days of the whole family. */
export interface Series {
  readonly configuration: number;
  readonly lane: string;
  /** Places of the days it traded on, among the days of the family. */
  readonly days: Int32Array;
  /** Net in 1e-6 dollars and contracts in 0.01 on each of them. */
  readonly net: Float64Array;
  readonly volume: Float64Array;
}

/** Configurations that were tried together: their results day by day, on one list of days. */
export interface Family {
  readonly days: readonly string[];
  readonly series: readonly Series[];
}

/** The daily results of configurations, lane by lane, in order of configuration. */
export function familyOf(results: readonly ConfigurationResult[]): Family {
  const totals = results.flatMap(({ number, lanes }) =>
    lanes.map((lane: LaneResult) => ({ number, lane: lane.lane, totals: totalsByDay(lane.markets) })),
  );
  const days = [...new Set(totals.flatMap((each) => each.totals.map(({ day }) => day)))].sort();
  const place = new Map(days.map((day, at) => [day, at]));
  return {
    days,
    series: totals.map(({ number, lane, totals: own }) => ({
      configuration: number,
      lane,
      days: Int32Array.from(own, ({ day }) => place.get(day)!),
      net: Float64Array.from(own, ({ netE6 }) => netE6),
      volume: Float64Array.from(own, ({ volumeE2 }) => volumeE2),
    })),
  };
}
