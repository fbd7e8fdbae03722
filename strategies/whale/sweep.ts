import type { MarketIndex } from '../../src/core/market.ts';
import type { Money } from '../../src/core/money.ts';
import type { Price } from '../../src/core/price.ts';
import type { Quantity } from '../../src/core/quantity.ts';
import type { Side } from '../../src/core/side.ts';
import type { Duration, Time } from '../../src/core/time.ts';
import type { Trade } from '../../src/engine/strategy.ts';

/** A sweep at the print at which its cost reached the threshold. */
export interface Sweep {
  readonly market: MarketIndex;
  /** The taker's side. */
  readonly side: Side;
  /** Price of the crossing print. */
  readonly price: Price;
  /** Contracts and cost so far, the crossing print included. */
  readonly quantity: Quantity;
  readonly cost: Money;
  /** Exchange time of its first print and of the crossing one. */
  readonly anchor: Time;
  readonly time: Time;
  /** Tape row of the crossing print. */
  readonly sequence: number;
}

interface Running {
  number: number;
  anchor: number;
  quantity: number;
  cost: number;
  told: boolean;
}

/** What one contract costs a taker of a side: a bid pays p, an ask (buying NO) pays 1 − p. In 1e-4 dollars. */
export function takerPays(side: Side, price: Price): number {
  return side === 0 ? price : 10_000 - price;
}

/**
 * Finds sweeps: prints of one taker side in one market, no later than `window` after the first of them. A later print begins the next.
 * Prints of the other side do not end one, and prints without a side belong to none. Each sweep is told once, at the print at which
 * its cost to the taker reaches `threshold`.
 */
export class SweepDetector {
  readonly #threshold: Money;
  readonly #window: Duration;
  /** By market × 2 + side: an array, because every print of the tape looks here. */
  readonly #running: (Running | undefined)[] = [];
  #begun = 0;
  #last = 0;

  constructor(threshold: Money, window: Duration) {
    this.#threshold = threshold;
    this.#window = window;
  }

  /** Which sweep, large or small, the last print seen belongs to, counted from 1 over all markets; 0 for a print without a side. */
  get lastNumber(): number {
    return this.#last;
  }

  /** Takes the next print in tape order; the sweep, when this print brings it to the threshold. */
  see(trade: Trade): Sweep | null {
    const { market, takerSide, price, quantity, exchangeTime } = trade;
    this.#last = 0;
    if (takerSide === null) return null;
    const key = market * 2 + takerSide;
    const running = this.#running[key] ?? this.#begin(key);
    if (exchangeTime - running.anchor > this.#window) {
      running.number = ++this.#begun;
      running.anchor = exchangeTime;
      running.quantity = 0;
      running.cost = 0;
      running.told = false;
    }
    this.#last = running.number;
    running.quantity += quantity;
    running.cost += takerPays(takerSide, price) * quantity;
    if (running.told || running.cost < this.#threshold) return null;
    running.told = true;
    return {
      market,
      side: takerSide,
      price,
      quantity: running.quantity as Quantity,
      cost: running.cost as Money,
      anchor: running.anchor as Time,
      time: exchangeTime,
      sequence: trade.sequence,
    };
  }

  #begin(key: number): Running {
    const running = { number: 0, anchor: Number.NEGATIVE_INFINITY, quantity: 0, cost: 0, told: false };
    while (this.#running.length <= key) this.#running.push(undefined);
    this.#running[key] = running;
    return running;
  }
}
