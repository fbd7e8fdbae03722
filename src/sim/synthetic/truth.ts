import { assert } from '../../core/assert.ts';
import type { MarketIndex } from '../../core/market.ts';
import type { Time } from '../../core/time.ts';
import { type Bracket, bracketProbability } from './bracket.ts';
import type { LatentPath } from './latent.ts';
import type { EventLife } from './lifecycle.ts';
import type { ShadowResult } from './shadow.ts';
import type { SyntheticSweep } from './sweep.ts';
import { type SyntheticEvent, settlesYes } from './synthetic-market.ts';

/** What is true of one market. */
export interface MarketTruth {
  readonly market: MarketIndex;
  readonly ticker: string;
  readonly bracket: Bracket;
  /** The true probability of yes when the market opened. */
  readonly openProbability: number;
  /** Whether the event's high falls into the bracket. What a void or scalar market paid stands in its settlement. */
  readonly settledYes: boolean;
}

/** What is true of one event. */
export interface EventTruth {
  readonly event: string;
  readonly day: string;
  /** The high, latent and as settled, and how belief in it moved. */
  readonly path: LatentPath;
  /** What befell its markets. */
  readonly life: EventLife;
  readonly markets: readonly MarketTruth[];
}

/** What only the generator knows of the tape it made. */
export interface SyntheticTruth {
  readonly events: readonly EventTruth[];
  readonly sweeps: readonly SyntheticSweep[];
  /** What each shadow order would have got, in the order in which they were given. */
  readonly shadows: readonly ShadowResult[];
  /** Rows written, details included. */
  readonly rows: number;
}

/** Sums up a finished run. */
export function summarise(
  events: readonly SyntheticEvent[],
  sweeps: readonly SyntheticSweep[],
  shadows: readonly ShadowResult[],
  rows: number,
): SyntheticTruth {
  return { events: events.map(eventTruth), sweeps, shadows, rows };
}

function eventTruth(event: SyntheticEvent): EventTruth {
  const { path } = event;
  const { mean, deviation } = path.steps[0]!;
  const markets = event.markets.map((market) => ({
    market: market.book.market,
    ticker: market.ticker,
    bracket: market.bracket,
    openProbability: bracketProbability(market.bracket, mean, deviation),
    settledYes: settlesYes(event, market),
  }));
  return { event: event.ticker, day: event.day, path, life: event.life, markets };
}

/** The true probability of yes, given all that could be known at `time`, which must not lie before the event's first forecast. */
export function probabilityAt({ path }: EventTruth, { bracket }: MarketTruth, time: Time): number {
  const { steps } = path;
  assert(steps[0]!.time <= time, 'nothing is known before the first forecast');
  let low = 0;
  let high = steps.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (steps[middle]!.time <= time) low = middle;
    else high = middle - 1;
  }
  return bracketProbability(bracket, steps[low]!.mean, steps[low]!.deviation);
}
