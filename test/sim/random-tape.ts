import type { Random } from '../../src/core/random.ts';
import { ASK, BID, type Side } from '../../src/core/side.ts';
import { delta, opens, print, type Row, snapshot } from './tape-of.ts';

/**
 * A random whole L2 tape of one market: deltas, cancels and prints with the deltas they cause. Levels never go below zero and the book
 * never crosses. Prices 30…70 cents, whole contracts, one row every few ms.
 */
export function randomTape(random: Random, steps: number): Row[] {
  const sizes = [new Map<number, number>(), new Map<number, number>()];
  for (let away = 1; away <= 6; away++) {
    sizes[BID]!.set(50 - away, 5 + random.below(20));
    sizes[ASK]!.set(50 + away, 5 + random.below(20));
  }
  const levels = (side: Side) => [...sizes[side]!.entries()].map(([price, size]): [number, number] => [price, size]);
  const rows: Row[] = [...opens(), ...snapshot(1, levels(BID), levels(ASK))];
  const best = (side: Side): number =>
    side === BID ? Math.max(...sizes[BID]!.keys(), 29) : Math.min(...sizes[ASK]!.keys(), 71);
  let at = 2;
  for (let step = 0; step < steps; step++) {
    at += 1 + random.below(20);
    const side = random.below(2) as Side;
    const own = sizes[side]!;
    const change = (price: number, quantity: number): void => {
      const left = (own.get(price) ?? 0) + quantity;
      if (left === 0) own.delete(price);
      else own.set(price, left);
      rows.push(delta(at, side, price, quantity));
    };
    const kind = random.uniform();
    if (kind < 0.45) {
      const touch = best((1 - side) as Side);
      const away = 1 + random.below(5);
      const price = side === BID ? Math.max(30, touch - away) : Math.min(70, touch + away);
      if (price !== touch) change(price, 1 + random.below(15));
    } else if (own.size > 0) {
      const price = kind < 0.75 ? [...own.keys()][random.below(own.size)]! : best(side);
      const size = own.get(price)!;
      const quantity = 1 + random.below(size);
      // A print of the other side's taker, then the decrease it explains; or a plain cancel.
      if (kind >= 0.75) rows.push(print(at, (1 - side) as Side, price, quantity));
      change(price, -quantity);
    }
  }
  rows.push(delta(at + 1_000, BID, 1, 1));
  return rows;
}
