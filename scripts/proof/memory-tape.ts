import type { FeeChange } from '../../src/core/fee-schedule.ts';
import type { Market, MarketIndex } from '../../src/core/market.ts';
import { DETAIL } from '../../src/core/market-event.ts';
import type { Price } from '../../src/core/price.ts';
import { BID } from '../../src/core/side.ts';
import type { SyntheticConfig } from '../../src/sim/synthetic/config.ts';
import { generate } from '../../src/sim/synthetic/generator.ts';
import type { SyntheticTruth } from '../../src/sim/synthetic/truth.ts';
import type { TapeSource } from '../../src/study/store/tape-source.ts';
import { BlockBuilder } from './block-builder.ts';

/** A generated tape as a run reads it, and its truth. */
export interface MemoryTape {
  readonly source: TapeSource;
  readonly fees: readonly FeeChange[];
  readonly truth: SyntheticTruth;
}

/** Generates a tape into memory, without its rows as objects: for many tapes in a row. */
export function memoryTape(config: SyntheticConfig): MemoryTape {
  const markets: Market[] = [];
  const fees: FeeChange[] = [];
  const builder = new BlockBuilder();
  const truth = generate(config, {
    market(market) {
      const index = markets.length as MarketIndex;
      markets.push({ ...market, index });
      return index;
    },
    row: (...row) => builder.row(...row),
    detail(exchangeTime, localTime, detail) {
      if (detail.type === 'fees') fees.push(detail.change);
      builder.row(exchangeTime, localTime, DETAIL, 0 as MarketIndex, BID, 0 as Price, 0, false, detail);
    },
  });
  const blocks = builder.finish();
  const [first, last] = [blocks[0]!, blocks.at(-1)!];
  return {
    fees,
    truth,
    source: {
      markets,
      facts: {
        name: `synthetic ${config.seed}`,
        digest: '',
        synthetic: true,
        grade: { depth: 'L2', trades: true, sampling: 'continuous' },
        rows: truth.rows,
        markets: markets.length,
        firstTimeUs: first.baseTime,
        lastTimeUs: last.baseTime + last.localOffset[last.length - 1]!,
        timeResolutionUs: 0,
        sizesRecorded: true,
        imported: { declared: [], furtherNotes: 0 },
        coverage: { share: 1, basis: ['generated'] },
      },
      async *blocks() {
        yield* blocks;
      },
    },
  };
}
