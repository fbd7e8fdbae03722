import { tapeSource } from '../../../src/cli/tape-source.ts';
import type { MarketIndex, Settlement } from '../../../src/core/market.ts';
import { DETAIL, type Detail } from '../../../src/core/market-event.ts';
import { dollars } from '../../../src/core/money.ts';
import type { Price } from '../../../src/core/price.ts';
import { contracts, type Quantity } from '../../../src/core/quantity.ts';
import { Random } from '../../../src/core/random.ts';
import type { Side } from '../../../src/core/side.ts';
import { milliseconds, seconds, type Time } from '../../../src/core/time.ts';
import { flag, quantity } from '../../../src/engine/params.ts';
import { type Context, defineStrategy } from '../../../src/engine/strategy.ts';
import { KNOWN_FEES } from '../../../src/ledger/known-fees.ts';
import { BASIC_TIER } from '../../../src/sim/api-budget.ts';
import { LANES } from '../../../src/sim/lane.ts';
import { fixedLatency } from '../../../src/sim/latency.ts';
import { backtest } from '../../../src/study/run/backtest.ts';
import type { RunSettings } from '../../../src/study/store/invocation.ts';
import { openRun, type StoredRun } from '../../../src/study/store/run-store.ts';
import type { TapeSource } from '../../../src/study/store/tape-source.ts';
import { openTape } from '../../../src/tape/open-tape.ts';
import { TapeBuilder } from '../../../src/tape/tape-builder.ts';
import { randomTape } from '../../sim/random-tape.ts';
import { WIDE_LIMITS } from '../../sim/replay-of.ts';
import { START, testMarket } from '../../sim/tape-of.ts';

/** How each market of the tape ends, in turn: one of them never does. */
const ENDS: readonly (Pick<Settlement, 'outcome' | 'value'> | null)[] = [
  { outcome: 'yes', value: 10_000 as Price },
  { outcome: 'no', value: 0 as Price },
  null,
  { outcome: 'scalar', value: 3_337 as Price },
  { outcome: 'void', value: 5_150 as Price },
];
const MARKETS = 15;
/** Slower than the rows are written: some twenty minutes in all, so that every horizon lies inside. */
const SLOWER = 400;
export const RANDOM_TAPE = 'random';

/** A sealed tape of random books: one market a day, each closed in the end, and settled or not. */
export async function randomTapeIn(folder: string, seed: string, steps = 300): Promise<TapeSource> {
  const builder = await TapeBuilder.create({ folder, name: RANDOM_TAPE });
  const random = new Random(seed);
  for (let number = 0; number < MARKETS; number++) {
    const day = `2030-01-${String(1 + number).padStart(2, '0')}`;
    const { index: _, ...facts } = testMarket(number, { day, series: 'KXHIGHTEST', event: `KXHIGHTEST-${day}` });
    const market = builder.addMarket(facts);
    const rows = randomTape(random.fork(`market ${number}`), steps);
    const detail = (at: number, told: Detail): void => {
      const time = (START + at * SLOWER * 1_000) as Time;
      builder.detail(time, time, told);
    };
    for (const row of rows) {
      if (row.kind === DETAIL) {
        detail(row.at, { ...row.detail!, change: { ...(row.detail as { change: object }).change, market } } as Detail);
        continue;
      }
      const time = (START + row.at * SLOWER * 1_000) as Time;
      const [price, size] = [(row.price! * 100) as Price, (row.quantity! * 100) as Quantity];
      builder.event(time, time, row.kind, market, row.side ?? 0, price, size, row.more ?? false);
    }
    const last = rows.at(-1)!.at;
    detail(last + 10, { type: 'lifecycle', change: { market, status: 'closed' } });
    const end = ENDS[number % ENDS.length]!;
    if (end !== null) detail(last + 1_000, { type: 'settlement', settlement: { market, ...end } });
  }
  await builder.seal({
    synthetic: true,
    origin: 'a test',
    licence: null,
    grade: { depth: 'L2', trades: true, sampling: 'continuous' },
    timeResolutionUs: 0,
    sizesRecorded: true,
    importReport: { notes: [] },
    createdBy: 'test',
  });
  return tapeSource(await openTape(folder, RANDOM_TAPE));
}

/** Sends orders of all sorts at random, takes some back, and now and then says what it thinks a contract is worth. */
export const RANDOM_TRADER = defineStrategy({
  name: 'random-trader',
  summary: 'a test',
  params: {
    size: quantity({ standard: 3, min: 0.01, max: 20, role: 'size', help: 'most contracts of an order' }),
    claims: flag({ standard: true, help: 'whether some orders name a fair price' }),
  },
  create: ({ size, claims }, { random }) => ({
    onBook(market, context) {
      if (random.uniform() < 0.05) act(market, context, random, size, claims);
    },
  }),
});

function act(market: MarketIndex, context: Context, random: Random, size: Quantity, claims: boolean): void {
  const book = context.book(market);
  const [open] = context.openOrders(market);
  if (open?.state.status === 'resting' && random.uniform() < 0.5) context.cancel(open.id);
  if (book?.bestBid === undefined || book.bestAsk === undefined) return;
  const side = random.below(2) as Side;
  const touch = random.uniform() < 0.5 ? book.bestBid : book.bestAsk;
  const price = Math.min(9_900, Math.max(100, touch + 100 * (random.below(5) - 2))) as Price;
  const request = { market, side, price, quantity: (1 + random.below(size)) as Quantity };
  const fairPrice = random.below(10_001) as Price;
  const claimed = random.uniform() < 0.5 || !claims ? request : { ...request, fairPrice };
  context.submit(random.uniform() < 0.5 ? claimed : { ...claimed, timeInForce: 'immediate-or-cancel' });
}

export function settingsOf(seed: string): RunSettings {
  return {
    params: {},
    controls: true,
    lanes: LANES,
    latency: fixedLatency(seconds(2), seconds(1), milliseconds(2)),
    fees: KNOWN_FEES,
    membership: 'direct',
    tier: BASIC_TIER,
    limits: { ...WIDE_LIMITS, volumeShare: 1e9, positionContracts: contracts(1e6) },
    startingCash: dollars(10_000),
    seed,
  };
}

/** A run of the random trader as `run.json` and its tables hold it. */
export async function randomRun(folder: string, tape: TapeSource, seed: string, claims = true): Promise<StoredRun> {
  const { result } = await backtest({
    ...settingsOf(seed),
    params: { claims },
    tape,
    module: RANDOM_TRADER,
    strategyHash: 'a test',
    names: { strategy: 'random-trader', tape: RANDOM_TAPE },
    dataFolder: folder,
  });
  return openRun(folder, result.id);
}
