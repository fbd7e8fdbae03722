import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { runImport } from '../../src/cli/import-run.ts';
import { tapeSource } from '../../src/cli/tape-source.ts';
import type { FeeChange } from '../../src/core/fee-schedule.ts';
import { DELTA, MarketEvent } from '../../src/core/market-event.ts';
import { dollars } from '../../src/core/money.ts';
import type { Time } from '../../src/core/time.ts';
import { STANDARD_LIMITS } from '../../src/engine/limits.ts';
import { MarketState } from '../../src/engine/market-state.ts';
import { KNOWN_FEES } from '../../src/ledger/known-fees.ts';
import { BASIC_TIER } from '../../src/sim/api-budget.ts';
import { LANES } from '../../src/sim/lane.ts';
import { ASSUMED_LATENCY } from '../../src/sim/latency.ts';
import { TapeCursor } from '../../src/sim/tape-cursor.ts';
import { type BacktestOptions, backtest } from '../../src/study/run/backtest.ts';
import type { LaneResult } from '../../src/study/store/run-result.ts';
import type { TapeSource } from '../../src/study/store/tape-source.ts';
import { openTape } from '../../src/tape/open-tape.ts';
import maker from '../../strategies/maker/strategy.ts';
import { describeReal } from '../real-data.ts';

const dataFolder = mkdtempSync(join(tmpdir(), 'tapedeck-frames-'));
afterAll(() => rmSync(dataFolder, { recursive: true, force: true }));

describeReal('kalshi-ws-frames', 'maker on the recorded frames of 2026-07-01', (folder) => {
  let tape: TapeSource;
  beforeAll(async () => {
    await runImport({ format: 'kalshi-frames', source: folder, name: 'frames', dataFolder, createdBy: 'test' });
    tape = await tapeSource(await openTape(dataFolder, 'frames'));
  });

  const options = (fees: readonly FeeChange[]): BacktestOptions => ({
    tape,
    module: maker as never,
    strategyHash: 'test',
    // The frames say nothing of when these markets close.
    params: { closeBuffer: 0, maxMarkets: 5, refresh: 0.1, halfSpread: 0.5, tolerance: 0 },
    controls: true,
    lanes: LANES,
    latency: ASSUMED_LATENCY,
    names: { strategy: 'maker', tape: 'frames' },
    fees,
    membership: 'direct',
    limits: STANDARD_LIMITS,
    tier: BASIC_TIER,
    startingCash: dollars(10_000),
    seed: 'frames',
    dataFolder,
  });

  it('are a tape of depth without trades', () => {
    expect(tape.facts.grade).toEqual({ depth: 'L2', trades: false, sampling: 'continuous' });
    expect(tape.markets).toHaveLength(5);
  });

  it('rebuild books that are never torn while covered, negative, locked or crossed: all 2,885 deltas count', async () => {
    const state = new MarketState(tape.markets);
    const event = new MarketEvent();
    let deltas = 0;
    for await (const block of tape.blocks()) {
      for (let row = 0; row < block.length; row++) {
        TapeCursor.read(block, row, event);
        state.apply(event);
        if (event.kind === DELTA) deltas++;
        const book = event.detail === null ? state.book(event.market) : null;
        if (book === null || event.more) continue;
        expect(book.stateName, `row ${event.sequence}`).toBe('open');
        expect(
          book
            .readable()!
            .levels(0, 99)
            .every(({ quantity }) => quantity > 0),
        ).toBe(true);
        expect(
          book
            .readable()!
            .levels(1, 99)
            .every(({ quantity }) => quantity > 0),
        ).toBe(true);
      }
    }
    expect(deltas).toBe(2_885);
    for (const { index } of tape.markets) expect(state.book(index)!.ignored).toBe(0);
  });

  it('are refused while nobody has said what these series cost: no fee is assumed', async () => {
    const failure = await backtest(options(KNOWN_FEES)).catch((error: unknown) => error);
    expect(failure).toMatchObject({ name: 'Fault', code: 'unknown-fee-schedule' });
    expect(String(failure)).toMatch(/no fee schedule for series KX\w+ on 2026-07-01/);
    expect((failure as { next: string }).next).toContain('--fees');
    expect(readdirSync(dataFolder)).not.toContain('runs');
  });

  it('fill no maker in the pessimistic lane: without prints a smaller level proves no trade', async () => {
    const declared = [...new Set(tape.markets.map(({ series }) => series))].map(
      (series): FeeChange => ({ series, event: null, from: 0 as Time, type: 'quadratic', multiplierE4: 10_000 }),
    );
    const { result } = await backtest(options([...KNOWN_FEES, ...declared]));
    const lanes = result.arms[0]!.lanes;
    if (process.env.TAPEDECK_SHOW_FIGURES !== undefined) console.log(lanes.map(figures).join('\n'));
    const [pessimistic, base, optimistic] = lanes as [LaneResult, LaneResult, LaneResult];
    for (const lane of lanes) {
      // The best prices of the five markets never move in these seconds: both sides are quoted once, and rest.
      expect([lane.orders, lane.refused, lane.rejected], lane.lane).toEqual([10, 0, 0]);
      expect(lane.fills, 'a post-only quote never takes').toBe(lane.makerFills);
      expect(lane.participation, 'unknown, not zero').toBeNull();
    }
    expect(pessimistic.fills).toBe(0);
    expect(pessimistic.netE6).toBe(0);
    expect(base.contractsE2).toBeLessThanOrEqual(optimistic.contractsE2);
  });
});

function figures({ lane, orders, fills, refused, rejected, netE6, reasons }: LaneResult): string {
  return `${lane}: ${JSON.stringify({ orders, fills, refused, rejected, netE6, reasons })}`;
}
