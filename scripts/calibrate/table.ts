import { BELIEF_HOURS, type Moments, type Quantiles } from './moments.ts';
import type { Rates } from './rates.ts';

type Cell = string | number;

const percent = (share: number): string => `${(100 * share).toFixed(1)} %`;
const list = (values: readonly Cell[]): string => values.join(' · ');
const spread = ({ p10, p25, p50, p75, p90, p99 }: Quantiles): string => list([p10, p25, p50, p75, p90, p99]);
const atHours = (byHour: readonly number[], hours: readonly number[]): string =>
  list(hours.map((hour) => (byHour[hour + 16] ?? 0).toFixed(byHour[29]! > 10 ? 0 : 2)));

const HOURS = [-8, 0, 4, 8, 11, 13, 15, 17, 20];

/** What is compared, as [moment, how it is read from the moments]. */
const ROWS: readonly (readonly [string, (moments: Moments) => Cell])[] = [
  ['days of one city', ({ cityDays }) => cityDays],
  ['prints', ({ prints }) => prints],
  ['orders of takers a city and day', ({ orders }) => orders.perCityDay],
  [`… in the hours from ${list(HOURS)} local`, ({ orders }) => atHours(orders.byHour, HOURS)],
  ['prints an order', ({ orders }) => orders.printsAnOrder],
  ['orders that trade at more than one price', ({ orders }) => percent(orders.walkedShare)],
  ['orders that buy YES', ({ orders }) => percent(orders.yesShare)],
  [
    'next print after a minute, on the taker’s side, cents: by order · by contract',
    ({ orders }) => list([orders.markoutCents, orders.markoutByContractCents]),
  ],
  ['contracts an order: 10 · 25 · 50 · 75 · 90 · 99 %', ({ orders }) => spread(orders.contracts)],
  ['dollars an order, the same', ({ orders }) => spread(orders.dollars)],
  [
    'prints by YES price, from 0–9 cents to 90–99',
    ({ printsByPrice }) => `${list(printsByPrice.map((share) => `${Math.round(100 * share)}`))} %`,
  ],
  ['sweeps ($1,000 and more) a city and day', ({ sweeps }) => sweeps.perCityDay],
  ['… at 90 cents and more a contract', ({ sweeps }) => percent(sweeps.certainShare)],
  ['… at more than one price', ({ sweeps }) => percent(sweeps.walkedShare)],
  ['… mean reach in cents', ({ sweeps }) => sweeps.meanReachCents],
  ['… dollars: 10 · 25 · 50 · 75 · 90 · 99 %', ({ sweeps }) => spread(sweeps.dollars)],
  [`… in the hours from ${list(HOURS)} local`, ({ sweeps }) => atHours(sweeps.byHour, HOURS)],
  [`error of the market's belief, °F, at ${list(BELIEF_HOURS)} h`, ({ beliefError }) => list(beliefError)],
  [
    'time at a spread of 1 · 2 · 3 · 4–5 · 6 and more cents',
    ({ quotes }) => `${list(quotes.spreads.map((share) => Math.round(100 * share)))} %`,
  ],
  ['changes of the best prices a market and hour', ({ quotes }) => quotes.changesAMarketHour],
  ['contracts at the best price: 10 · 25 · 50 · 75 · 90 · 99 %', ({ depth }) => spread(depth.best)],
  ['contracts within 5 cents, legs below 10 · 30 · 70 · 90 · 100 cents', ({ depth }) => list(depth.within5)],
  ['levels of a side', ({ depth }) => depth.medianLevels],
];

/** Recorded against generated, as a Markdown table. */
export function comparison(real: Moments, synthetic: Moments): string {
  const lines = ROWS.map(([what, read]) => `| ${what} | ${read(real)} | ${read(synthetic)} |`);
  return ['| | recorded | generated |', '|---|---|---|', ...lines].join('\n');
}

/** Pace and cancels of several configurations, as a Markdown table. */
export function rateTable(rates: Readonly<Record<string, Rates>>): string {
  const lines = Object.entries(rates).map(([name, { rows, busiestSecond, cancels }]) => {
    const shares = list([cancels.alone, cancels.front, cancels.between, cancels.back].map(percent));
    return `| ${name} | ${rows} | ${busiestSecond} | ${shares} |`;
  });
  return [
    '| tape | rows | busiest second | cancels: alone at the price · in front · between · at the back |',
    '|---|---|---|---|',
    ...lines,
  ].join('\n');
}
