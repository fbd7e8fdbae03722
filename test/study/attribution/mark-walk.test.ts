import { describe, expect, it } from 'vitest';
import { DELTA, DETAIL, QUOTE, SNAPSHOT, TRADE, UNSIDED_TRADE } from '../../../src/core/market-event.ts';
import { Random } from '../../../src/core/random.ts';
import { ASK, BID } from '../../../src/core/side.ts';
import { FillLog, type LoggedFill } from '../../../src/study/attribution/fill-log.ts';
import { HORIZONS } from '../../../src/study/attribution/horizons.ts';
import { type FillMarks, MarkWalk } from '../../../src/study/attribution/mark-walk.ts';
import { randomTape } from '../../sim/random-tape.ts';
import {
  blocksOf,
  delta,
  index,
  opens,
  print,
  quote,
  type Row,
  START,
  settles,
  snapshot,
  testMarket,
  unsided,
} from '../../sim/tape-of.ts';

/** A fill at a time in ms after the start. */
function fillAt(at: number, liquidity: 'maker' | 'taker' = 'maker', market = 0, depth = true): LoggedFill {
  const log = new FillLog([testMarket(0), testMarket(1)], depth);
  const row = { arm: 'a', lane: 'base', number: 1, order_id: 1, ticker: testMarket(market).ticker };
  log.through(() => {})('fills', { ...row, liquidity, exchange_time_us: START + Math.round(at * 1_000) });
  return log.fills[0]!;
}

function marksOf(rows: readonly Row[], fills: readonly LoggedFill[], blockRows?: number): FillMarks[] {
  const walk = new MarkWalk([testMarket(0), testMarket(1)], fills, []);
  for (const block of blocksOf(rows, blockRows)) walk.feed(block);
  return walk.finish();
}

const closes = (at: number, status: 'closed' | 'inactive' | 'active' = 'closed'): Row => ({
  at,
  kind: DETAIL,
  market: 0,
  detail: { type: 'lifecycle', change: { market: index(0), status } },
});
const uncovered = (at: number): Row => ({
  at,
  kind: DETAIL,
  market: 0,
  detail: { type: 'coverage', change: { market: index(0), covered: false, reason: 'gap' } },
});

const BOOK = [...opens(), ...snapshot(1, [[40, 10]], [[45, 10]])];

describe('the mark of a market', () => {
  const settled = (rows: readonly Row[]) => marksOf([...BOOK, ...rows], [fillAt(2_000)])[0]!.close;

  it('is the mid, half way between two prices too', () => {
    expect(settled([])).toBe(42_500);
    expect(settled([delta(3, BID, 41, 5)])).toBe(43_000);
  });

  it('does not move with prints while the book has both sides', () => {
    expect(settled([print(3, BID, 45, 1)])).toBe(42_500);
  });

  it('is the last print while a side is empty, and stays as it was until one comes', () => {
    const emptied = delta(3, BID, 40, -10);
    expect(settled([emptied])).toBe(42_500);
    expect(settled([emptied, unsided(4, 37, 1)])).toBe(37_000);
    expect(settled([emptied, unsided(4, 37, 1), delta(5, BID, 36, 1)])).toBe(40_500);
  });

  it('stays as it was where the book is torn or the tape does not vouch for it', () => {
    expect(settled([delta(3, BID, 30, -1), delta(4, BID, 41, 5)])).toBe(42_500);
    expect(settled([uncovered(3), print(4, ASK, 20, 1)])).toBe(20_000);
    expect(settled([uncovered(3)])).toBe(42_500);
  });

  it('waits for the last row of an update told in pieces', () => {
    const crossing = { ...delta(3, BID, 46, 5), more: true };
    expect(settled([crossing, delta(3, ASK, 45, -10), delta(3, ASK, 48, 1)])).toBe(47_000);
  });

  it('stands still once the market has closed or paid, and moves on if it trades again', () => {
    const moves = [delta(4, BID, 44, 1)];
    expect(settled([closes(3), ...moves])).toBe(42_500);
    expect(settled([settles(3, 'yes'), ...moves])).toBe(42_500);
    expect(settled([closes(3, 'inactive'), ...moves])).toBe(44_500);
    expect(settled([closes(3), closes(3.5, 'active'), ...moves])).toBe(44_500);
  });

  it('is the price of prints on a tape without a book, the mid of quotes on one with the best prices alone', () => {
    expect(marksOf([...opens(), print(2, BID, 33, 1)], [fillAt(1, 'taker', 0, false)])[0]!.close).toBe(33_000);
    const quotes = [...opens(), quote(2, BID, 30, 1, true), quote(2, ASK, 35, 1)];
    expect(marksOf(quotes, [fillAt(1)])[0]!.close).toBe(32_500);
  });
});

describe('the marks of a fill', () => {
  const ladder = [1_000, 2_000, 11_000, 61_000, 601_000].map((at, step) => delta(at, BID, 41 + step, 1));
  const WIDE = [...opens(), ...snapshot(1, [[40, 10]], [[60, 10]])];

  it('are those before it, at each horizon, and at the close', () => {
    const [marks] = marksOf([...WIDE, ...ladder, closes(700_000)], [fillAt(1_500)]);
    expect(marks).toEqual({ before: 50_500, after: [51_000, 51_500, 52_000, 52_500], close: 52_500 });
  });

  it('take the rows of the very microsecond of a horizon in', () => {
    const at = (ms: number) => marksOf([...WIDE, ...ladder], [fillAt(ms)])[0]!.after[0];
    expect(at(1_000)).toBe(51_000);
    expect(at(999.999)).toBe(50_500);
  });

  it('leave the rows of its own microsecond out for what a row filled, and take them in for what took from a book', () => {
    const earlier = (fill: LoggedFill) => marksOf([...WIDE, ...ladder], [fill])[0]!.before;
    expect(earlier(fillAt(1_000, 'maker'))).toBe(50_000);
    expect(earlier(fillAt(1_000, 'taker'))).toBe(50_500);
    expect(earlier(fillAt(1_000, 'taker', 0, false))).toBe(50_000);
  });

  it('are those of the close where a horizon lies beyond it', () => {
    const [marks] = marksOf([...BOOK, closes(20_000), ...ladder.slice(3)], [fillAt(15_000)]);
    expect(marks).toEqual({ before: 42_500, after: [42_500, 42_500, 42_500, 42_500], close: 42_500 });
  });

  it('are unknown while nothing was told of the market, and for ever where nothing was', () => {
    const late = [...opens(), ...snapshot(5_000, [[40, 10]], [[45, 10]])];
    const [marks, other] = marksOf(late, [fillAt(10), fillAt(10, 'maker', 1)]);
    expect(marks).toEqual({ before: null, after: [null, 42_500, 42_500, 42_500], close: 42_500 });
    expect(other).toEqual({ before: null, after: [null, null, null, null], close: null });
  });

  it('let the clock stand still where exchange times step back, as the venue does', () => {
    const rows = [
      ...BOOK,
      { ...delta(3_000, BID, 41, 1), heard: 3_000 },
      { ...delta(2_000, BID, 42, 1), heard: 3_001 },
    ];
    expect(marksOf(rows, [fillAt(2_500)])[0]!.before).toBe(42_500);
    expect(marksOf(rows, [fillAt(2_000)])[0]!.after[0]).toBe(43_500);
  });
});

/** The mark at a time, from the rows alone: a book of plain maps, made anew for every question. */
function plainMark(rows: readonly Row[], untilUs: number): number | null {
  const sides = [new Map<number, number>(), new Map<number, number>()];
  let mark: number | null = null;
  for (const row of rows) {
    if (START + Math.round(row.at * 1_000) > untilUs) break;
    const price = Math.round((row.price ?? 0) * 100);
    if (row.kind === SNAPSHOT) sides[row.side!]!.set(price, row.quantity!);
    else if (row.kind === DELTA) {
      const size = (sides[row.side!]!.get(price) ?? 0) + row.quantity!;
      if (size === 0) sides[row.side!]!.delete(price);
      else sides[row.side!]!.set(price, size);
    }
    if (row.more === true || row.kind === QUOTE) continue;
    const [bids, asks] = sides.map((side) => [...side.keys()]);
    if (bids!.length > 0 && asks!.length > 0) mark = ((Math.max(...bids!) + Math.min(...asks!)) / 2) * 10;
    else if (row.kind === TRADE || row.kind === UNSIDED_TRADE) mark = price * 10;
  }
  return mark;
}

it('are what plain maps say over random books, however the tape is cut into blocks', () => {
  for (let seed = 0; seed < 20; seed++) {
    const random = new Random(`marks ${seed}`);
    const rows = randomTape(random, 400);
    const last = rows.at(-1)!.at;
    const slow = rows.map((row) => ({ ...row, at: (row.at * 700_000) / last }));
    const fills = Array.from({ length: 40 }, () => {
      const ms = random.uniform() < 0.5 ? slow[random.below(slow.length)]!.at : random.below(700_000);
      return fillAt(ms, random.uniform() < 0.5 ? 'maker' : 'taker');
    });
    const expected = fills.map(({ before, time }) => ({
      before: plainMark(slow, before),
      after: HORIZONS.map((horizon) => plainMark(slow, time + horizon.after)),
      close: plainMark(slow, Number.POSITIVE_INFINITY),
    }));
    for (const blockRows of [1_000_000, 1 + random.below(50)]) {
      expect(marksOf(slow, fills, blockRows)).toEqual(expected);
    }
  }
});
