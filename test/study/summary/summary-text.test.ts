import { describe, expect, it } from 'vitest';
import { summarise } from '../../../src/study/summary/summary.ts';
import { renderSummary } from '../../../src/study/summary/summary-text.ts';
import { textTable, wrap } from '../../../src/study/text/text-table.ts';
import { armResult, daily, LANES, laneResult, runResult } from '../run-fixtures.ts';

const gains = (days: number, dollars: number) => daily(days, (index) => 0.07 + dollars * (1 + 3 * Math.sin(index)));
const reasons = Object.fromEntries(Array.from({ length: 11 }, (_, index) => [`reason-${index}`, 1_000 - index]));
const follow = armResult('follow', [], {
  lanes: LANES.map((lane, index) =>
    laneResult(lane, gains(30, [-4.2, 0.1, 1.2][index] ?? 0), { reasons, makerFills: index }),
  ),
});
const run = runResult(
  [
    follow,
    armResult('fade', gains(30, -1), { control: true }),
    armResult('placebo', gains(30, 0), { control: true, surveyed: true }),
  ],
  { assumptions: { 'request latency': '120 ms, assumed', 'feed latency': '60 ms, assumed' } },
);
const synthetic = { ...run, tape: { ...run.tape, name: 'demo', synthetic: true } };
const text = renderSummary(summarise(run));
const lines = text.split('\n');
const lineWith = (part: string) => lines.findIndex((line) => line.includes(part));

describe('the summary in a terminal', () => {
  it('says everything to know about the tape before the first dollar of a result', () => {
    const results = lines.indexOf('Results');
    for (const label of ['Tape', 'Grade', 'Span', 'Coverage', 'Participation', 'Days', 'Fills', 'Unsettled']) {
      const line = lines.findIndex((each) => each.startsWith(`  ${label} `));
      expect(line, label).toBeGreaterThan(0);
      expect(line, label).toBeLessThan(results);
    }
    expect(lines.slice(0, results).join('\n')).not.toMatch(/[+-]\$|¢|net/);
  });

  it('names the run, its digest and the tape it was made on', () => {
    expect(lines[0]).toBe('whale (follow) on weather');
    expect(lines[1]).toBe('run 20241101-120000-whale-1a2b   digest feedfacefeed');
    expect(text).toContain('weather: 1,234,567 rows, 60 markets, digest 0123456789ab');
    expect(text).toContain('2024-10-01 00:00 to 2024-11-01 00:00 UTC, 31.0 days');
  });

  it('shows dollars and cents with their signs, numbers right-aligned', () => {
    const header = lines[lines.indexOf('Results') + 1] ?? '';
    const rows = LANES.map((lane) => lines.find((line) => line.startsWith(`   ${lane} `)) ?? '');
    for (const row of rows) expect(row.length).toBe(header.length);
    expect(rows[0]).toMatch(
      /^ {3}pessimistic +300 +30 +0 % +-\$1\d\d\.\d\d +\$2\.10 +-\$1\d\d\.\d\d +-\d+\.\d\d¢ +\[-\d+\.\d\d, [+-]\d+\.\d\d\]$/,
    );
    expect(rows[2]).toMatch(/ {2}6\.7 % +\+\$\d+\.\d\d /);
    expect(lineWith('fade (control)')).toBeGreaterThan(0);
    expect(lineWith('placebo* (control)')).toBeGreaterThan(0);
    expect(text).toContain('* looked at the whole tape first');
  });

  it('ends with the verdict and how to look deeper', () => {
    const verdict = lines.indexOf('Verdict');
    expect(lines[verdict + 1]).toMatch(
      /^ {2}Worst lane \(pessimistic\): -\$1\d\d\.\d\d net, -\d+\.\d\d¢ a contract\.$/,
    );
    expect(lines[verdict + 2]).toMatch(/^ {2}Survives every lane: no\./);
    expect(verdict).toBeGreaterThan(lines.indexOf('Warnings'));
    expect(text).toContain(`tapedeck query "SELECT * FROM fills WHERE run_id = '20241101-120000-whale-1a2b' LIMIT 20"`);
    expect(text.endsWith('\n')).toBe(true);
  });

  it('tells the eight most frequent reasons and how many more there are', () => {
    expect(text).toContain('Why it did not trade (pessimistic lane)');
    expect(lines[lineWith('reason-0')]).toBe('  reason-0        1,000');
    expect(lineWith('reason-8')).toBe(-1);
    expect(lines[lineWith('3 more reasons')]).toBe('  3 more reasons  2,973');
  });

  it('stays under 100 columns and has no colour codes unless asked', () => {
    for (const line of lines) expect([...line].length, line).toBeLessThan(100);
    expect(text).not.toContain('\u001b');
    const coloured = renderSummary(summarise(run), { colour: true });
    expect(coloured).toContain('\u001b[31m');
    expect(
      coloured
        .split('\u001b')
        .map((part, index) => (index === 0 ? part : part.slice(part.indexOf('m') + 1)))
        .join(''),
    ).toBe(text);
  });

  it('puts SYNTHETIC at the top, in the tape line and in the verdict', () => {
    const label = renderSummary(summarise(synthetic)).split('\n');
    expect(label[3]).toBe('SYNTHETIC: a program generated this tape. Nothing below is about a real market.');
    expect(label.filter((line) => line.includes('SYNTHETIC')).length).toBe(3);
    expect(text).not.toContain('SYNTHETIC');
  });

  it('says why there is no interval and no Sharpe ratio', () => {
    const few = renderSummary(summarise(runResult([armResult('follow', gains(4, 1))])));
    expect(few).toContain('No interval for follow: 4 days traded; an interval needs at least 10.');
    expect(few).toContain('No Sharpe ratio: 4.0 effective independent days, 30 are needed.');
    expect(few).toContain('not enough days to say');
  });

  it('tells the days of each lane where they differ, so that header and body speak of one lane', () => {
    const lanes = [laneResult('pessimistic', gains(4, 1)), laneResult('base', gains(12, 1))];
    const text = renderSummary(summarise(runResult([{ ...armResult('follow', gains(4, 1)), lanes }])));
    expect(text.replaceAll(/\s+/g, ' ')).toContain(
      'Days pessimistic 4 traded, worth 4.0 effective independent days; base 12 traded, worth 12.0 effective independent days (weighted by stake)',
    );
  });

  it('says so where it sent no order and explained nothing', () => {
    const silent = {
      ...armResult('noop', []),
      lanes: [laneResult('base', [], { orders: 0, decisions: 0, reasons: {} })],
    };
    expect(renderSummary(summarise(runResult([silent])))).toContain('It sent no order and explained nothing.');
  });

  it('is readable where nothing traded', () => {
    const idle = renderSummary(summarise(runResult([armResult('noop', [])])));
    expect(idle).toContain('Worst lane (pessimistic): $0.00 net, nothing traded.');
    expect(idle).toContain('nothing to judge, no fill in: pessimistic, base, optimistic');
    expect(idle).not.toMatch(/NaN|Infinity|undefined/);
  });
});

describe('a printed table', () => {
  it('aligns texts left and numbers right by characters, not bytes', () => {
    expect(
      textTable(
        [{ title: 'side' }, { title: '¢', right: true }],
        [
          ['yes', '1.00¢'],
          ['no', '-12.50¢'],
        ],
      ),
    ).toEqual(['side        ¢', 'yes     1.00¢', 'no    -12.50¢']);
  });

  it('wraps at spaces and keeps a percentage together', () => {
    expect(wrap('more than 90 % of all', 12)).toEqual(['more than', '90 % of all']);
    expect(wrap('a-word-longer-than-the-line x', 5)).toEqual(['a-word-longer-than-the-line', 'x']);
  });
});
