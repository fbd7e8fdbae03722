import { assert } from './assert.ts';
import { Fault } from './fault.ts';
import type { Price } from './price.ts';

/** One band of a market's price grid: prices from `start` to `end` stand `step` apart. All in 1e-4 dollars. */
export interface PriceBand {
  readonly start: number;
  readonly end: number;
  readonly step: number;
}

const OFF_GRID = -1;

/** Numbers that are read by index and never written. */
export interface FixedNumbers extends ArrayLike<number>, Iterable<number> {}

/**
 * The tradable prices of a market, as ascending levels: level 0 is the lowest price above zero, the last the highest
 * below one dollar. Whole cents are always on the grid (`price_ranges` of the venue's market record).
 */
export class PriceGrid {
  readonly bands: readonly PriceBand[];
  /** Price of each level, in 1e-4 dollars. */
  readonly prices: FixedNumbers;
  /** Level of each price from 0 to 10,000, or −1 where the price is off the grid. */
  readonly levels: FixedNumbers;

  constructor(bands: readonly PriceBand[]) {
    checkBands(bands);
    this.bands = bands;
    const tradable = new Uint8Array(10_001);
    for (const band of bands) {
      for (let at = band.start; at <= band.end; at += band.step) tradable[at] = 1;
    }
    for (let cent = 100; cent < 10_000; cent += 100) tradable[cent] = 1;
    tradable[0] = 0;
    tradable[10_000] = 0;
    const prices: number[] = [];
    const levels = new Int16Array(10_001).fill(OFF_GRID);
    for (let at = 1; at < 10_000; at++) {
      if (tradable[at] === 0) continue;
      levels[at] = prices.length;
      prices.push(at);
    }
    this.levels = levels;
    this.prices = Int32Array.from(prices);
  }

  /** How many levels the grid has: 99 for whole cents. */
  get size(): number {
    return this.prices.length;
  }

  contains(price: Price): boolean {
    return (this.levels[price] ?? OFF_GRID) !== OFF_GRID;
  }

  /** The price of a level. */
  priceAt(level: number): Price {
    assert(level >= 0 && level < this.prices.length, `level ${level} is outside the grid`);
    return this.prices[level] as Price;
  }

  /** The level of a price. Throws a Fault (`off-grid-price`) when the price is not tradable. */
  levelOf(price: Price): number {
    const level = this.levels[price] ?? OFF_GRID;
    if (level === OFF_GRID) {
      throw new Fault('off-grid-price', `price ${price / 10_000} is not on this market's grid (${this.describe()})`);
    }
    return level;
  }

  /** The highest tradable price at or below `e4`, or undefined when there is none. */
  floor(e4: number): Price | undefined {
    for (let at = Math.min(Math.floor(e4), 9_999); at > 0; at--) {
      if (this.levels[at] !== OFF_GRID) return at as Price;
    }
    return undefined;
  }

  /** The lowest tradable price at or above `e4`, or undefined when there is none. */
  ceil(e4: number): Price | undefined {
    for (let at = Math.max(Math.ceil(e4), 1); at < 10_000; at++) {
      if (this.levels[at] !== OFF_GRID) return at as Price;
    }
    return undefined;
  }

  /** The bands as text: "0…10000 by 100". */
  describe(): string {
    return this.bands.map((band) => `${band.start}…${band.end} by ${band.step}`).join(', ');
  }
}

function checkBands(bands: readonly PriceBand[]): void {
  if (bands.length === 0) throw new Fault('malformed-input', 'a price grid needs at least one band');
  for (const { start, end, step } of bands) {
    const whole = Number.isInteger(start) && Number.isInteger(end) && Number.isInteger(step);
    if (!whole || start < 0 || end > 10_000 || start >= end || step < 1) {
      throw new Fault('malformed-input', `price band ${start}…${end} by ${step} is not valid (1e-4 dollars)`);
    }
  }
}

function flat(step: number): PriceBand[] {
  return [{ start: 0, end: 10_000, step }];
}

function tapered(edge: number, centre: number, width = 1_000): PriceBand[] {
  return [
    { start: 0, end: width, step: edge },
    { start: width, end: 10_000 - width, step: centre },
    { start: 10_000 - width, end: 10_000, step: edge },
  ];
}

/** The venue's named grids (`price_level_structure`). The name is a label only: where `price_ranges` are at hand, they decide. */
export const NAMED_GRIDS: Readonly<Record<string, readonly PriceBand[]>> = {
  linear_cent: flat(100),
  deci_cent: flat(10),
  tapered_deci_cent: tapered(10, 100),
  center_whole_edge_half_cent: tapered(50, 100),
  center_whole_edge_quint_cent: tapered(20, 100),
  center_half_edge_half_cent: flat(50),
  center_half_edge_quint_cent: tapered(20, 50),
  center_half_edge_deci_cent: tapered(10, 50),
  center_quint_edge_quint_cent: flat(20),
  center_quint_edge_deci_cent: tapered(10, 20),
  center_centi_edge_centi_cent: flat(1),
  center_deci_edge_centi_cent: tapered(1, 10, 100),
};

const interned = new Map<string, PriceGrid>();

/** The grid of these bands; equal bands share one object. */
export function gridOf(bands: readonly PriceBand[]): PriceGrid {
  const key = bands.map((band) => `${band.start}:${band.end}:${band.step}`).join(',');
  let grid = interned.get(key);
  if (grid === undefined) {
    grid = new PriceGrid(bands);
    interned.set(key, grid);
  }
  return grid;
}

/** Whole cents, 1 to 99: what weather markets trade on. */
export const CENT_GRID = gridOf(flat(100));
