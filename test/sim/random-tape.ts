import { DELTA, DETAIL, SNAPSHOT, TRADE } from '../../src/core/market-event.ts';
import type { Random } from '../../src/core/random.ts';
import { ASK, BID, type Side } from '../../src/core/side.ts';
import { delta, index, opens, print, quote, type Row, snapshot } from './tape-of.ts';

const status = (at: number, to: 'active' | 'inactive'): Row => ({
  at,
  kind: DETAIL,
  detail: { type: 'lifecycle', change: { market: index(0), status: to } },
});

const covered = (at: number, to: boolean): Row => ({
  at,
  kind: DETAIL,
  detail: { type: 'coverage', change: { market: index(0), covered: to, reason: 'random' } },
});

/** The same tape with no print on it. */
export const withoutPrints = (rows: readonly Row[]): Row[] => rows.filter((row) => row.kind !== TRADE);

/** The same tape as its best quotes, told anew after every row that changes the book. */
export function topOf(rows: readonly Row[]): Row[] {
  const sizes = [new Map<number, number>(), new Map<number, number>()];
  const told: Row[] = [];
  let inSnapshot = false;
  for (const row of rows) {
    const { kind, price = 0, quantity = 0, side = BID } = row;
    if (kind !== DELTA && kind !== SNAPSHOT) {
      told.push(row);
      continue;
    }
    if (kind === SNAPSHOT && !inSnapshot) for (const levels of sizes) levels.clear();
    const size = kind === DELTA ? (sizes[side]!.get(price) ?? 0) + quantity : quantity;
    if (size === 0) sizes[side]!.delete(price);
    else sizes[side]!.set(price, size);
    inSnapshot = kind === SNAPSHOT && row.more === true;
    if (inSnapshot) continue;
    const bid = Math.max(0, ...sizes[BID]!.keys());
    const ask = Math.min(100, ...sizes[ASK]!.keys());
    told.push(
      quote(row.at, BID, bid, sizes[BID]!.get(bid) ?? 0, true),
      quote(row.at, ASK, ask === 100 ? 0 : ask, sizes[ASK]!.get(ask) ?? 0),
    );
  }
  return told;
}

/**
 * A random whole L2 tape of one market: deltas, cancels and prints with the deltas they cause. Levels never go below zero and the book
 * never crosses. Prices 30…70 cents, whole contracts, one row every few ms.
 */
export function randomTape(
  random: Random,
  steps: number,
  { pauses, gaps }: { readonly pauses: boolean; readonly gaps: boolean } = { pauses: false, gaps: false },
): Row[] {
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
    if (pauses && random.uniform() < 0.02) {
      rows.push(status(at, 'inactive'), status(at + 10, 'active'));
      at += 12;
    }
    if (gaps && random.uniform() < 0.02) {
      const both = [BID, ASK].map((side) => levels(side as Side)) as [[number, number][], [number, number][]];
      rows.push(covered(at, false), covered(at + 10, true), ...snapshot(at + 11, ...both));
      at += 12;
    }
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
