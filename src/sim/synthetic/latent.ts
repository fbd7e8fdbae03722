import type { Random } from '../../core/random.ts';
import { HOUR, MINUTE, SECOND, type Time } from '../../core/time.ts';
import { unknownVariance } from './belief-clock.ts';
import type { EventTimes, SyntheticCity } from './config.ts';
import { activityAt } from './flow-shape.ts';

/** What can be known of the day's high from one instant on: normal around `mean`. */
export interface BeliefStep {
  readonly time: Time;
  readonly mean: number;
  readonly deviation: number;
  /** The forecast issued at this instant in whole °F, or null where the step is ordinary news. */
  readonly forecast: number | null;
}

/** The hidden truth of one event: the high, and how belief in it moved. */
export interface LatentPath {
  readonly steps: readonly BeliefStep[];
  /** The latent high, °F, not rounded. */
  readonly high: number;
  /** The high as the station reports it: whole °F, which settles the event. */
  readonly settledHigh: number;
}

/** What each forecast takes off the variance that is still unknown. */
const FORECAST_SHARE = 0.1;
/** Own error of a published forecast, °F: it tells less than the belief it is drawn from, never more. */
const FORECAST_ERROR = 0.8;
/** Forecasts are issued every six hours, at 04:40, 10:40, 16:40 and 22:40 UTC. */
const FIRST_ISSUE = 4 * HOUR + 40 * MINUTE;
const ISSUE_EVERY = 6 * HOUR;
/** Mean time between two ordinary steps in the busiest hours. */
const STEP_MEAN = 100 * SECOND;
const SEASON_DEVIATION = 7;

/**
 * Draws an event's truth. Belief is a martingale: every step adds a normal number whose variance is exactly what the step makes
 * known, and the high itself is drawn from the last belief. So at each instant the probabilities computed from the mean and
 * deviation are right, and no past step says anything of the next.
 */
export function drawPath(city: SyntheticCity, times: EventTimes, activity: number, random: Random): LatentPath {
  const steps: BeliefStep[] = [];
  let mean = drawSeasonalMean(city, random);
  const earlier = lastIssueBefore(times.open);
  let unknown = unknownVariance(times.open, times.midnight);
  let kept = 1;
  steps.push({ time: earlier, mean, deviation: Math.sqrt(unknown), forecast: drawForecast(mean, random) });
  let nextIssue = earlier + ISSUE_EVERY;
  for (let now = times.open as number; ; ) {
    const pace = activity * activityAt(now as Time, times.midnight);
    now += Math.max(SECOND, Math.round(random.exponential(STEP_MEAN / pace)));
    const isForecast = now >= nextIssue;
    if (isForecast) {
      now = nextIssue;
      nextIssue += ISSUE_EVERY;
      kept *= 1 - FORECAST_SHARE;
    }
    if (now >= times.close) break;
    const left = kept * unknownVariance(now as Time, times.midnight);
    mean += Math.sqrt(unknown - left) * random.normal();
    unknown = left;
    const forecast = isForecast ? drawForecast(mean, random) : null;
    steps.push({ time: now as Time, mean, deviation: Math.sqrt(unknown), forecast });
  }
  const high = mean + Math.sqrt(unknown) * random.normal();
  return { steps, high, settledHigh: Math.round(high) };
}

/** The last time at which forecasts were issued, up to `time`. */
export function lastIssueBefore(time: Time): Time {
  return (Math.floor((time - FIRST_ISSUE) / ISSUE_EVERY) * ISSUE_EVERY + FIRST_ISSUE) as Time;
}

/** What is believed of a day's high before anything is known of it but the season. */
export function drawSeasonalMean({ seasonHigh }: SyntheticCity, random: Random): number {
  return seasonHigh + SEASON_DEVIATION * clamped(random.normal());
}

export function drawForecast(mean: number, random: Random): number {
  return Math.round(mean + FORECAST_ERROR * random.normal());
}

function clamped(deviations: number): number {
  return Math.min(2.5, Math.max(-2.5, deviations));
}
