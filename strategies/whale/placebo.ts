import type { MarketIndex } from '../../src/core/market.ts';
import type { Random } from '../../src/core/random.ts';
import type { Side } from '../../src/core/side.ts';
import type { Survey, Trade } from '../../src/engine/strategy.ts';
import type { WhaleParams } from './params.ts';
import { type Sweep, SweepDetector } from './sweep.ts';

/** Pretended whales by the tape row at which each appears: the market and size of a real one, time and price of another print. */
export interface Placebo {
  readonly signals: ReadonlyMap<number, Sweep>;
  /** Whales of markets that had no print left to draw. */
  readonly undrawn: number;
}

/** A market's prints in tape order: their rows, and the sweep each belongs to. */
interface Prints {
  readonly rows: number[];
  readonly sweeps: number[];
}

/**
 * Reads the whole tape and draws, for each whale, one print of its market that belongs to no whale; no print is drawn twice. Sides are
 * those of all whales, dealt out anew: a whale's own side often came when the outcome was all but known, and at an earlier print it
 * would tell the future.
 */
export class PlaceboSurvey implements Survey<Placebo> {
  readonly #detector: SweepDetector;
  readonly #random: Random;
  readonly #sweeps: Sweep[] = [];
  /** Numbers of the sweeps that are whales. */
  readonly #whales = new Set<number>();
  readonly #prints = new Map<MarketIndex, Prints>();

  constructor(params: Pick<WhaleParams, 'threshold' | 'window'>, random: Random) {
    this.#detector = new SweepDetector(params.threshold, params.window);
    this.#random = random;
  }

  onTrade(trade: Trade): void {
    const sweep = this.#detector.see(trade);
    const number = this.#detector.lastNumber;
    if (sweep !== null) {
      this.#sweeps.push(sweep);
      this.#whales.add(number);
    }
    let prints = this.#prints.get(trade.market);
    if (prints === undefined) {
      prints = { rows: [], sweeps: [] };
      this.#prints.set(trade.market, prints);
    }
    prints.rows.push(trade.sequence);
    prints.sweeps.push(number);
  }

  finish(): Placebo {
    const pools = new Map<MarketIndex, number[]>();
    const signals = new Map<number, Sweep>();
    const sides = this.#dealtSides();
    let undrawn = 0;
    for (const [number, sweep] of this.#sweeps.entries()) {
      const pool = pools.get(sweep.market) ?? this.#ordinaryPrints(sweep.market);
      pools.set(sweep.market, pool);
      if (pool.length === 0) {
        undrawn++;
        continue;
      }
      const at = this.#random.below(pool.length);
      const drawn = pool[at]!;
      pool[at] = pool[pool.length - 1]!;
      pool.pop();
      signals.set(drawn, { ...sweep, side: sides[number]! });
    }
    return { signals, undrawn };
  }

  /** The sides of all whales in random order (Fisher and Yates): the mix stays, what it knew is gone. */
  #dealtSides(): Side[] {
    const sides = this.#sweeps.map((sweep) => sweep.side);
    for (let last = sides.length - 1; last > 0; last--) {
      const other = this.#random.below(last + 1);
      [sides[last], sides[other]] = [sides[other]!, sides[last]!];
    }
    return sides;
  }

  /** Rows of a market's prints that are part of none of its whales. */
  #ordinaryPrints(market: MarketIndex): number[] {
    const { rows, sweeps } = this.#prints.get(market)!;
    return rows.filter((_, at) => !this.#whales.has(sweeps[at]!));
  }
}
