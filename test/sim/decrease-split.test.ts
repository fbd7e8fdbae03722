import { describe, expect, it } from 'vitest';
import { Random } from '../../src/core/random.ts';
import { MILLISECOND, SECOND } from '../../src/core/time.ts';
import { DecreaseSplit, type SplitTotal } from '../../src/sim/decrease-split.ts';
import { TapeDecreases } from '../../src/sim/tape-decreases.ts';
import { randomTape, withoutPrints } from './random-tape.ts';
import { L1, L2, L2_ALONE } from './replay-of.ts';
import { blocksOf, delta, opens, print, type Row, snapshot, unsided } from './tape-of.ts';

const KEY = 5_000 * 2;

function split(tell: (of: DecreaseSplit) => void, trades = true): SplitTotal {
  const of = new DecreaseSplit(trades);
  tell(of);
  of.settle();
  return of.total;
}

const none = { traded: 0, cancelled: 0, ambiguous: 0, decreased: 0, unshown: 0 };

describe('a decrease of a level', () => {
  it('is a trade where a print of its size was told before or after it', () => {
    const before = split((of) => {
      of.print(KEY, 50, 1_000);
      of.decrease(KEY, 50, 1_000);
    });
    const after = split((of) => {
      of.decrease(KEY, 50, 1_900);
      of.print(KEY, 50, 1_000);
    });
    expect(before).toEqual({ ...none, traded: 50, decreased: 50 });
    expect(after).toEqual(before);
  });

  it('is a cancel where nothing printed at its level within 5 ms', () => {
    const total = split((of) => {
      of.decrease(KEY, 50, 0);
      of.print(KEY, 50, 5 * MILLISECOND + 1);
      of.decrease(KEY, 50, 5 * MILLISECOND + 1);
      of.decrease(KEY + 2, 20, 5 * MILLISECOND + 1);
    });
    expect(total).toEqual({ ...none, traded: 50, cancelled: 70, decreased: 120 });
  });

  it('of which more fell than printed is a trade for so much, and a cancel for the rest', () => {
    const total = split((of) => {
      of.print(KEY, 30, 0);
      of.decrease(KEY, 50, 0);
    });
    expect(total).toEqual({ ...none, traded: 30, cancelled: 20, decreased: 50 });
  });

  it('is ambiguous where a print fits two of them, unless one has its very instant and size', () => {
    const either = split((of) => {
      of.decrease(KEY, 50, 0);
      of.decrease(KEY, 50, 2 * MILLISECOND);
      of.print(KEY, 50, 4 * MILLISECOND);
    });
    expect(either).toEqual({ ...none, ambiguous: 100, decreased: 100 });
    const plain = split((of) => {
      of.decrease(KEY, 50, 0);
      of.decrease(KEY, 50, 2 * MILLISECOND + 300);
      of.print(KEY, 50, 2 * MILLISECOND);
    });
    expect(plain).toEqual({ ...none, traded: 50, cancelled: 50, decreased: 100 });
  });

  it('explained by a print long past could be either', () => {
    const total = split((of) => {
      of.print(KEY, 50, 0);
      of.decrease(KEY, 50, SECOND);
    });
    expect(total).toEqual({ ...none, ambiguous: 50, decreased: 50 });
  });

  it('could be either beside a print without a side, and on a tape without prints', () => {
    const beside = split((of) => {
      of.unsidedPrint(KEY, 0);
      of.decrease(KEY, 50, 0);
    });
    expect(beside).toEqual({ ...none, ambiguous: 50, decreased: 50 });
    expect(split((of) => of.decrease(KEY, 50, 0), false)).toEqual(beside);
  });

  it('a print takes the decrease of its own instant before one that only lies within the window', () => {
    const of = new DecreaseSplit(true);
    const cancel = of.decrease(KEY, 50, 0);
    const trade = of.decrease(KEY, 50, 2 * MILLISECOND);
    const later = of.decrease(KEY, 50, 3 * MILLISECOND);
    expect(of.print(KEY, 50, 2 * MILLISECOND).matched).toEqual([trade]);
    expect([cancel.open, trade.open, later.open]).toEqual([50, 0, 50]);
  });
});

describe('the decreases of a tape', () => {
  const decreasesOf = (rows: readonly Row[], grade = L2): SplitTotal | null => {
    const all = new TapeDecreases(grade);
    for (const block of blocksOf(rows, 37)) all.see(block);
    return all.finish();
  };
  const fallen = (rows: readonly Row[]): number =>
    rows.reduce((sum, { kind, quantity = 0 }) => (kind === 0 && quantity < 0 ? sum - quantity * 100 : sum), 0);

  it('are traded, cancelled or ambiguous: the three add up exactly, on random tapes and however they are told', () => {
    let ambiguous = 0;
    for (let seed = 0; seed < 300; seed++) {
      const random = new Random(`decreases/${seed}`);
      const rows = randomTape(random, 150, { pauses: true, gaps: true });
      const shuffled = rows.map((row) => ({ ...row, at: Math.floor(row.at / 6) * 6 }));
      for (const told of [rows, shuffled]) {
        const total = decreasesOf(told)!;
        expect(total.traded + total.cancelled + total.ambiguous).toBe(total.decreased);
        expect(total.decreased).toBe(fallen(told));
        const printed = told.reduce((sum, { kind, quantity = 0 }) => (kind === 1 ? sum + quantity * 100 : sum), 0);
        expect(total.traded).toBeLessThanOrEqual(printed);
        expect(total.traded + total.ambiguous + total.unshown).toBeGreaterThanOrEqual(printed);
        ambiguous += total.ambiguous;
      }
    }
    expect(ambiguous).toBeGreaterThan(0);
  });

  it('on a tape whose every print stands beside its own decrease are told apart without doubt', () => {
    const rows = randomTape(new Random('plain'), 400);
    const printed = rows.reduce((sum, { kind, quantity = 0 }) => (kind === 1 ? sum + quantity * 100 : sum), 0);
    expect(decreasesOf(rows)).toEqual({
      traded: printed,
      cancelled: fallen(rows) - printed,
      ambiguous: 0,
      decreased: fallen(rows),
      unshown: 0,
    });
  });

  it('begin anew with each whole book, which tells of no decrease', () => {
    const rows = [...opens(), ...snapshot(1, [[40, 10]], [[45, 10]]), print(2, 1, 40, 4)];
    const total = decreasesOf([...rows, ...snapshot(3, [[40, 6]], [[45, 10]]), delta(4, 0, 40, -4)]);
    expect(total).toEqual({ traded: 0, cancelled: 400, ambiguous: 0, decreased: 400, unshown: 400 });
  });

  it('could all be either where no trades, or none with a side, are recorded; a tape without depth has none', () => {
    const rows = randomTape(new Random('plain'), 400);
    const alone = withoutPrints(rows);
    expect(decreasesOf(alone, L2_ALONE)).toMatchObject({ ambiguous: fallen(alone), decreased: fallen(alone) });
    const sideless = [...opens(), ...snapshot(1, [[40, 10]], [[45, 10]]), unsided(2, 40, 4), delta(2, 0, 40, -4)];
    expect(decreasesOf(sideless)).toMatchObject({ ambiguous: 400 });
    expect(decreasesOf([], L1)).toBe(null);
  });
});
