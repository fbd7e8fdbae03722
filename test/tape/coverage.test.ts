import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { MarketIndex } from '../../src/core/market.ts';
import { HOUR, MINUTE, type Time } from '../../src/core/time.ts';
import { certificate } from '../../src/tape/certificate.ts';
import { basisOf, coverageSpans, coverageTotal, type MarketLife, marketHours } from '../../src/tape/coverage.ts';
import { formatDetail } from '../../src/tape/detail-json.ts';
import { openTape } from '../../src/tape/open-tape.ts';
import { coverageRow, dataFolder, marketFacts, row, START, sealRows } from './tape-fixture.ts';

interface Change {
  readonly market: number;
  readonly at: number;
  readonly covered: boolean;
}

function spansOf(lives: readonly (MarketLife | null)[], changes: readonly Change[], reason = 'declared: a test') {
  const details = changes.map(({ market, covered }, index) => ({
    sequence: index + 1,
    text: formatDetail({ type: 'coverage', change: { market: market as MarketIndex, covered, reason } }),
  }));
  return coverageSpans(
    lives,
    details,
    changes.map(({ at }) => at as Time),
  );
}

const life = (from: number, to: number): MarketLife => ({ from: from as Time, to: to as Time });

describe('coverage', () => {
  test('a market is uncovered until a row says that it is covered', () => {
    expect(spansOf([life(0, 100)], [])).toEqual([
      { market: 0, from: 0, to: 100, covered: false, basis: null, reason: 'no row says that it is covered' },
    ]);
    const spans = spansOf([life(0, 100)], [{ market: 0, at: 40, covered: true }]);
    expect(spans.map(({ from, to, covered }) => [from, to, covered])).toEqual([
      [0, 40, false],
      [40, 100, true],
    ]);
  });

  test('rows outside the life of a market count only inside it', () => {
    const changes = [
      { market: 0, at: 5, covered: true },
      { market: 0, at: 120, covered: false },
    ];
    expect(spansOf([life(10, 100)], changes).map(({ from, to, covered }) => [from, to, covered])).toEqual([
      [10, 100, true],
    ]);
    expect(spansOf([null], changes)).toEqual([]);
  });

  test('a market that closes sooner than was planned is not uncovered from then on, and is again once it is open', () => {
    const text = (detail: Parameters<typeof formatDetail>[0]) => formatDetail(detail);
    const told = (at: number, status: 'active' | 'closed', covered: boolean) => [
      { at, text: text({ type: 'lifecycle', change: { market: 0 as MarketIndex, status } }) },
      {
        at,
        text: text({ type: 'coverage', change: { market: 0 as MarketIndex, covered, reason: 'declared: a test' } }),
      },
    ];
    const rows = [...told(10, 'active', true), ...told(40, 'closed', false), ...told(60, 'active', true)];
    const lost = {
      at: 80,
      text: text({ type: 'coverage', change: { market: 0 as MarketIndex, covered: false, reason: 'gap' } }),
    };
    const all = [...rows, lost];
    const spans = coverageSpans(
      [life(10, 100)],
      all.map(({ text: detail }, at) => ({ sequence: at + 1, text: detail })),
      all.map(({ at }) => at as Time),
    );
    expect(spans.map(({ from, to, covered }) => [from, to, covered])).toEqual([
      [10, 40, true],
      [60, 80, true],
      [80, 100, false],
    ]);
  });

  test('the basis is the first word of the reason, and the weakest where it names none', () => {
    expect(['sequence: whole', 'observed rows', 'declared', 'the market opened', 'sequences'].map(basisOf)).toEqual([
      'sequence',
      'observed',
      'declared',
      'declared',
      'declared',
    ]);
  });

  test('an hour holds the part of it that lies in the life, and the weakest basis of what is covered', () => {
    const covered = { market: 0 as MarketIndex, covered: true, reason: '' };
    const spans = [
      { ...covered, from: (HOUR - 10 * MINUTE) as Time, to: (HOUR + 20 * MINUTE) as Time, basis: 'sequence' as const },
      { ...covered, from: (HOUR + 20 * MINUTE) as Time, to: (HOUR + 30 * MINUTE) as Time, covered: false, basis: null },
      { ...covered, from: (HOUR + 30 * MINUTE) as Time, to: (HOUR + 45 * MINUTE) as Time, basis: 'declared' as const },
    ];
    expect(marketHours(spans)).toEqual([
      { market: 0, hour: 0, lengthUs: 10 * MINUTE, coveredUs: 10 * MINUTE, basis: 'sequence' },
      { market: 0, hour: HOUR, lengthUs: 45 * MINUTE, coveredUs: 35 * MINUTE, basis: 'declared' },
    ]);
    const total = coverageTotal(spans);
    expect(total).toEqual({
      coveredUs: 45 * MINUTE,
      lengthUs: 55 * MINUTE,
      share: 45 / 55,
      byBasis: { sequence: 30 * MINUTE, observed: 0, declared: 15 * MINUTE },
    });
  });

  test('at every instant of a life the certificate agrees with the last row before it', () => {
    const changes = fc.array(
      fc.record({ market: fc.nat({ max: 1 }), wait: fc.nat({ max: 90 }), covered: fc.boolean() }),
      { maxLength: 20 },
    );
    const ends = fc.record({ from: fc.nat({ max: 300 }), length: fc.integer({ min: 1, max: 300 }) });
    fc.assert(
      fc.property(changes, fc.tuple(ends, ends), (list, [first, second]) => {
        let at = 0;
        const timed = list.map(({ market, wait, covered }) => {
          at += wait;
          return { market, at: at * MINUTE, covered };
        });
        const lives = [first, second].map(({ from, length }) => life(from * MINUTE, (from + length) * MINUTE));
        const spans = spansOf(lives, timed);
        const hours = marketHours(spans);
        lives.forEach(({ from, to }, market) => {
          let coveredMinutes = 0;
          for (let minute = from; minute < to; minute = (minute + MINUTE) as Time) {
            const last = timed.filter((change) => change.market === market && change.at <= minute).at(-1);
            const span = spans.find((each) => each.market === market && each.from <= minute && minute < each.to);
            expect(span?.covered).toBe(last?.covered ?? false);
            if (span?.covered) coveredMinutes++;
          }
          const ours = hours.filter((hour) => hour.market === market);
          expect(ours.reduce((sum, hour) => sum + hour.coveredUs, 0)).toBe(coveredMinutes * MINUTE);
          expect(ours.reduce((sum, hour) => sum + hour.lengthUs, 0)).toBe(to - from);
        });
      }),
      { numRuns: 60 },
    );
  });

  test('a sealed tape carries its certificate, from open to close where these are known', async () => {
    const folder = dataFolder();
    const rows = [
      row({ localTime: START, market: 1 }),
      coverageRow(START + 10 * MINUTE, 0, true, 'sequence: whole'),
      coverageRow(START + 70 * MINUTE, 0, false, 'gap'),
      row({ localTime: START + 2 * HOUR, market: 1 }),
      coverageRow(START + 5 * HOUR, 1, false, 'recording ended'),
    ];
    const opened = marketFacts('A', { openTime: (START - HOUR) as Time, closeTime: (START + 90 * MINUTE) as Time });
    const unseen = marketFacts('C');
    await sealRows(folder, rows, { markets: [opened, marketFacts('B'), unseen] });
    const hours = await certificate(await openTape(folder, 'test'));
    const mine = (market: number) =>
      hours
        .filter((hour) => hour.market === market)
        .map(({ hour, lengthUs, coveredUs, basis }) => [hour - START, lengthUs, coveredUs, basis]);
    expect(mine(0)).toEqual([
      [0, HOUR, 50 * MINUTE, 'sequence'],
      [HOUR, 30 * MINUTE, 10 * MINUTE, 'sequence'],
    ]);
    expect(mine(1)).toEqual([0, 1, 2, 3, 4].map((hour) => [hour * HOUR, HOUR, 0, null]));
    expect(mine(2)).toEqual([]);
  });
});
