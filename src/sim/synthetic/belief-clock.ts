import { HOUR, type Time } from '../../core/time.ts';

/**
 * Variance of the high, °F², that is still unknown at each hour after local midnight, before forecasts take their part. Set so that the
 * belief errs as the markets of the calibration did (docs/synthetic.md).
 */
const UNKNOWN: readonly (readonly [hour: number, variance: number])[] = [
  [-24, 9.5],
  [-10, 8.5],
  [0, 7],
  [8, 6.4],
  [10, 5.5],
  [12, 2.7],
  [14, 1],
  [15, 0.5],
  [16, 0.2],
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
