import type { FeeChange } from '../../../src/core/fee-schedule.ts';
import type { Market, MarketIndex } from '../../../src/core/market.ts';
import { DETAIL, type Detail } from '../../../src/core/market-event.ts';
import { dollars } from '../../../src/core/money.ts';
import { Random } from '../../../src/core/random.ts';
import { packKey, type TapeBlock } from '../../../src/core/tape-block.ts';
import { type Duration, HOUR } from '../../../src/core/time.ts';
import { MarketState } from '../../../src/engine/market-state.ts';
import type { Strategy } from '../../../src/engine/strategy.ts';
import { FeeBook } from '../../../src/ledger/fee-book.ts';
import { BASE, type Lane } from '../../../src/sim/lane.ts';
import { LaneRun } from '../../../src/sim/lane-run.ts';
import { ASSUMED_LATENCY } from '../../../src/sim/latency.ts';
import { Replay } from '../../../src/sim/replay.ts';
import type { SyntheticConfig } from '../../../src/sim/synthetic/config.ts';
import { generate } from '../../../src/sim/synthetic/generator.ts';
import type { SyntheticTruth } from '../../../src/sim/synthetic/truth.ts';
import { L2, ListJournal, UNMETERED, WIDE_LIMITS } from '../replay-of.ts';
import { RebuiltBook, RecordingSink, type Row } from './recording-sink.ts';

const MOST_ROWS = 16_384;

/** A generated tape, ready to be replayed, and what only the generator knows of it. */
export interface SyntheticTape {
  readonly markets: readonly Market[];
  readonly blocks: readonly TapeBlock[];
  readonly fees: readonly FeeChange[];
  readonly rows: readonly Row[];
  readonly truth: SyntheticTruth;
}

export function syntheticTape(config: SyntheticConfig): SyntheticTape {
  const sink = new RecordingSink();
  const truth = generate(config, sink);
  const fees = sink.rows.flatMap(({ detail }) => (detail?.type === 'fees' ? [detail.change] : []));
  return {
    markets: sink.markets.map((market, index) => ({ ...market, index: index as MarketIndex })),
    blocks: blocksOf(sink.rows),
    fees,
    rows: sink.rows,
    truth,
  };
}

/** The quotes of a market, in cents, as they stood after given tape rows: rebuilt from the rows, with nothing of the simulator's. */
export function quotesAfter(
  tape: SyntheticTape,
  wanted: readonly { readonly row: number; readonly market: number }[],
): { readonly bid: number; readonly ask: number }[] {
  const books = tape.markets.map(() => new RebuiltBook());
  const order = wanted.map((_, at) => at).sort((left, right) => wanted[left]!.row - wanted[right]!.row);
  const quotes: { bid: number; ask: number }[] = [];
  let done = 0;
  for (const at of order) {
    const { row, market } = wanted[at]!;
    for (; done < row; done++) books[tape.rows[done]!.market]!.apply(tape.rows[done]!);
    const { bid, ask } = books[market]!;
    quotes[at] = { bid, ask };
  }
  return quotes;
}

function blocksOf(rows: readonly Row[]): TapeBlock[] {
  const blocks: TapeBlock[] = [];
  for (let first = 0; first < rows.length; ) {
    const baseTime = rows[first]!.localTime;
    let end = first;
    while (end < rows.length && end - first < MOST_ROWS && rows[end]!.localTime - baseTime <= HOUR) end++;
    blocks.push(blockOf(rows.slice(first, end), first + 1, baseTime));
    first = end;
  }
  return blocks;
}

function blockOf(rows: readonly Row[], firstSequence: number, baseTime: number): TapeBlock {
  const details = new Map<number, Detail>();
  rows.forEach(({ detail }, at) => {
    if (detail !== undefined) details.set(at, detail);
  });
  const key = (row: Row) => packKey(row.kind === 'detail' ? DETAIL : row.kind, row.market, row.side, row.more);
  return {
    firstSequence,
    length: rows.length,
    baseTime,
    localOffset: Uint32Array.from(rows, (row) => row.localTime - baseTime),
    delay: Uint32Array.from(rows, (row) => row.localTime - row.exchangeTime),
    constantDelay: 0,
    key: Uint32Array.from(rows, key),
    price: Uint16Array.from(rows, (row) => row.price),
    quantity: Int32Array.from(rows, (row) => row.quantity),
    details,
  };
}

/** Replays a generated tape to one strategy under the latencies a backtest assumes, with limits that refuse nothing. */
export function playSynthetic(
  tape: SyntheticTape,
  strategy: Strategy,
  lane: Lane = BASE,
  created?: (run: LaneRun) => void,
): { readonly journal: ListJournal; readonly run: LaneRun } {
  const localState = new MarketState(tape.markets);
  const exchangeState = new MarketState(tape.markets);
  const fees = new FeeBook(tape.fees);
  const journal = new ListJournal();
  const run = new LaneRun({
    lane,
    strategy,
    grade: L2,
    localState,
    exchangeState,
    fees,
    membership: 'direct',
    tier: UNMETERED,
    limits: WIDE_LIMITS,
    latency: ASSUMED_LATENCY,
    startingCash: dollars(1_000_000),
    resolution: 0,
    journal,
    random: new Random('scene'),
  });
  created?.(run);
  const replay = new Replay({
    lanes: [run],
    localState,
    exchangeState,
    feed: ASSUMED_LATENCY.feed,
    sampleEvery: 0 as Duration,
    sample: () => {},
  });
  for (const block of tape.blocks) replay.feed(block);
  replay.finish();
  run.engine.account.audit();
  return { journal, run };
}
