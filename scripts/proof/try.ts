import { writeFileSync } from 'node:fs';
import { dollars } from '../../src/core/money.ts';
import { contracts } from '../../src/core/quantity.ts';
import { STANDARD_LIMITS } from '../../src/engine/limits.ts';
import { FeeBook } from '../../src/ledger/fee-book.ts';
import { BASIC_TIER } from '../../src/sim/api-budget.ts';
import { PESSIMISTIC } from '../../src/sim/lane.ts';
import { ASSUMED_LATENCY } from '../../src/sim/latency.ts';
import { DEMO_CONFIG } from '../../src/sim/synthetic/config.ts';
import { totalsByDay } from '../../src/study/interval.ts';
import { runArms } from '../../src/study/run-arms.ts';
import whale from '../../strategies/whale/strategy.ts';
import { memoryTape } from './memory-tape.ts';

const WIDE = {
  ...STANDARD_LIMITS,
  openOrders: 1000,
  positionsInSeries: 1000,
  positions: 1000,
  eventShare: 1,
  accountShareOfAll: 1,
  accountShareOfOne: 1,
  volumeShare: 1e9,
  positionContracts: contracts(1e6),
  positionCost: dollars(1e6),
};
const part = Number(process.argv[2]);
const out: unknown[] = [];
for (const informed of [0, 0.12, 0.2, 0.3])
  for (let seed = part; seed < 100; seed += 2) {
    const tape = memoryTape({
      ...DEMO_CONFIG,
      cities: DEMO_CONFIG.cities.slice(0, 2),
      days: 60,
      activity: 0.05,
      sweepsPerEvent: 8,
      informedSweepShare: informed,
      seed: `x${informed}/${seed}`,
    });
    const base = {
      tape: tape.source,
      params: { maxPositions: 1000 },
      controls: true,
      lanes: [PESSIMISTIC],
      latency: ASSUMED_LATENCY,
      fees: tape.fees,
      membership: 'direct' as const,
      tier: BASIC_TIER,
      limits: WIDE,
      startingCash: dollars(100_000),
      seed: 'x',
    };
    const module = {
      ...whale,
      controls: () => Array.from({ length: 10 }, (_, k) => ({ name: `placebo ${k}`, params: { mode: 'placebo' } })),
    };
    const arms = await runArms({ ...base, module: module as never }, new FeeBook(tape.fees), () => {});
    out.push({
      informed,
      seed,
      arms: arms.map((arm) => totalsByDay(arm.lanes[0]!.markets).map((d) => [d.day, d.netE6, d.volumeE2, d.stakedE6])),
      losing: new Set(arms[0]!.lanes[0]!.markets.filter((m) => m.realisedE6 - m.feesE6 < 0).map((m) => m.day)).size,
      rows: tape.truth.rows,
    });
  }
writeFileSync(`/tmp/w/truth/exp-${part}.json`, JSON.stringify(out));
