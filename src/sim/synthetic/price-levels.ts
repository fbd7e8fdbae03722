import type { PriceGrid } from '../../core/price-grid.ts';

/** For each amount of 1e-4 dollars from 0 to 10,000, the nearest levels of a grid on either side of it. */
export interface PriceLevels {
  /** Highest level at or below it, −1 where there is none. */
  readonly below: Int16Array;
  /** Lowest level at or above it, the grid's size where there is none. */
  readonly above: Int16Array;
}

const known = new WeakMap<PriceGrid, PriceLevels>();

/** The level tables of a grid, made once. */
export function priceLevels(grid: PriceGrid): PriceLevels {
  let levels = known.get(grid);
  if (levels === undefined) {
    levels = tabulate(grid);
    known.set(grid, levels);
  }
  return levels;
}

function tabulate({ prices, size }: PriceGrid): PriceLevels {
  const below = new Int16Array(10_001);
  const above = new Int16Array(10_001);
  let level = -1;
  for (let e4 = 0; e4 <= 10_000; e4++) {
    if (level + 1 < size && prices[level + 1]! <= e4) level++;
    below[e4] = level;
    above[e4] = level >= 0 && prices[level] === e4 ? level : level + 1;
  }
  return { below, above };
}

/** The highest level at or below an amount of 1e-4 dollars, −1 where there is none. */
export function levelBelow(grid: PriceGrid, e4: number): number {
  return e4 < 0 ? -1 : priceLevels(grid).below[Math.min(10_000, Math.floor(e4))]!;
}

/** The lowest level at or above an amount of 1e-4 dollars, the grid's size where there is none. */
export function levelAbove(grid: PriceGrid, e4: number): number {
  return e4 > 10_000 ? grid.size : priceLevels(grid).above[Math.max(0, Math.ceil(e4))]!;
}
