import type { FeeChange } from '../../src/core/fee-schedule.ts';
import type { Market, MarketIndex } from '../../src/core/market.ts';
import { DELTA, DETAIL, type Detail, type MarketEventKind, TRADE } from '../../src/core/market-event.ts';
import type { Price } from '../../src/core/price.ts';
import type { Quantity } from '../../src/core/quantity.ts';
import { Random } from '../../src/core/random.ts';
import { BID, type Side } from '../../src/core/side.ts';
import type { TapeBlock } from '../../src/core/tape-block.ts';
import { MILLISECOND } from '../../src/core/time.ts';
import type { SyntheticConfig } from '../../src/sim/synthetic/config.ts';
import type { TapeSink } from '../../src/sim/synthetic/emit.ts';
import { generate } from '../../src/sim/synthetic/generator.ts';
import type { ShadowOrder } from '../../src/sim/synthetic/shadow.ts';
import type { SyntheticTruth } from '../../src/sim/synthetic/truth.ts';
import { BlockBuilder } from './block-builder.ts';

/** One row as it was generated. */
export interface GeneratedRow {
  readonly exchangeTime: number;
  readonly localTime: number;
  readonly kind: MarketEventKind;
  readonly market: MarketIndex;
  readonly side: Side;
  readonly price: number;
  readonly quantity: number;
  readonly more: boolean;
  readonly detail: Detail | null;
  /** Whether it is a decrease that a match made: the row after the prints of its level. Any other decrease is a cancel. */
  readonly traded: boolean;
}

/**
 * In which order a feed tells the prints and the decreases of one match: prints before, decreases before, or on two channels, each with
 * its own delay of up to 4 ms, prints with times in whole milliseconds.
 */
export type Telling = 'prints first' | 'decreases first' | 'two channels';

export const TELLINGS: readonly Telling[] = ['prints first', 'decreases first', 'two channels'];

/** A generated tape in memory, ready to be replayed, and what only the generator knows of it. */
export interface GeneratedTape {
  readonly markets: readonly Market[];
  readonly blocks: readonly TapeBlock[];
  readonly fees: readonly FeeChange[];
  readonly rows: readonly GeneratedRow[];
  readonly truth: SyntheticTruth;
}

/** Generates a tape into memory. `shadows` are orders that nobody in its markets sees: `truth.shadows` says what each would have got. */
export function generatedTape(
  config: SyntheticConfig,
  telling: Telling = 'prints first',
  shadows: readonly ShadowOrder[] = [],
): GeneratedTape {
  const markets: Market[] = [];
  const rows: GeneratedRow[] = [];
  const sink: TapeSink = {
    market(market) {
      const index = markets.length as MarketIndex;
      markets.push({ ...market, index });
      return index;
    },
    row(exchangeTime, localTime, kind, market, side, price: Price, quantity: Quantity, more) {
      const before = rows.at(-1);
      const traded = kind === DELTA && before?.kind === TRADE && before.market === market && before.price === price;
      rows.push({ exchangeTime, localTime, kind, market, side, price, quantity, more, detail: null, traded });
    },
    detail(exchangeTime, localTime, detail) {
      const none = { market: 0 as MarketIndex, side: BID, price: 0, quantity: 0, more: false, traded: false } as const;
      rows.push({ exchangeTime, localTime, kind: DETAIL, ...none, detail });
    },
  };
  const truth = generate(config, sink, undefined, shadows);
  const told = retold(rows, telling, new Random(`${config.seed}/telling`));
  const fees = rows.flatMap(({ detail }) => (detail?.type === 'fees' ? [detail.change] : []));
  return { markets, blocks: blocksOf(told), fees, rows: told, truth };
}

function retold(rows: readonly GeneratedRow[], telling: Telling, random: Random): readonly GeneratedRow[] {
  if (telling === 'prints first') return rows;
  if (telling === 'decreases first') return decreasesFirst(rows);
  const last = { prints: 0, books: 0, operation: 0, printDelay: 0, bookDelay: 0 };
  const heard = rows.map((row, at) => {
    if (row.exchangeTime !== last.operation) {
      last.operation = row.exchangeTime;
      last.printDelay = random.below(4 * MILLISECOND);
      last.bookDelay = random.below(4 * MILLISECOND);
    }
    if (row.kind !== TRADE) {
      last.books = Math.max(last.books, row.localTime + last.bookDelay);
      return { at, row: { ...row, localTime: last.books } };
    }
    last.prints = Math.max(last.prints, row.localTime + last.printDelay);
    const exchangeTime = Math.floor(row.exchangeTime / MILLISECOND) * MILLISECOND;
    return { at, row: { ...row, exchangeTime, localTime: last.prints } };
  });
  return heard.sort((a, b) => a.row.localTime - b.row.localTime || a.at - b.at).map(({ row }) => row);
}

function decreasesFirst(rows: readonly GeneratedRow[]): GeneratedRow[] {
  const told: GeneratedRow[] = [];
  for (let first = 0; first < rows.length; ) {
    let end = first + 1;
    const { exchangeTime, market, kind } = rows[first]!;
    const plain = (row: GeneratedRow) => row.kind === TRADE || row.kind === DELTA;
    while (end < rows.length && plain(rows[end]!) && kind !== DETAIL) {
      if (rows[end]!.exchangeTime !== exchangeTime || rows[end]!.market !== market) break;
      end++;
    }
    const part = rows.slice(first, end);
    told.push(...part.filter((row) => row.kind !== TRADE), ...part.filter((row) => row.kind === TRADE));
    first = end;
  }
  return told;
}

function blocksOf(rows: readonly GeneratedRow[]): TapeBlock[] {
  const builder = new BlockBuilder();
  for (const { exchangeTime, localTime, kind, market, side, price, quantity, more, detail } of rows) {
    builder.row(exchangeTime, localTime, kind, market, side, price, quantity, more, detail);
  }
  return builder.finish();
}
