import { describe, expect, it } from 'vitest';
import type { ArmResult, RunResult } from '../../../src/study/store/run-result.ts';
import { summarise } from '../../../src/study/summary/summary.ts';
import { armResult, daily, dayOf, LANES, laneResult, outcome, runResult } from '../run-fixtures.ts';

/** Small daily gains that differ, of `dollars` on average after fees. */
const steady = (days: number, dollars: number) => daily(days, (index) => 0.07 + dollars * (1 + 0.3 * Math.sin(index)));
const placebo = (days: number, dollars: number) => armResult('placebo', steady(days, dollars), { control: true });
const codes = (run: RunResult) => summarise(run).flags.map((flag) => flag.code);

function withLanes(name: string, net: (lane: string) => number, days = 40): ArmResult {
  return armResult(name, [], { lanes: LANES.map((lane) => laneResult(lane, steady(days, net(lane)))) });
}

/** Wins on most days and loses on six of forty. */
const WINNING = daily(40, (index) => (index % 7 === 3 ? -0.15 : 0.3 + (index % 3) * 0.05));

describe('intervals of a run', () => {
  it('are the same in every lane, arm and difference that did the same: all draw the same days', () => {
    const [main, ...controls] = summarise(runResult([armResult('follow', WINNING), placebo(40, -0.1)])).arms;
    const intervals = main!.lanes.map(({ interval }) => interval);
    expect(intervals).toHaveLength(LANES.length);
    expect(intervals[0]).toMatchObject({ days: 40 });
    for (const interval of intervals) expect(interval).toEqual(intervals[0]);
    const twin = summarise(runResult([armResult('renamed', WINNING), placebo(40, -0.1)]));
    expect(twin.arms[0]!.lanes[0]!.interval).toEqual(intervals[0]);
    expect(controls[0]!.lanes[0]!.interval).not.toEqual(intervals[0]);
  });
});

describe('the verdict', () => {
  it('is yes only where every lane and the difference to the placebo lie above zero', () => {
    const { verdict } = summarise(runResult([armResult('follow', WINNING), placebo(40, -0.1)]));
    expect(verdict).toEqual({
      survives: 'yes',
      lookedAhead: false,
      sentence: 'Survives every lane: yes. Each 95 % interval lies above zero.',
    });
  });

  it('is unknown where few days lost and one lost stake would undo it: a rare large loss may not have come yet', () => {
    const { verdict } = summarise(runResult([armResult('follow', steady(40, 0.2)), placebo(40, -0.1)]));
    expect(verdict.survives).toBe('unknown');
    expect(verdict.sentence).toContain('No day of 40 ended with a loss in the pessimistic lane');
  });

  it('is unknown where the run looked at the whole tape first', () => {
    const main = { ...armResult('follow', WINNING), surveyed: true };
    const { verdict } = summarise(runResult([main, placebo(40, -0.1)]));
    expect(verdict.survives).toBe('unknown');
    expect(verdict.sentence).toContain('nobody can trade so');
  });

  it('is given for a run that looked ahead on a SYNTHETIC tape, and says what it is', () => {
    const main = { ...armResult('oracle', WINNING), surveyed: true };
    const run = runResult([main, placebo(40, -0.1)]);
    const { verdict } = summarise({ ...run, tape: { ...run.tape, synthetic: true } });
    expect([verdict.survives, verdict.lookedAhead]).toEqual(['yes', true]);
    expect(verdict.sentence).toContain('The arm LOOKED AHEAD');
    expect(verdict.sentence).toContain('SYNTHETIC');
  });

  it('is unknown where a lane was not run: "every lane" means all three', () => {
    const main = armResult('follow', WINNING);
    const { verdict } = summarise(
      runResult([{ ...main, lanes: main.lanes.filter(({ lane }) => lane === 'optimistic') }]),
    );
    expect(verdict.survives).toBe('unknown');
    expect(verdict.sentence).toContain('not run: pessimistic, base');
  });

  it('is no where one lane is not above zero, and names it', () => {
    const { verdict, headline } = summarise(
      runResult([withLanes('follow', (lane) => (lane === 'pessimistic' ? -0.1 : 0.3)), placebo(40, -0.5)]),
    );
    expect(verdict.survives).toBe('no');
    expect(verdict.sentence).toContain('not above zero for the pessimistic lane.');
    expect(verdict.sentence).toContain('made no money in: pessimistic');
    expect(headline.lane).toBe('pessimistic');
    expect(headline.netE6).toBeLessThan(0);
  });

  it('is no where the placebo did as well', () => {
    const { verdict } = summarise(runResult([armResult('follow', steady(40, 0.2)), placebo(40, 0.2)]));
    expect(verdict.survives).toBe('no');
    expect(verdict.sentence).toContain('the difference to placebo in the pessimistic lane');
  });

  it('is unknown under ten days', () => {
    const { verdict } = summarise(runResult([armResult('follow', steady(9, 0.2)), placebo(9, -0.1)]));
    expect(verdict.survives).toBe('unknown');
    expect(verdict.sentence).toMatch(/^Survives every lane: not enough days to say/);
  });

  it('is unknown where most capital lay on a few of many days', () => {
    const lumpy = [...steady(20, 0.2), outcome({ day: dayOf(30), stakedE6: 1e9, realisedE6: 1e6 })];
    const summary = summarise(runResult([armResult('follow', lumpy), placebo(21, -0.5)]));
    expect(summary.arms[0]?.lanes.every((lane) => typeof lane.interval !== 'string' && lane.interval.lower > 0)).toBe(
      true,
    );
    expect(summary.verdict.survives).toBe('unknown');
    expect(summary.verdict.sentence).toContain('effective independent days, fewer than 10');
    expect(summary.flags.map((flag) => flag.code)).toContain('concentrated');
  });

  it('is unknown where a lane never filled', () => {
    const main = armResult('maker', steady(40, 0.2));
    const lanes = [laneResult('pessimistic', []), ...main.lanes.slice(1)];
    const { verdict, headline } = summarise(runResult([{ ...main, lanes }]));
    expect(verdict.survives).toBe('unknown');
    expect(verdict.sentence).toContain('no fill in: pessimistic');
    expect(headline).toEqual({ lane: 'pessimistic', netE6: 0, centsPerContract: null });
  });

  it('says where no placebo was run, and where the tape is synthetic', () => {
    const run = runResult([armResult('follow', WINNING)]);
    const { verdict } = summarise({ ...run, tape: { ...run.tape, synthetic: true } });
    expect(verdict.survives).toBe('yes');
    expect(verdict.sentence).toContain('No placebo was run');
    expect(verdict.sentence).toContain('SYNTHETIC');
  });

  it('takes the difference to each control in each lane, main less control', () => {
    const { differences } = summarise(
      runResult([
        armResult('follow', steady(40, 0.2)),
        armResult('fade', steady(40, -0.2), { control: true }),
        placebo(40, 0),
      ]),
    );
    expect(differences.map((line) => `${line.control} ${line.lane}`)).toEqual([
      ...LANES.map((lane) => `fade ${lane}`),
      ...LANES.map((lane) => `placebo ${lane}`),
    ]);
    expect(differences[0]?.centsPerContract).toBeCloseTo(4, 0);
  });
});

describe('the facts', () => {
  it('come before anything that was earned', () => {
    const keys = Object.keys(summarise(runResult([armResult('follow', steady(40, 0.2))])));
    expect(keys.indexOf('facts')).toBeLessThan(
      Math.min(...['arms', 'differences', 'sharpe', 'flags', 'headline', 'verdict'].map((key) => keys.indexOf(key))),
    );
    const facts = JSON.stringify(summarise(runResult([armResult('follow', steady(40, 0.2))])).facts);
    expect(facts).not.toMatch(/net|gross|realised|profit/i);
  });

  it('take the worst lane for days, and the largest participation', () => {
    const main = armResult('follow', [], {
      lanes: [
        laneResult('pessimistic', steady(12, 0.1), { participation: 0.02 }),
        laneResult('base', steady(14, 0.1), { participation: 0.07 }),
        laneResult('optimistic', steady(20, 0.1), { participation: null }),
      ],
    });
    const { facts } = summarise(runResult([main]));
    expect(facts).toMatchObject({
      daysTraded: 12,
      effectiveDays: 12,
      participation: 0.07,
      spanDays: 31,
      grade: 'prints, continuous',
    });
  });

  it('give the same summary for the same run, as plain JSON', () => {
    const run = runResult([armResult('follow', steady(40, 0.2)), placebo(40, 0)]);
    expect(JSON.parse(JSON.stringify(summarise(run)))).toEqual(summarise(run));
  });

  it('list what kept the strategy from trading in its worst lane, most frequent first', () => {
    const lanes = [
      laneResult('base', steady(12, 0.1)),
      laneResult('pessimistic', steady(12, -0.1), { reasons: { 'too-old': 3, 'price-band': 9, held: 3 } }),
    ];
    const { reasons } = summarise(runResult([armResult('follow', [], { lanes })]));
    expect(reasons).toEqual([
      { reason: 'price-band', count: 9 },
      { reason: 'held', count: 3 },
      { reason: 'too-old', count: 3 },
    ]);
  });
});

describe('red flags', () => {
  const follow = armResult('follow', steady(40, 0.2));
  const mixed = daily(40, (index) => 0.07 + (index % 2 === 0 ? 0.4 : -0.3));
  const change = (lane: Parameters<typeof laneResult>[2], markets = mixed) =>
    runResult([armResult('follow', [], { lanes: LANES.map((name) => laneResult(name, markets, lane)) })]);

  it('are absent from a modest result on a good tape', () => {
    expect(codes(runResult([armResult('follow', mixed)]))).toEqual([]);
  });

  it('are raised by a profit above a tenth of the money traded', () => {
    expect(codes(change({ tradedE6: 30_000_000, netE6: 3_000_001 }))).toContain('too-profitable');
    expect(codes(change({ tradedE6: 30_000_000, netE6: 3_000_000 }))).not.toContain('too-profitable');
  });

  it('are raised by winning more than nine markets of ten, not by a few wins', () => {
    expect(codes(runResult([follow]))).toContain('wins-too-often');
    expect(codes(runResult([armResult('follow', steady(9, 0.2))]))).not.toContain('wins-too-often');
    const nineOfTen = daily(40, (index) => (index % 10 === 0 ? -1 : 1));
    expect(codes(runResult([armResult('follow', nineOfTen)]))).not.toContain('wins-too-often');
  });

  it('are raised by being more than a tenth of the market, or by not knowing', () => {
    expect(codes(change({ participation: 0.11 }))).toEqual(['large-participation']);
    expect(codes(change({ participation: 0.1 }))).toEqual([]);
    expect(codes(change({ participation: null }))).toEqual(['participation-unknown']);
  });

  it('are raised where most markets never settled', () => {
    const open = mixed.map((market, index) => (index < 21 ? { ...market, openCostE6: 1_000 } : market));
    expect(codes(change({}, open))).toContain('mostly-unsettled');
    expect(
      codes(
        change(
          {},
          open.map((market, index) => (index < 20 ? market : { ...market, openCostE6: 0 })),
        ),
      ),
    ).not.toContain('mostly-unsettled');
  });

  it('are raised where one day gave more than half, of a profit or of a loss', () => {
    const profit = daily(40, (index) => (index === 5 ? 50 : 0.1));
    const [flag] = summarise(change({}, profit)).flags.filter(({ code }) => code === 'one-day');
    expect(flag?.text).toBe('One day, 2024-10-06, gave more than half of the profit: $49.93 against $51.10 in all.');
    expect(
      codes(
        change(
          {},
          daily(40, (index) => (index === 5 ? -50 : 0.1)),
        ),
      ),
    ).toContain('one-day');
  });

  it('are raised by a profit in the optimistic lane only', () => {
    expect(codes(runResult([withLanes('follow', (lane) => (lane === 'optimistic' ? 0.2 : -0.2))]))).toContain(
      'optimistic-only',
    );
    expect(codes(runResult([withLanes('follow', (lane) => (lane === 'pessimistic' ? -0.2 : 0.2))]))).not.toContain(
      'optimistic-only',
    );
  });

  it('name what was assumed: latency, sizes, times, coverage, and a look at the whole tape', () => {
    const run = runResult([{ ...armResult('follow', mixed), surveyed: true }], {
      assumptions: { 'request latency': '120 ms, assumed' },
    });
    const tape = {
      ...run.tape,
      sizesRecorded: false,
      timeResolutionUs: 60_000_000,
      coverage: { share: 0.2, basis: [] },
    };
    expect(codes({ ...run, tape })).toEqual([
      'surveyed',
      'assumed-latency',
      'assumed-sizes',
      'coarse-time',
      'sparse-coverage',
    ]);
    expect(
      codes(
        runResult([armResult('follow', mixed)], {
          assumptions: { 'request latency': '80 ms (measured: a VPS in May, in l.json)' },
        }),
      ),
    ).toEqual([]);
  });

  it('are raised by a model that has learnt from days that were traded, and say how many', () => {
    const run = runResult([armResult('edge', mixed)]);
    const models = { digest: 'a'.repeat(64), cities: ['chicago'], learnt: ['2000-01-01', '2100-01-01'] as const };
    expect(codes({ ...run, models })).toContain('learnt-from-tape');
    expect(codes({ ...run, models: { ...models, learnt: ['2000-01-01', '2000-12-31'] as const } })).not.toContain(
      'learnt-from-tape',
    );
  });
});
