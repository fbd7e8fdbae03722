import { summarise } from '../../../src/study/summary/summary.ts';
import type { Tearsheet } from '../../../src/study/tearsheet/contents.ts';
import { armResult, daily, dayOf, LANES, runResult } from '../run-fixtures.ts';

const START = Date.UTC(2024, 9, 1) * 1_000;
const DAY = 86_400_000_000;

/** Names that end up on a page, as somebody else may choose them. */
export interface Names {
  readonly strategy: string;
  readonly arm: string;
  readonly tape: string;
  readonly ticker: string;
  readonly title: string;
  readonly reason: string;
  readonly assumption: string;
}

const PLAIN: Names = {
  strategy: 'whale',
  arm: 'follow',
  tape: 'weather',
  ticker: 'KXHIGHNY-24OCT01-B70.5',
  title: 'High in New York',
  reason: 'skip: price band',
  assumption: 'latency',
};

/** A tearsheet of twelve days with a control, small enough to know by heart: every day made 93 cents but the last two, which lost. */
export function exampleSheet(change: Partial<Tearsheet> = {}, named: Partial<Names> = {}): Tearsheet {
  const names = { ...PLAIN, ...named };
  const markets = daily(12, (day) => (day < 10 ? 1 : -4));
  const base = runResult(
    [
      armResult(
        names.arm,
        markets.map((market) => ({ ...market, ticker: names.ticker + market.ticker })),
      ),
      armResult(
        'placebo',
        daily(12, (day) => (day % 2 === 0 ? 1 : -1)),
        { control: true },
      ),
    ],
    { strategy: names.strategy, assumptions: { [names.assumption]: '60 ms out, 40 ms back (assumed)' } },
  );
  const arms = base.arms.map((arm) => ({
    ...arm,
    params: { ...arm.params, note: names.reason },
    lanes: arm.lanes.map((lane) => ({ ...lane, reasons: { [names.reason]: 7 } })),
  }));
  const summary = summarise({ ...base, arms, tape: { ...base.tape, name: names.tape } });
  const own = arms[0]!.lanes[0]!;
  const rows = own.markets.map((market) => ({
    ticker: market.ticker,
    event: market.event,
    day: market.day,
    fills: 1,
    contractsE2: market.volumeE2,
    grossE6: market.realisedE6,
    feesE6: market.feesE6,
    netE6: market.realisedE6 - market.feesE6,
    outcome: 'yes',
  }));
  let cumulativeE6 = 0;
  return {
    format: 'tapedeck-tearsheet',
    version: 1,
    summary,
    equity: arms.flatMap(({ name, lanes }) =>
      lanes.map(({ lane }) => ({ arm: name, lane, points: equityPoints(name) })),
    ),
    waterfalls: arms.flatMap(({ name, lanes }) =>
      lanes.map(({ lane, netE6 }) => ({
        arm: name,
        lane,
        claimedE6: 3_000_000,
        claimedShare: 0.5,
        steps: [
          { name: 'spread', amountE6: -500_000 },
          { name: 'markout 1 s', amountE6: 250_000.5 },
          { name: 'settlement', amountE6: netE6 + 1_090_000 - 250_000.5 },
          { name: 'fees', amountE6: -840_000 + 250_000 },
        ],
        netE6,
      })),
    ),
    markouts: arms.flatMap(({ name, control }) =>
      LANES.flatMap((lane) =>
        (['all', 'maker', 'taker'] as const).map((liquidity) => ({
          arm: name,
          lane,
          control,
          liquidity,
          points: ['1 s', '10 s', '60 s', '10 min', 'close'].map((horizon, at) => ({
            horizon,
            cents: 1 - at,
            lower: at === 4 ? null : 0.5 - at,
            upper: at === 4 ? null : 1.5 - at,
            contractsE2: 1_200,
          })),
        })),
      ),
    ),
    fillPaths: [
      {
        ticker: names.ticker,
        title: names.title,
        arm: names.arm,
        lane: 'pessimistic',
        netE6: -4_070_000,
        path: [20, 30, 55, 90].map((cents, at) => ({ timeUs: START + at * 3_600_000_000, cents })),
        fills: [
          { timeUs: START + 1_800_000_000, cents: 25, side: 'bid', liquidity: 'taker', quantityE2: 500 },
          { timeUs: START + 7_200_000_000, cents: 50, side: 'ask', liquidity: 'maker', quantityE2: 500 },
        ],
        settledCents: 100,
      },
    ],
    reliability: [
      {
        of: 'prints',
        whose: '',
        bins: [{ fromCents: 20, toCents: 30, meanCents: 25, paidPercent: 20, contractsE2: 90_000, markets: 9 }],
      },
      { of: 'fills', whose: `${names.arm}, pessimistic`, bins: [] },
    ],
    sensitivity: {
      lane: 'pessimistic',
      baseCents: 0.1,
      rows: [
        {
          assumption: names.assumption,
          value: '60 ms',
          changedTo: '120 ms',
          cents: -0.4,
          changeCents: -0.5,
          fills: 11,
        },
      ],
    },
    capacity: {
      lane: 'pessimistic',
      scaled: ['size'],
      points: [
        { scale: 1, participation: 0.01, contractsE2: 12_000, netE6: 100_000, cents: 0.1 },
        { scale: 10, participation: 0.08, contractsE2: 110_000, netE6: -2_000_000, cents: -0.2 },
      ],
    },
    markets: rows,
    days: rows.map((row, index) => {
      cumulativeE6 += row.netE6;
      return { day: dayOf(index), markets: 1, fills: 1, contractsE2: row.contractsE2, netE6: row.netE6, cumulativeE6 };
    }),
    notes: [],
    ...change,
  };
}

function equityPoints(arm: string): Tearsheet['equity'][number]['points'] {
  const worth = [10_000, 10_001, 10_003, null, 9_998].map((dollars, at) =>
    dollars === null ? null : dollars * 1_000_000 + (arm === 'placebo' ? at * 100_000 : 0),
  );
  return worth.map((equityE6, at) => ({ timeUs: START + at * DAY, equityE6, drawdownE6: at === 4 ? 5_000_000 : 0 }));
}
