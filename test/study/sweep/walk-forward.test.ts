import { describe, expect, test } from 'vitest';
import type { MarketOutcome } from '../../../src/study/store/run-result.ts';
import type { ConfigurationResult } from '../../../src/study/sweep/configuration-pass.ts';
import { type MarketSpan, walkForward } from '../../../src/study/sweep/walk-forward.ts';
import { dayOf, LANES, laneResult, outcome } from '../run-fixtures.ts';

const DAY = 86_400_000_000;
const HOUR = DAY / 24;
const DAYS = 60;

/** One market a day, opened ten hours before its day begins and paid seventeen hours after it ends, as weather markets are. */
const SPANS: MarketSpan[] = Array.from({ length: DAYS }, (_, index) => {
  const start = Date.parse(`${dayOf(index)}T00:00:00Z`) * 1_000;
  return {
    ticker: `M${index}`,
    day: dayOf(index),
    open: start - 10 * HOUR,
    close: start + DAY,
    settled: start + DAY + 17 * HOUR,
  };
});

/** A configuration that earned `dollars` on each day's market, the same in every lane. */
function configuration(
  number: number,
  dollars: (day: number) => number,
  surveyed = false,
  laneNames: readonly string[] = LANES,
): ConfigurationResult {
  const markets: MarketOutcome[] = SPANS.map(({ ticker, day }, index) =>
    outcome({ ticker, event: ticker, day, realisedE6: Math.round(dollars(index) * 1e6), feesE6: 0 }),
  );
  const lanes = laneNames.map((lane) => laneResult(lane, markets));
  return { number, arm: 'a', digest: String(number), surveyed, lanes };
}

const SPEC = { trainDays: 10, testDays: 5, stepDays: 5 };
const wobble = (day: number): number => (day % 3) - 1;

describe('a walk-forward', () => {
  test('chooses on training days only and reports test days only', () => {
    // One earned early and loses late, the other the other way round.
    const early = configuration(1, (day) => (day < 30 ? 2 : -2) + wobble(day));
    const late = configuration(2, (day) => (day < 30 ? -2 : 2) + wobble(day));
    const { windows, lanes } = walkForward([early, late], SPANS, SPEC, 's');
    expect(windows.map(({ chosen }) => chosen)).toEqual([1, 1, 1, 1, 1, 1, 2, 2, 2, 2]);
    const tested = windows.flatMap(({ chosen, test }) =>
      SPANS.filter(({ day }) => day >= test.from && day <= test.to).map(
        ({ day }) => (chosen === 1 ? early : late).lanes[0]!.markets.find((market) => market.day === day)!.realisedE6,
      ),
    );
    expect(tested).toHaveLength(50);
    expect(lanes.map(({ netE6 }) => netE6)).toEqual(LANES.map(() => tested.reduce((sum, net) => sum + net, 0)));
  });

  test('leaves out training markets whose result was not known when the test could first be traded', () => {
    const { windows } = walkForward([configuration(1, () => 1)], SPANS, SPEC, 's');
    // The test's first market opens at 14:00 of the last training day; that day and the one before are unpaid then.
    expect(windows.map(({ purged }) => purged)).toEqual(windows.map(() => 2));
  });

  test('cannot be swayed by a result that was not known in time', () => {
    // A fortune on the last two training days of the first window, known only after its test began.
    const lucky = configuration(1, (day) => (day === 8 || day === 9 ? 1_000 : -0.1 + wobble(day) / 10));
    const steady = configuration(2, (day) => 0.5 + wobble(day));
    const first = walkForward([lucky, steady], SPANS, SPEC, 's').windows[0]!;
    expect(first.chosen).toBe(2);
    const early = SPANS.map((span) => ({ ...span, settled: span.open }));
    expect(walkForward([lucky, steady], early, SPEC, 's').windows[0]!.chosen).toBe(1);
  });

  test('takes a market without an opening as open as early as any other was, and one without an end as not known', () => {
    const unopened = SPANS.map((span) => ({ ...span, open: span.ticker === 'M0' ? span.open : null }));
    const { windows } = walkForward([configuration(1, () => 1)], unopened, SPEC, 's');
    expect(windows.map(({ purged }) => purged)).toEqual(windows.map(() => 2));
    const endless = SPANS.map((span, index) => (index === 3 ? { ...span, close: null, settled: null } : span));
    expect(walkForward([configuration(1, () => 1)], endless, SPEC, 's').windows[0]!.purged).toBe(3);
    const unknown = SPANS.map((span) => ({ ...span, open: null }));
    expect(() => walkForward([configuration(1, () => 1)], unknown, SPEC, 's')).toThrow('kept apart');
  });

  test('trades nothing where nothing had earned anything, and says so', () => {
    const { windows, lanes, verdict } = walkForward([configuration(1, (day) => -1 + wobble(day))], SPANS, SPEC, 's');
    expect(windows.every(({ chosen, testNetE6 }) => chosen === null && testNetE6 === 0)).toBe(true);
    expect(lanes).toEqual([]);
    expect(verdict.survives).toBe('no');
  });

  test('never chooses one that looked at the whole tape, nor one that failed', () => {
    const oracle = configuration(1, () => 5, true);
    const failed = { number: 2, failed: 'it threw' };
    const { windows } = walkForward([oracle, failed, configuration(3, (day) => 0.5 + wobble(day))], SPANS, SPEC, 's');
    expect(new Set(windows.map(({ chosen }) => chosen))).toEqual(new Set([3]));
  });

  test('calls a steady edge with losing days an edge, and one that never lost not proven', () => {
    const steady = configuration(1, (day) => 0.4 + wobble(day));
    expect(walkForward([steady], SPANS, SPEC, 's').verdict.survives).toBe('yes');
    const flawless = configuration(1, (day) => 0.05 + wobble(day) / 100);
    expect(walkForward([flawless], SPANS, SPEC, 's').verdict).toMatchObject({
      survives: 'unknown',
      sentence: expect.stringContaining('ended with a loss'),
    });
  });

  test('never says yes of lanes that were not run', () => {
    const hopeful = configuration(1, (day) => 0.4 + wobble(day), false, ['optimistic']);
    expect(walkForward([hopeful], SPANS, SPEC, 's').verdict).toEqual({
      survives: 'unknown',
      sentence: 'Tests chained, above zero in every lane: cannot be said: not run in the lanes pessimistic, base.',
    });
  });

  test('cannot say where no window has five training days whose results are known in time', () => {
    const steady = configuration(1, (day) => 0.4 + wobble(day));
    const { verdict } = walkForward([steady], SPANS, { trainDays: 4, testDays: 2, stepDays: 2 }, 's');
    expect(verdict.survives).toBe('unknown');
    expect(verdict.sentence).toContain('No window had 5 training days');
  });

  test('is refused where the tape has too few days', () => {
    expect(() => walkForward([configuration(1, () => 1)], SPANS, { ...SPEC, trainDays: 90 }, 's')).toThrow('no window');
  });
});
