import { HOUR, type Time } from '../../core/time.ts';

/** Piecewise values by hour after the climate day's local midnight: from each hour on, until the next. */
const ACTIVITY: readonly (readonly [hour: number, level: number])[] = [
  [-48, 0.5],
  [-8, 0.6],
  [-1, 0.15],
  [6, 0.8],
  [11, 1],
  [18, 0.35],
];

/** How busy the market is, as a share of its busiest hours: quiet at night, busiest while the high is being made. */
export function activityAt(time: Time, midnight: Time): number {
  const hour = (time - midnight) / HOUR;
  let level = 0;
  for (const [from, value] of ACTIVITY) if (hour >= from) level = value;
  return level;
}

/** Variance of the high, °F², that is still unknown at each hour after local midnight, before forecasts take their part. */
const UNKNOWN: readonly (readonly [hour: number, variance: number])[] = [
  [-24, 10.5],
  [0, 8],
  [8, 6],
  [12, 3],
  [15, 0.8],
  [17, 0.2],
  [20, 0.03],
  [24, 0.004],
];

/** What is unknown of the high at a time, °F²: linear between its hours, never rising. */
export function unknownVariance(time: Time, midnight: Time): number {
  const hour = (time - midnight) / HOUR;
  let [fromHour, fromVariance] = UNKNOWN[0]!;
  if (hour <= fromHour) return fromVariance;
  for (const [toHour, toVariance] of UNKNOWN) {
    if (hour <= toHour) {
      const share = (hour - fromHour) / (toHour - fromHour);
      return fromVariance + share * (toVariance - fromVariance);
    }
    fromHour = toHour;
    fromVariance = toVariance;
  }
  return fromVariance;
}
