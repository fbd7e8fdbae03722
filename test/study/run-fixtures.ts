import { dollars } from '../../src/core/money.ts';
import { STANDARD_LIMITS } from '../../src/engine/limits.ts';
import { KNOWN_FEES } from '../../src/ledger/known-fees.ts';
import { BASIC_TIER } from '../../src/sim/api-budget.ts';
import { LANES as FILL_LANES } from '../../src/sim/lane.ts';
import { ASSUMED_LATENCY } from '../../src/sim/latency.ts';
import { invocationOf } from '../../src/study/store/invocation.ts';
import type { ArmResult, LaneResult, MarketOutcome, RunResult } from '../../src/study/store/run-result.ts';

/** One market that traded 10 contracts for $5: its net is the price P&L less 7 cents of fees. */
export function outcome(change: Partial<MarketOutcome> = {}): MarketOutcome {
  return {
    ticker: 'KXHIGHNY-24OCT01-B70.5',
    event: 'KXHIGHNY-24OCT01',
    day: '2024-10-01',
    volumeE2: 1_000,
    stakedE6: 5_000_000,
    realisedE6: 0,
    feesE6: 70_000,
    openCostE6: 0,
    ...change,
  };
}

/** The n-th day after 2024-10-01, as text. */
export function dayOf(index: number): string {
  return new Date(Date.UTC(2024, 9, 1 + index)).toISOString().slice(0, 10);
}

/** One market a day; `realised` in dollars by day. */
export function daily(count: number, realised: (index: number) => number): MarketOutcome[] {
  return Array.from({ length: count }, (_, index) =>
    outcome({
      ticker: `M${index}`,
      event: `E${index}`,
      day: dayOf(index),
      realisedE6: Math.round(realised(index) * 1e6),
    }),
  );
}

/** A lane whose totals are the sums over its markets. */
export function laneResult(
  lane: string,
  markets: readonly MarketOutcome[],
  change: Partial<LaneResult> = {},
): LaneResult {
  const sum = (column: 'volumeE2' | 'feesE6' | 'realisedE6' | 'openCostE6' | 'stakedE6') =>
    markets.reduce((total, market) => total + market[column], 0);
  const net = sum('realisedE6') - sum('feesE6') - sum('openCostE6');
  return {
    lane,
    digest: 'd'.repeat(64),
    decisions: markets.length * 3,
    orders: markets.length,
    refused: 0,
    rejected: 0,
    fills: markets.length,
    makerFills: 0,
    contractsE2: sum('volumeE2'),
    tradedE6: sum('stakedE6') * 10,
    feesE6: sum('feesE6'),
    realisedE6: sum('realisedE6'),
    openCostE6: sum('openCostE6'),
    netE6: net,
    startingCashE6: 10_000_000_000,
    endingCashE6: 10_000_000_000 + net,
    maxDrawdownE6: 0,
    participation: 0.01,
    markets,
    reasons: {},
    ...change,
  };
}

export const LANES = ['pessimistic', 'base', 'optimistic'] as const;

/** An arm that did the same in every lane. */
export function armResult(name: string, markets: readonly MarketOutcome[], change: Partial<ArmResult> = {}): ArmResult {
  return {
    name,
    control: false,
    params: { mode: name },
    surveyed: false,
    lanes: LANES.map((lane) => laneResult(lane, markets)),
    ...change,
  };
}

export function runResult(arms: readonly ArmResult[], change: Partial<RunResult> = {}): RunResult {
  return {
    format: 'tapedeck-run',
    version: 2,
    id: '20241101-120000-whale-1a2b',
    strategy: 'whale',
    tape: {
      name: 'weather',
      digest: '0123456789abcdef'.repeat(4),
      synthetic: false,
      grade: { depth: 'none', trades: true, sampling: 'continuous' },
      rows: 1_234_567,
      markets: 60,
      firstTimeUs: Date.UTC(2024, 9, 1) * 1_000,
      lastTimeUs: Date.UTC(2024, 10, 1) * 1_000,
      timeResolutionUs: 0,
      sizesRecorded: true,
      imported: { declared: [], furtherNotes: 0 },
      coverage: { share: 0.98, basis: ["trades complete by the source's word"] },
    },
    seed: '7',
    digest: 'feedface'.repeat(8),
    trials: { count: 1, sharpeDeviation: null },
    hashes: { code: 'c', strategy: 's', tape: 't', config: 'g', fees: 'f' },
    invocation: invocationOf(
      { strategy: 'whale', tape: 'weather' },
      {
        params: {},
        controls: true,
        lanes: FILL_LANES,
        latency: ASSUMED_LATENCY,
        fees: KNOWN_FEES,
        membership: 'direct',
        tier: BASIC_TIER,
        limits: STANDARD_LIMITS,
        startingCash: dollars(10_000),
        seed: '7',
      },
    ),
    assumptions: {},
    arms,
    startedAt: '2024-11-01T12:00:00.000Z',
    elapsedMs: 1_234,
    peakMemoryBytes: 123_456_789,
    nodeVersion: 'v20.20.2',
    ...change,
  };
}
