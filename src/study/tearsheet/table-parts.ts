import * as Plot from '@observablehq/plot';
import { chart, domainWithZero } from './chart.ts';
import type { DayRow, MarketRow, Tearsheet } from './contents.ts';
import { axisDollars } from './equity-parts.ts';
import { amount, cell, dollars, lots, whole } from './figure.ts';
import { laneLook } from './lane-look.ts';
import { type Content, html, type Markup } from './markup.ts';
import type { Queries, Query } from './queries.ts';
import { missing, panel, panels, section } from './section.ts';
import { table } from './table.ts';

/** Rows shown from each end of a long table. */
const FROM_EACH_END = 12;

/** Net by calendar day and by market: drawn, then the best and the worst of each. */
export function daysPart({ days, markets, summary: { headline } }: Tearsheet, queries: Queries): Markup {
  const { lane } = headline;
  const byDay = [...days].sort((a, b) => b.netE6 - a.netE6 || (a.day < b.day ? -1 : 1));
  const byMarket = [...markets].sort((a, b) => b.netE6 - a.netE6 || (a.ticker < b.ticker ? -1 : 1));
  const body = html`${panels([
    panel('Net by day', dayBars(days, lane)),
    panel('Days from best to worst, added up', ranks('days', byDay, lane)),
    panel('Markets from best to worst, added up', ranks('markets', byMarket, lane)),
  ])}
<h3>By day</h3>${dayTable(byDay, lane, queries.days)}
<h3>By market</h3>${marketTable(byMarket, lane, queries.markets)}`;
  return section({
    id: 'days',
    title: 'By day and by market',
    how: 'Each calendar day is one draw: its brackets and cities win and lose together, so a result that rests on few days is worth little. Many small gains beside few large losses are the mark of a bet that has not lost yet.',
    finding: html`In the ${lane} lane ${dayFinding(byDay)} ${marketFinding(byMarket)}`,
    body: days.length === 0 ? missing('Nothing traded.') : body,
    queries: [queries.days, queries.markets],
  });
}

function dayTable(order: readonly DayRow[], lane: string, query: Query): Markup {
  const at = ({ day }: DayRow, column: string) => cell('days', day, column);
  return ends(order, 'days', lane, query, [['Day'], ['Net', 'Net so far', 'Markets', 'Fills', 'Contracts']], (row) => [
    html`<time datetime="${row.day}">${row.day}</time>`,
    dollars(row.netE6, at(row, 'net_e6')),
    dollars(row.cumulativeE6, at(row, 'cumulative_e6')),
    whole(row.markets, at(row, 'markets')),
    whole(row.fills, at(row, 'fills')),
    lots(row.contractsE2, at(row, 'contracts_e2')),
  ]);
}

function marketTable(order: readonly MarketRow[], lane: string, query: Query): Markup {
  const at = ({ ticker }: MarketRow, column: string) => cell('markets', ticker, column);
  const columns = [
    ['Market', 'Day', 'Outcome'],
    ['Net', 'Gross', 'Fees', 'Fills', 'Contracts'],
  ] as const;
  return ends(order, 'markets', lane, query, columns, (row) => [
    html`<bdi>${row.ticker}</bdi>`,
    html`<time datetime="${row.day}">${row.day}</time>`,
    html`<bdi>${row.outcome}</bdi>`,
    dollars(row.netE6, at(row, 'net_e6')),
    dollars(row.grossE6, at(row, 'gross_e6')),
    amount(row.feesE6, at(row, 'fees_e6')),
    whole(row.fills, at(row, 'fills')),
    lots(row.contractsE2, at(row, 'contracts_e2')),
  ]);
}

/** The first and the last rows of a long table, and where the rest is. */
function ends<T>(
  rows: readonly T[],
  what: string,
  lane: string,
  { id }: Query,
  [texts, numbers]: readonly [readonly string[], readonly string[]],
  cells: (row: T) => Content[],
): Markup {
  const hidden = rows.length - 2 * FROM_EACH_END;
  const columns = [...texts.map((title) => ({ title })), ...numbers.map((title) => ({ title, number: true }))];
  const written = (some: readonly T[]) => some.map((row) => ({ cells: cells(row) }));
  const all = whole(rows.length, { source: `rows:${id}`, at: '' });
  if (hidden <= 0)
    return table({
      caption: html`All ${all} ${what} of the ${lane} lane.`,
      columns,
      groups: [{ rows: written(rows) }],
      sortable: true,
    });
  const rest = html`${whole(hidden, { source: `rest:${id}`, at: String(2 * FROM_EACH_END) })} more ${what} in the query below`;
  return table({
    caption: html`The best and the worst of ${all} ${what} of the ${lane} lane.`,
    columns,
    groups: [
      { rows: written(rows.slice(0, FROM_EACH_END)) },
      { heading: rest, rows: written(rows.slice(-FROM_EACH_END)) },
    ],
  });
}

function dayBars(days: readonly DayRow[], lane: string): Markup {
  const { colour } = laneLook(lane);
  const bars = days.map(({ day, netE6 }) => ({
    from: new Date(`${day}T00:00:00Z`),
    to: new Date(Date.parse(`${day}T00:00:00Z`) + 86_400_000),
    dollars: netE6 / 1e6,
  }));
  return chart(
    {
      id: 'days-bars',
      title: 'Net by calendar day',
      description: `Net dollars of each of ${days.length} days in the ${lane} lane.`,
    },
    {
      x: { type: 'utc', ticks: 4, label: null },
      y: { domain: domainWithZero(bars.map((bar) => bar.dollars)), ticks: 5, label: null, tickFormat: axisDollars },
      marks: [
        Plot.gridY({ ticks: 5, stroke: 'var(--grid)', strokeOpacity: 1 }),
        Plot.rectY(bars, {
          x1: 'from',
          x2: 'to',
          y1: 0,
          y2: 'dollars',
          fill: colour,
          stroke: colour,
          strokeWidth: 0.8,
        }),
        Plot.ruleY([0], { stroke: 'var(--zero)' }),
      ],
    },
  );
}

function ranks(what: 'days' | 'markets', order: readonly { readonly netE6: number }[], lane: string): Markup {
  const { colour } = laneLook(lane);
  let sum = 0;
  const points = [
    { rank: 0, dollars: 0 },
    ...order.map(({ netE6 }, index) => {
      sum += netE6;
      return { rank: index + 1, dollars: sum / 1e6 };
    }),
  ];
  return chart(
    {
      id: `ranks-${what}`,
      title: `${what} from best to worst, added up`,
      description: `Cumulative net dollars of ${order.length} ${what} from the best to the worst in the ${lane} lane.`,
    },
    {
      marginBottom: 38,
      x: {
        domain: [0, order.length],
        ticks: 5,
        label: `${what}, best first`,
        labelAnchor: 'center',
        labelArrow: 'none',
      },
      y: {
        domain: domainWithZero(points.map((point) => point.dollars)),
        ticks: 5,
        label: null,
        tickFormat: axisDollars,
      },
      marks: [
        Plot.gridY({ ticks: 5, stroke: 'var(--grid)', strokeOpacity: 1 }),
        Plot.ruleY([0], { stroke: 'var(--zero)' }),
        Plot.lineY(points, { x: 'rank', y: 'dollars', stroke: colour, strokeWidth: 2 }),
      ],
    },
  );
}

function dayFinding(order: readonly DayRow[]): Markup | null {
  const [best, worst] = [order[0], order.at(-1)];
  if (best === undefined || worst === undefined) return html`nothing traded.`;
  const one = (row: DayRow) =>
    html`<time datetime="${row.day}">${row.day}</time> with ${dollars(row.netE6, cell('days', row.day, 'net_e6'))}`;
  return html`${won(order, 'days')}; best ${one(best)}, worst ${one(worst)}.`;
}

function marketFinding(order: readonly MarketRow[]): Markup | null {
  if (order.length === 0) return null;
  return html`${won(order, 'markets')}.`;
}

function won(rows: readonly { readonly netE6: number }[], what: 'days' | 'markets'): Markup {
  const count = rows.filter(({ netE6 }) => netE6 > 0).length;
  return html`${whole(count, { source: `positive:${what}`, at: 'net_e6' })} of ${whole(rows.length, { source: `rows:${what}`, at: '' })} ${what} made money`;
}
