import fc from 'fast-check';
import type { Price } from '../../../src/core/price.ts';
import type { Quantity } from '../../../src/core/quantity.ts';
import type { Side } from '../../../src/core/side.ts';
import { after, type Duration, type Time } from '../../../src/core/time.ts';
import { readParams } from '../../../src/engine/params.ts';
import type { Trade } from '../../../src/engine/strategy.ts';
import { WHALE_PARAMS, type WhaleParams } from '../../../strategies/whale/params.ts';
import { index } from '../../sim/tape-of.ts';

/** Parameters as a user gives them, the rest standard. */
export function whaleParams(given: Record<string, string | number | boolean> = {}): WhaleParams {
  return readParams(WHALE_PARAMS, given);
}

/** A print in microseconds, 1e-4 dollars and 0.01 contracts, heard a millisecond later. */
export function tradeAt(
  time: number,
  takerSide: Side | null,
  price: number,
  quantity: number,
  sequence: number,
  market = 0,
): Trade {
  return {
    market: index(market),
    takerSide,
    price: price as Price,
    quantity: quantity as Quantity,
    exchangeTime: time as Time,
    localTime: after(time as Time, 1_000 as Duration),
    sequence,
  };
}

/**
 * Random prints of three markets in the order they were heard: bursts within a few hundredths of a second, now and then one whose exchange
 * time lies before that of its predecessor, and some without a side. On a coarse tape all times are whole seconds.
 */
export const tapes: fc.Arbitrary<Trade[]> = fc
  .record({
    coarse: fc.boolean(),
    prints: fc.array(
      fc.record({
        gap: fc.oneof(
          fc.integer({ min: 0, max: 30_000 }),
          fc.integer({ min: -5_000, max: 3_000_000 }),
          fc.constant(50_000),
        ),
        market: fc.nat(2),
        side: fc.constantFrom<(Side | null)[]>(0, 0, 0, 1, 1, 1, null),
        price: fc.integer({ min: 1, max: 99 }),
        quantity: fc.integer({ min: 1, max: 100_000 }),
      }),
      { maxLength: 150, size: 'max' },
    ),
  })
  .map(({ coarse, prints }) => {
    let time = 1_000_000_000;
    return prints.map(({ gap, market, side, price, quantity }, at) => {
      time += gap;
      const told = coarse ? Math.floor(time / 1_000_000) * 1_000_000 : time;
      return tradeAt(told, side, price * 100, quantity, at + 1, market);
    });
  });

/** A sweep as it can be told in SQL: its anchor, its rows in tape order, and the row that brought it to the threshold. */
export interface TracedSweep {
  readonly rows: readonly number[];
  readonly crossing: number | null;
  readonly cost: number;
}

/**
 * Sweeps again, slowly and from the definition alone: each market and side by itself; the first row not yet in a sweep is an
 * anchor, and takes all rows after it up to the first that is more than the window later.
 */
export function traceSweeps(trades: readonly Trade[], threshold: number, window: number): TracedSweep[] {
  const found: TracedSweep[] = [];
  for (const market of [0, 1, 2]) {
    for (const side of [0, 1]) {
      let rest = trades.filter((trade) => trade.market === market && trade.takerSide === side);
      while (rest.length > 0) {
        const anchor = rest[0]!.exchangeTime;
        const end = rest.findIndex((trade) => trade.exchangeTime - anchor > window);
        const part = end < 0 ? rest : rest.slice(0, end);
        rest = end < 0 ? [] : rest.slice(end);
        const costs = part.map((_, at) =>
          part
            .slice(0, at + 1)
            .reduce((sum, { price, quantity }) => sum + quantity * (side === 0 ? price : 10_000 - price), 0),
        );
        const at = costs.findIndex((cost) => cost >= threshold);
        found.push({
          rows: part.map((trade) => trade.sequence),
          crossing: at < 0 ? null : part[at]!.sequence,
          cost: at < 0 ? costs.at(-1)! : costs[at]!,
        });
      }
    }
  }
  return found;
}
