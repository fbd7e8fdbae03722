import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { givenParams } from '../../src/cli/given-params.ts';
import { readLatency } from '../../src/cli/latency-flag.ts';
import { limitsFileOf, readLimits } from '../../src/cli/limits-file.ts';
import { coverageClaims } from '../../src/cli/tape-source.ts';
import { STANDARD_LIMITS } from '../../src/engine/limits.ts';
import { ASSUMED_LATENCY } from '../../src/sim/latency.ts';
import type { CoverageSpan } from '../../src/tape/coverage.ts';
import { temporaryFolder, write } from './compiled.ts';

const folder = temporaryFolder();

describe('--param and --params', () => {
  it('keep everything after the first equals sign', () => {
    expect(givenParams(['filter=a=b', 'size=2'], undefined)).toEqual({ filter: 'a=b', size: '2' });
  });

  it('refuse a value that is no text, number, true or false', () => {
    const file = write(folder, 'nested.json', '{"a": {"b": 1}}');
    expect(() => givenParams([], file)).toThrow(/gives a as/);
  });
});

describe('--latency', () => {
  it('reads "assumed" and fixed delays in three units', () => {
    expect(readLatency('assumed')).toBe(ASSUMED_LATENCY);
    for (const [flag, micro] of [
      ['fixed:250us', 250],
      ['fixed:1.5ms', 1_500],
      ['fixed:2s', 2_000_000],
    ] as const) {
      const { request, response, feed } = readLatency(flag);
      expect([request.quantile(0.95), response.quantile(0.05), feed]).toEqual([micro, micro, micro]);
    }
  });

  it('reads delays from a file, which it names as their origin', () => {
    const file = write(folder, 'latency.json', '{"request_ms": [30, 10, 20], "response_ms": [4], "feed_ms": 0.5}');
    const latency = readLatency(file);
    expect(latency.request.quantile(0.5)).toBe(20_000);
    expect(latency.response.quantile(0.99)).toBe(4_000);
    expect(latency.feed).toBe(500);
    expect(latency.origin).toBe(`stated in ${file}`);
  });

  it('says that delays are measured only where the file says where, whatever it is called', () => {
    const delays = '"request_ms": [30], "response_ms": [4], "feed_ms": 0.5';
    const told = write(folder, 'told.json', `{${delays}, "measured": "from a VPS in Virginia, May 2026"}`);
    expect(readLatency(told).origin).toBe(`measured: from a VPS in Virginia, May 2026, in ${told}`);
    const untold = write(folder, 'measured.json', `{${delays}}`);
    expect(readLatency(untold).origin).not.toContain('measured:');
  });

  it('refuses a file with a delay below zero', () => {
    const file = write(folder, 'negative.json', '{"request_ms": [-1], "response_ms": [4], "feed_ms": 0}');
    expect(() => readLatency(file)).toThrow(/request_ms/);
  });
});

describe('--limits', () => {
  it('takes dollars, contracts and shares in the units of their names, the rest standard', () => {
    const file = write(
      folder,
      'limits.json',
      '{"order_cost_dollars": 12.5, "position_contracts": 7, "event_share": 0.05}',
    );
    const limits = readLimits(file);
    expect(limits).toEqual({ ...STANDARD_LIMITS, orderCost: 12_500_000, positionContracts: 700, eventShare: 0.05 });
  });

  it('has a field for every limit there is', () => {
    const every = write(
      folder,
      'every.json',
      '{"open_orders":1,"position_contracts":1,"order_cost_dollars":1,"position_cost_dollars":1,"event_share":0.5,"positions_in_series":1,"positions":1,"account_share_of_one":0.5,"account_share_of_all":0.5,"volume_share":0.5,"market_cost_dollars":1,"daily_loss_dollars":1,"daily_loss_share":0.5,"drawdown":0.5,"losses_in_row":1,"loss_pause_hours":2}',
    );
    const limits = readLimits(every);
    for (const [name, value] of Object.entries(STANDARD_LIMITS)) {
      expect(limits[name as keyof typeof limits], name).not.toBe(value);
    }
    expect(limitsFileOf(limits)).toEqual(JSON.parse(readFileSync(every, 'utf8')));
  });
});

describe('the table of limits in docs/cli.md', () => {
  it('holds every limit with its standard value, as a limits file would write them', () => {
    const lines = readFileSync('docs/cli.md', 'utf8').split('\n');
    const from = lines.indexOf('| limit | standard | what it bounds |') + 2;
    const rows = lines.slice(from, lines.indexOf('', from)).map((line) => line.split('|').map((cell) => cell.trim()));
    const table = Object.fromEntries(rows.map(([, name, value]) => [name?.replaceAll('`', ''), Number(value)]));
    expect(Object.keys(table)).toHaveLength(Object.keys(STANDARD_LIMITS).length);
    expect(readLimits(write(folder, 'documented.json', JSON.stringify(table)))).toEqual(STANDARD_LIMITS);
  });
});

describe('the grounds of coverage that a report names', () => {
  const span = (reason: string, basis: CoverageSpan['basis'], from: number, to: number): CoverageSpan =>
    ({ market: 0, from, to, covered: basis !== null, basis, reason }) as CoverageSpan;

  it('stand in order of market time, each once, uncovered time left out', () => {
    const spans = [
      span('a', 'declared', 0, 5),
      span('observed: rows', 'observed', 5, 25),
      span('a', 'declared', 25, 30),
      span('gap', null, 30, 99),
    ];
    expect(coverageClaims(spans)).toEqual(['observed: rows', 'declared: a']);
  });

  it('are cut after three', () => {
    const spans = ['a', 'b', 'c', 'd', 'e'].map((reason, index) => span(reason, 'declared', 0, 10 - index));
    expect(coverageClaims(spans)).toEqual(['declared: a', 'declared: b', 'declared: c', 'and 2 more grounds']);
  });
});
