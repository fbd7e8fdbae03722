import type { Market } from '../../core/market.ts';
import { HOUR } from '../../core/time.ts';
import type { LoggedFill } from '../attribution/fill-log.ts';
import { MarkWalk } from '../attribution/mark-walk.ts';
import { effectiveEvents, LEAST_DAYS, netOf, totalsByDay } from '../statistics/interval.ts';
import type { ArmResult, LaneResult, TrialCount } from '../store/run-result.ts';
import type { Finding } from './finding.ts';

/** Fewer fills than this show nothing of how long an edge lasts. */
const LEAST_FILLS = 20;
/** More fills a day than this on few days are one day's luck, counted often. */
const FILLS_OF_A_DAY = 5;
/** Days of settlement after settlement so far beyond what was paid come from knowing them. Standard errors over days. */
const BEYOND = 5;
/** So many settings tried on a tape are a search. */
const MANY_TRIALS = 10;
/** Markets or days of a tape in a strategy's own text: two may be an example, three are a list. */
const NAMED = 3;

/** What a strategy did, as it is looked at. */
export interface Judged {
  readonly main: ArmResult;
  readonly worst: LaneResult;
  /** The fills of the worst lane. */
  readonly fills: readonly LoggedFill[];
  readonly markets: readonly Market[];
  readonly trials: TrialCount;
  /** The strategy's own code, where it is a user's. */
  readonly code: string | null;
}

/** An hour after each fill of a lane, for a walk over the tape. */
export function hourWalk(markets: readonly Market[], fills: readonly LoggedFill[]): MarkWalk {
  return new MarkWalk(markets, fills, [], [HOUR]);
}

/** What about a run would make a phantom of its edge. `walk` has walked the tape. */
export function runFindings(judged: Judged, walk: MarkWalk): Finding[] {
  return [
    goneInAnHour(judged, walk),
    beyondPrice(judged),
    fewDays(judged),
    namesTheTape(judged),
    pickedHere(judged),
  ].filter((finding) => finding !== null);
}

/** What is left where each entry is paid for at the market's price an hour later. */
function goneInAnHour({ worst, fills }: Judged, walk: MarkWalk): Finding | null {
  if (worst.netE6 <= 0 || fills.length < LEAST_FILLS) return null;
  const marks = walk.finish();
  let moved = 0;
  for (const [at, { sign, priceE4, quantityE2 }] of fills.entries()) {
    const later = marks[at]!.after[0] ?? null;
    // Marks are in 1e-5 dollars, prices in 1e-4; × 0.01 contract gives 1e-6 dollars after a division by 10.
    if (later !== null) moved += (sign * (later - 10 * priceE4) * quantityE2) / 10;
  }
  if (worst.netE6 - moved > 0) return null;
  return {
    code: 'gone-in-an-hour',
    text: `Paid for at the market's price an hour later, the ${worst.lane} lane would have lost: everything it earned lies within an hour of its entries. Check that what it acted on was known by then, and that it was first.`,
  };
}

/** How far days of settlements lie beyond what was paid for them, in standard errors. */
function beyondPrice({ worst }: Judged): Finding | null {
  const days = totalsByDay(worst.markets);
  if (days.length < LEAST_DAYS) return null;
  const gains = days.map(({ netE6, volumeE2 }) => netE6 / volumeE2);
  const mean = gains.reduce((sum, each) => sum + each, 0) / gains.length;
  const variance = gains.reduce((sum, each) => sum + (each - mean) ** 2, 0) / (gains.length - 1);
  const errors = variance === 0 ? (mean > 0 ? Number.POSITIVE_INFINITY : 0) : mean / Math.sqrt(variance / gains.length);
  if (errors < BEYOND) return null;
  const won = worst.markets.filter((market) => market.volumeE2 > 0 && netOf(market) > 0).length;
  return {
    code: 'beyond-price',
    text: `It won ${won} of ${worst.markets.filter(({ volumeE2 }) => volumeE2 > 0).length} markets, ${Number.isFinite(errors) ? errors.toFixed(1) : 'infinitely many'} standard errors beyond what it paid for them: nobody sells at such prices to whoever knows the outcome. Look for what it knows.`,
  };
}

function fewDays({ worst }: Judged): Finding | null {
  const days = totalsByDay(worst.markets).length;
  const effective = effectiveEvents(worst.markets);
  if (days === 0 || effective >= LEAST_DAYS || worst.fills < FILLS_OF_A_DAY * LEAST_DAYS) return null;
  return {
    code: 'few-days',
    text: `${worst.fills} fills lie on ${days} ${days === 1 ? 'day' : 'days'}: brackets of a day win and lose together, so they count as ${effective.toFixed(1)}, not as ${worst.fills}.`,
  };
}

/** A list of a tape's own markets or days in a strategy is its answers, written down. */
function namesTheTape({ code, markets }: Judged): Finding | null {
  if (code === null) return null;
  const named = new Set<string>();
  for (const { ticker, event, day } of markets) {
    const [, short] = /-(\d{2}[A-Z]{3}\d{2})/.exec(event) ?? [];
    for (const word of [ticker, event, day, ...(short === undefined ? [] : [short])])
      if (code.includes(word)) named.add(word);
  }
  if (named.size < NAMED) return null;
  const [first, second] = [...named];
  return {
    code: 'names-the-tape',
    text: `The strategy's own code names ${named.size} days or markets of this tape (${first}, ${second}, …): what it does on them was decided knowing them.`,
  };
}

function pickedHere({ trials, worst }: Judged): Finding | null {
  if (trials.count < MANY_TRIALS || worst.netE6 <= 0) return null;
  return {
    code: 'picked-here',
    text: `${trials.count} settings were tried on these days: one that earned was to be found. Its worth is what it earns on days that none of them has seen (--walk-forward, or a later tape).`,
  };
}
