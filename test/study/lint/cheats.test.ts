import { describe, expect, it } from 'vitest';
import { tapeSource } from '../../../src/cli/tape-source.ts';
import type { MarketIndex } from '../../../src/core/market.ts';
import { QUOTE, TRADE } from '../../../src/core/market-event.ts';
import { dollars } from '../../../src/core/money.ts';
import type { Price } from '../../../src/core/price.ts';
import { contracts } from '../../../src/core/quantity.ts';
import { ASK, BID, type Side } from '../../../src/core/side.ts';
import type { Time } from '../../../src/core/time.ts';
import { STANDARD_LIMITS } from '../../../src/engine/limits.ts';
import { integer } from '../../../src/engine/params.ts';
import { type Context, defineStrategy, type StrategyModule, type Trade } from '../../../src/engine/strategy.ts';
import { KNOWN_FEES } from '../../../src/ledger/known-fees.ts';
import { BASIC_TIER } from '../../../src/sim/api-budget.ts';
import { LANES } from '../../../src/sim/lane.ts';
import { ASSUMED_LATENCY } from '../../../src/sim/latency.ts';
import type { LintCode } from '../../../src/study/lint/finding.ts';
import { backtest } from '../../../src/study/run/backtest.ts';
import { sha256 } from '../../../src/study/store/code-hash.ts';
import type { RunResult } from '../../../src/study/store/run-result.ts';
import type { TapeSource } from '../../../src/study/store/tape-source.ts';
import { openTape } from '../../../src/tape/open-tape.ts';
import { dayAfter } from '../../../src/weather/climate-day.ts';
import {
  coverageRow,
  dataFolder,
  detailRow,
  marketFacts,
  type Row,
  row,
  START,
  sealRows,
} from '../../tape/tape-fixture.ts';
import { type DailyPrint, FIRST, weatherTape } from '../weather-world.ts';

/*
 * Phantom edges, each planted in what a tape tells or in what a strategy is, and each to be called by its name. Nothing of the program is changed.
 */

const LIMITS = { ...STANDARD_LIMITS, volumeShare: 1, accountShareOfOne: 1, accountShareOfAll: 1, eventShare: 1 };

async function findings(
  tape: TapeSource,
  module: StrategyModule = idle,
  {
    code = null,
    folder = dataFolder(),
    params = {},
  }: { code?: string | null; folder?: string; params?: Record<string, number> } = {},
): Promise<LintCode[]> {
  const { result } = await backtest({
    tape,
    module,
    params,
    controls: false,
    lanes: LANES.slice(0, 1),
    latency: ASSUMED_LATENCY,
    fees: KNOWN_FEES,
    membership: 'direct',
    tier: BASIC_TIER,
    limits: LIMITS,
    startingCash: dollars(10_000),
    seed: 'lint',
    strategyHash: sha256(module.name),
    strategyCode: code,
    names: { strategy: module.name, tape: 'test' },
    dataFolder: folder,
  });
  return codesOf(result);
}

const codesOf = ({ findings: found }: RunResult): LintCode[] => [...new Set(found!.map(({ code }) => code))];

const idle = defineStrategy({ name: 'idle', summary: 'never trades', params: {}, create: () => ({}) });

/** Highs without a pattern that a bracket would show, and forecasts that miss them as forecasts do. */
const high = (at: number): number => 46 + ((at * 7 + (at >> 2)) % 10);
const MISSES = [-3, 2, 4, -2, 3, -4, 1, -1];
const forecast = (at: number): number => high(at) + MISSES[at % MISSES.length]!;
const rungOf = (at: number): number => (high(at) < 50 ? 0 : high(at) <= 51 ? 1 : 2);

/** Somebody buys, and half a minute later again: an order sent at the first meets the second. */
const twice = (rung: number, price: number, hour = -3): DailyPrint[] =>
  [hour, hour + 0.01].map((at) => ({ hour: at, rung, price, side: BID, contracts: 40 }));
const sold = (rung: number, price: number, hour = -3): DailyPrint[] =>
  twice(rung, price, hour).map((print) => ({ ...print, side: ASK }));
/** Every day the market is at a loss: each bracket for what it is worth on average. */
const fair = (): DailyPrint[] => [...twice(0, 0.38), ...twice(1, 0.22), ...twice(2, 0.4)];
const world = { days: 30, high, forecast, prints: fair };

/** Takes, beside the first print of a market, the side that `choose` says. */
function taker(choose: (day: number, rung: number) => Side | null, name = 'taker'): StrategyModule {
  return defineStrategy({
    name,
    summary: 'takes what it chooses',
    params: { knob: integer({ standard: 0, min: 0, max: 99, help: 'changes nothing' }) },
    create: () => ({
      onTrade({ market, price, takerSide }: Trade, context: Context) {
        if (context.position(market).quantity !== 0 || context.openOrders(market).length > 0) return;
        const side = choose(Math.floor(market / 3), market % 3);
        if (side === null || side !== takerSide) return;
        const limit = (side === BID ? Math.min(9_900, price + 200) : Math.max(100, price - 200)) as Price;
        context.submit({ market, side, price: limit, quantity: contracts(10), timeInForce: 'immediate-or-cancel' });
      },
    }),
  });
}

const winners = taker((day, rung) => (rung === rungOf(day) ? BID : null));
const losers = taker((day, rung) => (rung === rungOf(day) ? null : ASK));

/** Best prices and prints of one market a day: quotes `late` prints behind. */
async function quotedTape(late: (print: number) => number): Promise<TapeSource> {
  const folder = dataFolder();
  const days = Array.from({ length: 12 }, (_, at) => dayAfter('2025-10-01', at));
  const markets = days.map((day, at) =>
    marketFacts(`KXHIGHTEST-${at}`, {
      event: `KXHIGHTEST-${day}`,
      day,
      closeTime: (START + at * 86_400e6 + 80_000e6) as Time,
    }),
  );
  const rows: Row[] = days.flatMap((_, market) => {
    const begin = START + market * 86_400e6;
    const mid = (print: number) => 4_000 + 300 * (((print * 5 + market) % 13) - 6);
    const quotes = (time: number, print: number) => [
      row({ localTime: time, kind: QUOTE, market, side: BID, price: mid(print) - 100, quantity: 5_000 }),
      row({ localTime: time, kind: QUOTE, market, side: ASK, price: mid(print) + 100, quantity: 5_000 }),
    ];
    const told = Array.from({ length: 20 }, (_, print) => {
      const time = begin + (print + 1) * 600e6;
      return [
        ...(late(print) >= 0 ? quotes(time - 1e6, late(print)) : []),
        row({ localTime: time, kind: TRADE, market, side: BID, price: mid(print) + 100, quantity: 300 }),
      ];
    }).flat();
    return [
      detailRow(begin, { type: 'lifecycle', change: { market: market as MarketIndex, status: 'active' } }, market),
      coverageRow(begin, market, true),
      ...quotes(begin, 0),
      ...told,
      detailRow(
        begin + 115_000e6,
        {
          type: 'settlement',
          settlement: {
            market: market as MarketIndex,
            outcome: market % 2 === 0 ? 'yes' : 'no',
            value: (market % 2 === 0 ? 10_000 : 0) as Price,
          },
        },
        market,
      ),
    ];
  });
  rows.sort((left, right) => left.localTime - right.localTime);
  await sealRows(folder, rows, { markets, facts: { grade: { depth: 'L1', trades: true, sampling: 'continuous' } } });
  return tapeSource(await openTape(folder, 'test'));
}

const early = (at: number, hour: number) => [{ name: 'official-high', value: high(at), hour }];

interface Cheat {
  readonly code: LintCode;
  readonly what: string;
  readonly found: () => Promise<LintCode[]>;
}

const CHEATS: readonly Cheat[] = [
  {
    code: 'forecast-knows-high',
    what: 'a forecast made after the day',
    found: async () => findings(await weatherTape({ ...world, forecast: high })),
  },
  {
    code: 'forecast-knows-high',
    what: 'one that was corrected after it, with a bias and half a degree of noise',
    found: async () => findings(await weatherTape({ ...world, forecast: (at) => high(at) + 2 + (at % 2) / 2 })),
  },
  {
    code: 'high-before-day-end',
    what: 'highs that are told in the afternoon',
    found: async () => findings(await weatherTape({ ...world, issued: -8 })),
  },
  {
    code: 'high-before-day-end',
    what: 'one high that is told the evening before',
    found: async () => findings(await weatherTape({ ...world, signals: (at) => (at === 9 ? early(at, -3) : []) })),
  },
  {
    code: 'observation-before-day',
    what: 'days that begin at midnight UTC',
    found: async () =>
      findings(
        await weatherTape({ ...world, signals: (at) => [{ name: 'observed-max', value: 40, hour: -5 + (at % 3) }] }),
      ),
  },
  {
    code: 'observation-before-day',
    what: 'days of daylight time, on the days that have it',
    found: async () =>
      findings(
        await weatherTape({
          ...world,
          signals: (at) => (at > 7 ? [{ name: 'observed-max', value: 40, hour: -0.5 }] : []),
        }),
      ),
  },
  {
    code: 'wrong-high',
    what: 'brackets a degree off',
    found: async () => findings(await weatherTape({ ...world, official: (at) => high(at) + 1 })),
  },
  {
    code: 'wrong-high',
    what: 'highs of the day before',
    found: async () => findings(await weatherTape({ ...world, official: (at) => high(at - 1 < 0 ? 29 : at - 1) })),
  },
  {
    code: 'wrong-high',
    what: 'another station, often degrees warmer',
    found: async () => findings(await weatherTape({ ...world, official: (at) => high(at) + (at % 3) * 2 - 1 })),
  },
  {
    code: 'settled-early',
    what: 'markets that pay at noon',
    found: async () => findings(await weatherTape({ ...world, settled: () => 12 })),
  },
  {
    code: 'settled-early',
    what: 'one market that pays the evening before',
    found: async () =>
      findings(await weatherTape({ ...world, settled: (at, rung) => (at === 4 && rung === 1 ? -1 : 40) })),
  },
  {
    code: 'duplicate-prints',
    what: 'every print twice, as two downloads give it',
    found: async () => {
      const busy = (at: number) => Array.from({ length: 25 }, (_, each) => twice(at % 3, 0.3, -3 + each / 20)[0]!);
      return findings(await weatherTape({ ...world, prints: busy, copies: () => 2 }));
    },
  },
  {
    code: 'duplicate-prints',
    what: 'the prints of one market three times',
    found: async () => {
      const busy = (at: number) =>
        Array.from({ length: 25 }, (_, each) => twice(2, 0.3 + at / 100, -3 + each / 20)[0]!);
      return findings(
        await weatherTape({
          ...world,
          prints: (at) => (at === 3 ? busy(at) : fair()),
          copies: (at, rung) => (at === 3 && rung === 2 ? 3 : 1),
        }),
      );
    },
  },
  {
    code: 'stale-quotes',
    what: 'quotes filled forward from the first',
    found: async () => findings(await quotedTape(() => -1)),
  },
  {
    code: 'stale-quotes',
    what: 'quotes half an hour late',
    found: async () => findings(await quotedTape((at) => at - 3)),
  },
  {
    code: 'gone-in-an-hour',
    what: 'buying winners just before everybody knows',
    found: async () => {
      const prints = (at: number) => [...twice(rungOf(at), 0.35), ...twice(rungOf(at), 0.99, -2.5)];
      return findings(await weatherTape({ ...world, prints }), winners);
    },
  },
  {
    code: 'gone-in-an-hour',
    what: 'selling losers just before',
    found: async () => {
      const prints = (at: number) =>
        [0, 1, 2].flatMap((rung) => (rung === rungOf(at) ? [] : [...sold(rung, 0.4), ...sold(rung, 0.01, -2.4)]));
      return findings(await weatherTape({ ...world, prints }), losers);
    },
  },
  {
    code: 'beyond-price',
    what: 'a table of outcomes within the strategy',
    found: async () => findings(await weatherTape(world), winners),
  },
  {
    code: 'beyond-price',
    what: 'the same from the other side: it sells what will not come',
    found: async () =>
      findings(
        await weatherTape({ ...world, prints: () => [...sold(0, 0.38), ...sold(1, 0.22), ...sold(2, 0.4)] }),
        losers,
      ),
  },
  {
    code: 'few-days',
    what: 'a day of many prints, each a row',
    found: async () => {
      const busy = () =>
        Array.from({ length: 60 }, (_, each) => twice(each % 3, 0.3 + (each % 7) / 50, -9 + each / 10)).flat();
      return findings(await weatherTape({ ...world, days: 4, prints: busy }), everyPrint);
    },
  },
  {
    code: 'few-days',
    what: 'the same on five days and one bracket',
    found: async () => {
      const busy = () => Array.from({ length: 30 }, (_, each) => twice(2, 0.3 + (each % 7) / 50, -9 + each / 5)).flat();
      return findings(await weatherTape({ ...world, days: 5, prints: busy }), everyPrint);
    },
  },
  {
    code: 'names-the-tape',
    what: 'a list of days in the strategy',
    found: async () =>
      findings(await weatherTape(world), idle, {
        code: `const GOOD = ['${[3, 8, 11, 20].map((at) => dayAfter(FIRST, at)).join("', '")}'];`,
      }),
  },
  {
    code: 'names-the-tape',
    what: 'a list of tickers in the strategy',
    found: async () =>
      findings(await weatherTape(world), idle, {
        code: `const BUY = new Set(["KXHIGHCHI-${FIRST}-1","KXHIGHCHI-${dayAfter(FIRST, 1)}-2","KXHIGHCHI-${dayAfter(FIRST, 2)}-0"]);`,
      }),
  },
  {
    code: 'picked-here',
    what: 'the best of a dozen settings',
    found: async () => {
      const [tape, folder] = [await weatherTape(world), dataFolder()];
      const some = taker((day, rung) => (rung === (day * 5) % 3 || rung === rungOf(day) ? BID : null));
      for (let knob = 1; knob <= 11; knob++) await findings(tape, some, { folder, params: { knob } });
      return findings(tape, some, { folder, params: { knob: 12 } });
    },
  },
  {
    code: 'picked-here',
    what: 'the best of a dozen strategies',
    found: async () => {
      const [tape, folder] = [await weatherTape(world), dataFolder()];
      const some = (name: string) => taker((day, rung) => (rung === rungOf(day) || day % 3 === 0 ? BID : null), name);
      for (let number = 1; number <= 11; number++) await findings(tape, some(`idea-${number}`), { folder });
      return findings(tape, some('idea-12'), { folder });
    },
  },
];

/** Trades at every print, whatever it holds. */
const everyPrint = defineStrategy({
  name: 'every-print',
  summary: 'takes a contract beside each print',
  params: {},
  create: () => ({
    onTrade({ market, price }: Trade, context: Context) {
      const limit = Math.min(9_900, price + 900) as Price;
      context.submit({ market, side: BID, price: limit, quantity: contracts(1), timeInForce: 'immediate-or-cancel' });
    },
  }),
});

describe('a phantom edge', () => {
  it.each(CHEATS.map(({ code, what, found }) => [code, what, found] as const))(
    'is called %s: %s',
    async (code, _, found) => {
      expect(await found()).toContain(code);
    },
  );

  it('has at least twelve names, two plants of each', () => {
    const codes = [...new Set(CHEATS.map(({ code }) => code))];
    expect(codes.length).toBeGreaterThanOrEqual(12);
    for (const code of codes)
      expect(CHEATS.filter((cheat) => cheat.code === code).length, code).toBeGreaterThanOrEqual(2);
  });
});

describe('an honest run', () => {
  it('of one who never trades raises nothing', async () => {
    expect(await findings(await weatherTape(world))).toEqual([]);
  });

  it('of one who buys without knowing raises nothing', async () => {
    const blind = taker((day, rung) => (rung === (day * 5 + 1) % 3 ? BID : null));
    expect(await findings(await weatherTape(world), blind, { code: 'no day and no ticker stands here' })).toEqual([]);
  });

  it('over quotes that stand raises nothing', async () => {
    const seller = taker((day) => (day % 2 === 0 ? BID : null));
    expect(await findings(await quotedTape((print) => print), seller)).toEqual([]);
  });
});
