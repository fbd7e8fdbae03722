import { tapeSource } from '../../src/cli/tape-source.ts';
import type { MarketIndex, Settlement, Strike } from '../../src/core/market.ts';
import { TRADE } from '../../src/core/market-event.ts';
import type { Price } from '../../src/core/price.ts';
import { HOUR, type Time } from '../../src/core/time.ts';
import type { TapeSource } from '../../src/study/store/tape-source.ts';
import { openTape } from '../../src/tape/open-tape.ts';
import { cityNamed } from '../../src/weather/cities.ts';
import { climateDayStart, dayAfter } from '../../src/weather/climate-day.ts';
import { coverageRow, dataFolder, detailRow, marketFacts, type Row, row, sealRows } from '../tape/tape-fixture.ts';

const chicago = cityNamed('chicago');
export const FIRST = '2026-03-01';
const STRIKES: readonly Strike[] = [
  { type: 'less', floor: null, cap: 50 },
  { type: 'between', floor: 50, cap: 51 },
  { type: 'greater', floor: 51, cap: null },
];
export const PRICES = [0.2, 0.5, 0.3];

/** A print of every day beside the first one of each rung. */
export interface DailyPrint {
  /** Hours from the beginning of the climate day. */
  readonly hour: number;
  readonly rung: number;
  /** As a probability. */
  readonly price: number;
  /** Who took: 0 bought YES. */
  readonly side: 0 | 1;
  readonly contracts: number;
}

export interface World {
  readonly days: number;
  /** The official high of each day, and the forecast of it. */
  readonly high: (at: number) => number;
  readonly forecast: (at: number) => number;
  /** Hours after a day's end at which its high is issued, and is on the tape. */
  readonly issued?: number;
  readonly told?: number;
  /** The official high that the tape tells of a day, where it is not the true one. */
  readonly official?: (at: number) => number;
  /** How often each print of a market is on the tape. Default once. */
  readonly copies?: (at: number, rung: number) => number;
  readonly prints?: (at: number) => readonly DailyPrint[];
  /** Hours from the beginning of the climate day at which a market of that day is settled. Default 40. */
  readonly settled?: (at: number, rung: number) => number;
  /** Further signals of a day. */
  readonly signals?: (
    at: number,
  ) => readonly { readonly name: string; readonly value: number; readonly hour: number }[];
}

/** Events of three rungs, one a day, each print at the same price; forecasts four hours before the day, highs eight hours after it. */
export async function weatherTape({
  days,
  high,
  forecast,
  issued = 8,
  told = issued,
  official = high,
  prints = () => [],
  copies = () => 1,
  settled = () => 40,
  signals = () => [],
}: World): Promise<TapeSource> {
  const folder = dataFolder();
  const markets = Array.from({ length: days }, (_, at) => dayAfter(FIRST, at)).flatMap((day) =>
    STRIKES.map((strike, rung) => marketFacts(`KXHIGHCHI-${day}-${rung}`, { event: `KXHIGHCHI-${day}`, day, strike })),
  );
  const rows = Array.from({ length: days }, (_, at) => {
    const day = dayAfter(FIRST, at);
    const start = climateDayStart(chicago, day);
    const time = (hours: number) => Math.round(start + hours * HOUR);
    const signal = (name: string, value: number, issue: number, heard = issue) =>
      detailRow(time(heard), {
        type: 'signal',
        signal: { name: `${name}/chicago`, value, unit: '°F', issueTime: time(issue) as Time, about: day },
      });
    const came = high(at) < 50 ? 0 : high(at) <= 51 ? 1 : 2;
    return [
      ...STRIKES.flatMap((_, rung): Row[] => {
        const market = at * 3 + rung;
        const settlement: Settlement = {
          market: market as MarketIndex,
          outcome: rung === came ? 'yes' : 'no',
          value: (rung === came ? 10_000 : 0) as Price,
        };
        return [
          detailRow(
            time(-12),
            { type: 'lifecycle', change: { market: market as MarketIndex, status: 'active' } },
            market,
          ),
          coverageRow(time(-12), market, true),
          ...repeated(
            copies(at, rung),
            row({ localTime: time(-5), kind: TRADE, market, price: PRICES[rung]! * 10_000 }),
          ),
          detailRow(time(settled(at, rung)), { type: 'settlement', settlement }, market),
        ];
      }),
      ...signals(at).map(({ name, value, hour }) => signal(name, value, hour)),
      ...prints(at).flatMap(({ hour, rung, price, side, contracts }) =>
        repeated(
          copies(at, rung),
          row({
            localTime: time(hour),
            kind: TRADE,
            market: at * 3 + rung,
            side,
            price: Math.round(price * 10_000),
            quantity: contracts * 100,
          }),
        ),
      ),
      signal('forecast-high', forecast(at), -4),
      signal('official-high', official(at), 24 + issued, 24 + told),
    ];
  }).flat();
  rows.sort((left, right) => left.localTime - right.localTime);
  await sealRows(folder, rows, { markets, facts: { grade: { depth: 'none', trades: true, sampling: 'continuous' } } });
  return tapeSource(await openTape(folder, 'test'));
}

const repeated = (times: number, one: Row): Row[] => Array.from({ length: times }, () => one);
