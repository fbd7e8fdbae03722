import type { Random } from '../../core/random.ts';
import type { Time } from '../../core/time.ts';
import type { Bracket } from './bracket.ts';
import type { EventTimes, SyntheticCity } from './config.ts';
import type { LatentPath } from './latent.ts';
import type { EventLife } from './lifecycle.ts';
import type { OrderBook } from './order-book.ts';

/** One market while it runs: its book, and how likely its outcome is. */
export class SyntheticMarket {
  readonly ticker: string;
  readonly bracket: Bracket;
  readonly book: OrderBook;
  readonly midnight: Time;
  /** True while orders are taken: from the open to the close, but for a pause. */
  trading = false;
  /** True from its last close on. */
  over = false;
  /** The true probability of yes, given all that can be known now. No participant but the informed ones may act on it unblurred. */
  probability = 0;
  readonly #random: Random;
  #viewError = 0;

  constructor(facts: { ticker: string; bracket: Bracket; book: OrderBook; midnight: Time }, random: Random) {
    this.ticker = facts.ticker;
    this.bracket = facts.bracket;
    this.book = facts.book;
    this.midnight = facts.midnight;
    this.#random = random;
  }

  /** Moves the error that all market makers share: it forgets a tenth of itself each step and stays within about half a cent. */
  moveViewError(): void {
    this.#viewError = 0.9 * this.#viewError + 0.436 * this.#random.normal();
  }

  /** The makers' common view of the probability: wrong by an error that shrinks near 0 and 1 and has no drift. */
  get view(): number {
    return this.probability + 0.004 * this.#viewError * uncertainty(this.probability);
  }
}

/** One event while it runs: its markets share a latent high. */
export interface SyntheticEvent {
  readonly ticker: string;
  readonly series: string;
  readonly city: SyntheticCity;
  readonly day: string;
  readonly times: EventTimes;
  readonly life: EventLife;
  readonly path: LatentPath;
  readonly markets: readonly SyntheticMarket[];
}

/** 1 where an outcome is open, 0 where it is certain: the deviation of a coin of this probability, doubled. */
export function uncertainty(probability: number): number {
  return 2 * Math.sqrt(Math.max(0, probability * (1 - probability)));
}

/** What a taker pays for a contract at a price, about: nobody takes for less. 1e-4 dollars. */
export function takerFeeE4(probability: number): number {
  return 700 * probability * (1 - probability);
}

/** Whether the event's high falls into the market's bracket: what a plain result pays. */
export function settlesYes({ path: { settledHigh } }: SyntheticEvent, { bracket }: SyntheticMarket): boolean {
  return settledHigh >= bracket.lower && settledHigh <= bracket.upper;
}
