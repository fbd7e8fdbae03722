import type { Time } from '../../core/time.ts';
import type { Day } from '../../weather/climate-day.ts';
import type { TapeSource } from '../store/tape-source.ts';
import { type LookOptions, replayLooks } from './replay-looks.ts';

/** The features of one event as they were at one time. */
export interface FeatureRow {
  readonly city: string;
  /** Empty where a day is looked at without a market. */
  readonly event: string;
  readonly day: Day;
  /** Hours from the beginning of the climate day. */
  readonly hour: number;
  readonly time: Time;
  /** In the order of `FEATURES`; NaN for what was not known. */
  readonly features: Float64Array;
  /** The highest degree of each rung but the last, from the coldest up; null while the ladder was not whole. */
  readonly ladder: readonly number[] | null;
  /** What prices implied of each rung, summing to 1; null where they were no opinion. */
  readonly implied: readonly number[] | null;
  /** The official high, published later, °F: what a model is to learn, never what it may see. Null where the tape does not tell it. */
  readonly high: number | null;
}

/** What an export met beside its rows. */
export interface FeatureReport {
  readonly rows: readonly FeatureRow[];
  /** Events met, and looks at them that gave no row because no forecast of the day was issued yet. */
  readonly events: number;
  readonly withoutForecast: number;
  readonly tooLate: number;
}

/** The features of a tape's weather events at the hours asked for. Throws as `replayLooks` does. */
export async function featureRows(tape: TapeSource, options: LookOptions): Promise<FeatureReport> {
  const { looks, desk, events, tooLate } = await replayLooks(tape, options, (at, event, now) => ({
    features: at.features(event, now),
    ladder: event.watch.ladder?.slice(0, -1).map(({ bracket }) => bracket.high) ?? null,
    implied: event.watch.view()?.implied.probabilities ?? null,
  }));
  const rows = looks.flatMap(({ event: { event, city, day }, hour, time, seen: { features, ladder, implied } }) => {
    if (features === null) return [];
    const high = desk.signalsOf(city).officialHigh(day)?.value ?? null;
    return [{ city: city.name, event, day, hour, time, features, ladder, implied, high }];
  });
  return { rows, events, withoutForecast: looks.length - rows.length, tooLate };
}
