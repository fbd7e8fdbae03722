import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SNAPSHOT } from '../../../src/core/market-event.ts';
import { Random } from '../../../src/core/random.ts';
import type { Grade } from '../../../src/core/tape-block.ts';
import whale from '../../../strategies/whale/strategy.ts';
import { L2, PRINTS, play } from '../../sim/replay-of.ts';
import { opens, print, type Row, START, settles, snapshot, testMarket } from '../../sim/tape-of.ts';
import { whaleParams } from './tapes.ts';

const EASY = {
  threshold: 100,
  minPrints: 0,
  minVolume: 0,
  minHoursToClose: 0,
  cooldown: 1,
  maxSlippage: 100,
  maxSpread: 99,
};

/** Two markets with prints large and small, now and then a new book; times in ms. */
const tapes: fc.Arbitrary<Row[]> = fc
  .array(
    fc.record({
      gap: fc.constantFrom(1, 10, 60, 5_000, 40_000),
      market: fc.nat(1),
      side: fc.constantFrom<(0 | 1)[]>(0, 1),
      price: fc.integer({ min: 10, max: 90 }),
      quantity: fc.integer({ min: 1, max: 4_000 }),
      book: fc.boolean(),
    }),
    { minLength: 10, maxLength: 60, size: 'max' },
  )
  .map((steps) => {
    let at = 10;
    const rows = [
      ...opens(0),
      ...opens(1),
      ...snapshot(1, [[40, 500]], [[42, 500]]),
      ...snapshot(1, [[40, 500]], [[42, 500]], 1),
    ];
    for (const { gap, market, side, price, quantity, book } of steps) {
      at += gap;
      if (book) rows.push(...snapshot(at, [[price - 2, 500]], [[price, 500]], market));
      rows.push(print(at, side, price, quantity, market));
    }
    return rows;
  });

interface Heard {
  readonly decisions: string[];
  readonly fills: string[];
}

/** What a run decides and gets before a time in ms. */
function heard(rows: readonly Row[], grade: Grade, mode: string, exit: string, before: number): Heard {
  const markets = [testMarket(0), testMarket(1)];
  const strategy = whale.create(whaleParams({ ...EASY, mode, exit, exitAfter: 60 }), {
    grade,
    random: new Random('test'),
    survey: undefined,
  });
  const { journal } = play({ rows, strategy, grade, markets, request: 20, response: 20 });
  const end = START + before * 1_000;
  return {
    decisions: journal.lines.filter((line) => line.includes(' decision ') && Number(line.split(' ')[0]) < end),
    fills: journal.fills
      .filter(({ event }) => event.localTime < end)
      .map(({ fill, event }) => `${event.localTime} ${JSON.stringify(fill)}`),
  };
}

describe('whale cannot see ahead', () => {
  for (const [name, grade] of [
    ['a book', L2],
    ['prints alone', PRINTS],
  ] as const) {
    it(`what it decides and gets on the beginning of a tape of ${name} is what it decides and gets there on the whole`, () => {
      let decided = 0;
      let filled = 0;
      fc.assert(
        fc.property(
          tapes,
          fc.double({ min: 0.3, max: 1, noNaN: true }),
          fc.constantFrom('follow', 'fade'),
          fc.constantFrom('settlement', 'bracket'),
          (tape, share, mode, exit) => {
            const rows = grade.depth === 'none' ? tape.filter((row) => row.kind !== SNAPSHOT) : tape;
            const cut = Math.max(1, Math.floor(share * rows.length));
            const until = rows[cut - 1]!.at;
            const whole = heard([...rows, settles(rows.at(-1)!.at + 1, 'yes')], grade, mode, exit, until);
            expect(heard(rows.slice(0, cut), grade, mode, exit, until)).toEqual(whole);
            decided += whole.decisions.length;
            filled += whole.fills.length;
          },
        ),
        { numRuns: 300 },
      );
      expect(decided).toBeGreaterThan(300);
      expect(filled).toBeGreaterThan(30);
    });
  }
});
