import { DELTA, SNAPSHOT, TRADE } from '../../src/core/market-event.ts';
import { opposite } from '../../src/core/side.ts';
import { type Decrease, DecreaseSplit, type SplitTotal } from '../../src/sim/decrease-split.ts';
import type { SyntheticConfig } from '../../src/sim/synthetic/config.ts';
import { type GeneratedRow, generatedTape, type Telling } from './generated-tape.ts';

/** What the split made of all decreases of generated tapes, and how much of it is wrong. 0.01 contract. */
export interface SplitTruth extends SplitTotal {
  readonly telling: Telling;
  rows: number;
  /** What truly traded. */
  trulyTraded: number;
  /** Taken for a trade and was a cancel, or the other way round. */
  wrong: number;
}

/** Splits the decreases of a tape of each seed, and compares every one with what it was. */
export function splitTruth(config: SyntheticConfig, seeds: readonly string[], telling: Telling): SplitTruth {
  const sum = { traded: 0, cancelled: 0, ambiguous: 0, decreased: 0, unshown: 0, rows: 0, trulyTraded: 0, wrong: 0 };
  for (const seed of seeds) {
    const { rows } = generatedTape({ ...config, seed }, telling);
    const splits = new Map<number, DecreaseSplit>();
    const told: { decrease: Decrease<never>; traded: boolean }[] = [];
    for (const row of rows) {
      const split = splits.get(row.market) ?? new DecreaseSplit(true);
      splits.set(row.market, split);
      const decrease = tell(split, row);
      if (decrease !== undefined) told.push({ decrease, traded: row.traded });
    }
    for (const split of splits.values()) {
      split.settle();
      for (const name of ['traded', 'cancelled', 'ambiguous', 'decreased', 'unshown'] as const) {
        sum[name] += split.total[name];
      }
    }
    sum.rows += rows.length;
    for (const { decrease, traded } of told) {
      sum.trulyTraded += traded ? decrease.quantity : 0;
      sum.wrong += traded ? decrease.open : decrease.quantity - decrease.open;
    }
  }
  return { telling, ...sum };
}

function tell(split: DecreaseSplit, row: GeneratedRow): Decrease<never> | undefined {
  const { kind, side, price, quantity, exchangeTime } = row;
  if (kind === DELTA && quantity < 0) return split.decrease(price * 2 + side, -quantity, exchangeTime);
  if (kind === TRADE) split.print(price * 2 + opposite(side), quantity, exchangeTime);
  else if (kind === SNAPSHOT) split.settle();
  return undefined;
}
