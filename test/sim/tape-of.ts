import type { Market, MarketIndex } from '../../src/core/market.ts';
import {
  DELTA,
  DETAIL,
  type Detail,
  type MarketEventKind,
  QUOTE,
  SNAPSHOT,
  TRADE,
  UNSIDED_TRADE,
} from '../../src/core/market-event.ts';
import { CENT_GRID, type PriceGrid } from '../../src/core/price-grid.ts';
import type { Side } from '../../src/core/side.ts';
import { packKey, type TapeBlock } from '../../src/core/tape-block.ts';
import type { Time } from '../../src/core/time.ts';

/** One row of a tape written by hand: times in ms after the start, prices in cents, quantities in contracts. */
export interface Row {
  readonly at: number;
  /** Receive time in ms where it differs from `at`. */
  readonly heard?: number;
  readonly kind: MarketEventKind;
  readonly market?: number;
  readonly side?: Side;
  readonly price?: number;
  readonly quantity?: number;
  readonly more?: boolean;
  readonly detail?: Detail;
}

/** 2030-01-01T00:00:00Z. */
export const START = 1_893_456_000_000_000;

export const index = (market: number): MarketIndex => market as MarketIndex;

export function testMarket(number: number, more: Partial<Market> = {}): Market {
  return {
    index: index(number),
    ticker: `TEST-30JAN01-B${number}`,
    event: 'TEST-30JAN01',
    series: 'TEST',
    title: `test market ${number}`,
    strike: { type: 'other', floor: null, cap: null },
    grid: CENT_GRID as PriceGrid,
    openTime: START as Time,
    closeTime: null,
    day: '2030-01-01',
    mutuallyExclusive: false,
    ...more,
  };
}

export const opens = (market = 0, at = 0): Row[] => [
  { at, kind: DETAIL, market, detail: { type: 'lifecycle', change: { market: index(market), status: 'active' } } },
  {
    at,
    kind: DETAIL,
    market,
    detail: { type: 'coverage', change: { market: index(market), covered: true, reason: 'open' } },
  },
];

/** A full book: levels as [cents, contracts], bids then asks. */
export function snapshot(at: number, bids: [number, number][], asks: [number, number][], market = 0): Row[] {
  const rows: Row[] = [
    ...bids.map(([price, quantity]): Row => ({ at, kind: SNAPSHOT, market, side: 0, price, quantity, more: true })),
    ...asks.map(([price, quantity]): Row => ({ at, kind: SNAPSHOT, market, side: 1, price, quantity, more: true })),
  ];
  if (rows.length === 0) return [{ at, kind: SNAPSHOT, market, side: 0, price: 0, quantity: 0 }];
  rows[rows.length - 1] = { ...rows[rows.length - 1]!, more: false };
  return rows;
}

export const delta = (at: number, side: Side, price: number, quantity: number, market = 0): Row => ({
  at,
  kind: DELTA,
  market,
  side,
  price,
  quantity,
});

export const print = (at: number, side: Side, price: number, quantity: number, market = 0): Row => ({
  at,
  kind: TRADE,
  market,
  side,
  price,
  quantity,
});

export const unsided = (at: number, price: number, quantity: number, market = 0): Row => ({
  at,
  kind: UNSIDED_TRADE,
  market,
  price,
  quantity,
});

export const quote = (at: number, side: Side, price: number, quantity: number, more = false, market = 0): Row => ({
  at,
  kind: QUOTE,
  market,
  side,
  price,
  quantity,
  more,
});

export const settles = (at: number, outcome: 'yes' | 'no', market = 0): Row => ({
  at,
  kind: DETAIL,
  market,
  detail: {
    type: 'settlement',
    settlement: { market: index(market), outcome, value: (outcome === 'yes' ? 10_000 : 0) as never },
  },
});

/** Cuts rows into blocks of at most `size` rows. Rows must be in order of the time they were heard. */
export function blocksOf(rows: readonly Row[], size = rows.length): TapeBlock[] {
  const blocks: TapeBlock[] = [];
  for (let first = 0; first < rows.length; first += Math.max(1, size)) {
    const part = rows.slice(first, first + Math.max(1, size));
    const heard = part.map((row) => START + Math.round((row.heard ?? row.at) * 1_000));
    const details = new Map<number, Detail>();
    part.forEach((row, at) => {
      if (row.detail !== undefined) details.set(at, row.detail);
    });
    blocks.push({
      firstSequence: first + 1,
      length: part.length,
      baseTime: heard[0]!,
      localOffset: Uint32Array.from(heard, (time) => time - heard[0]!),
      delay: Uint32Array.from(part, (row) => Math.round(((row.heard ?? row.at) - row.at) * 1_000)),
      constantDelay: 0,
      key: Uint32Array.from(part, (row) => packKey(row.kind, index(row.market ?? 0), row.side ?? 0, row.more ?? false)),
      price: Uint16Array.from(part, (row) => Math.round((row.price ?? 0) * 100)),
      quantity: Int32Array.from(part, (row) => Math.round((row.quantity ?? 0) * 100)),
      details,
    });
  }
  return blocks;
}
