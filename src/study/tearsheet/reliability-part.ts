import * as Plot from '@observablehq/plot';
import { chart } from './chart.ts';
import type { Reliability, Tearsheet } from './contents.ts';
import { cell, lots, percentage, priceCents, whole } from './figure.ts';
import { laneLook } from './lane-look.ts';
import { html, type Markup } from './markup.ts';
import type { Queries } from './queries.ts';
import { missing, panel, panels, section } from './section.ts';
import { table } from './table.ts';

/** How often what was priced at p came true: the market's own prices, and ours. */
export function reliabilityPart({ reliability, summary: { headline } }: Tearsheet, queries: Queries): Markup {
  const shown = reliability.map((each, index) => ({ ...each, index })).filter(({ bins }) => bins.length > 0);
  return section({
    id: 'reliability',
    title: 'Reliability of prices',
    how: 'On the diagonal a price is fair: what costs 30 cents pays in 30 of 100 cases. Below it contracts paid less than they cost. Fills count as bets on the leg bought, YES or NO. The area of a dot is its share of the contracts; markets of one day are not independent.',
    finding: finding(shown),
    body:
      shown.length === 0
        ? missing('No market with a settlement has a price to compare it with.')
        : panels(shown.map((each) => panel(caption(each), drawn(each, headline.lane)))),
    numbers: table({
      caption: 'By price paid a contract: mean price, what was paid at settlement, contracts and markets.',
      columns: [
        { title: 'Price' },
        ...['Mean price', 'Paid', 'Contracts', 'Markets'].map((title) => ({ title, number: true })),
      ],
      groups: shown.map((each) => ({
        heading: caption(each),
        rows: each.bins.map((bin) => {
          const where = (column: string) => cell('reliability', each.of, String(bin.fromCents), column);
          return {
            cells: [
              html`<code>${bin.fromCents}–${bin.toCents}¢</code>`,
              priceCents(bin.meanCents, where('mean_cents')),
              percentage(bin.paidPercent, where('paid_percent')),
              lots(bin.contractsE2, where('contracts_e2')),
              whole(bin.markets, where('markets')),
            ],
          };
        }),
      })),
    }),
    queries: shown.length === 0 ? [] : [queries.reliability],
  });
}

function caption({ of, whose }: Reliability): Markup {
  return of === 'prints' ? html`Every print, as a bet on YES` : html`Fills of <bdi>${whose}</bdi>, by leg bought`;
}

function drawn(each: Reliability & { readonly index: number }, lane: string): Markup {
  const total = each.bins.reduce((sum, { contractsE2 }) => sum + contractsE2, 0);
  const own = each.whose.split(', ').at(-1) ?? lane;
  const colour = each.of === 'prints' ? 'var(--path)' : laneLook(own).colour;
  const dots = each.bins.map((bin) => ({ ...bin, radius: Math.max(2, 26 * Math.sqrt(bin.contractsE2 / total) * 0.6) }));
  return chart(
    {
      id: `reliability-${each.index}`,
      title:
        each.of === 'prints'
          ? 'Reliability of the prices of every print'
          : `Reliability of the prices of our fills: ${each.whose}`,
      description: each.bins
        .map(({ meanCents, paidPercent }) => `priced ${meanCents.toFixed(0)}, paid ${paidPercent.toFixed(0)}`)
        .join('; '),
    },
    {
      height: 330,
      marginLeft: 44,
      marginBottom: 38,
      x: {
        domain: [0, 100],
        ticks: [0, 25, 50, 75, 100],
        label: 'price, cents',
        labelAnchor: 'center',
        labelArrow: 'none',
        tickFormat: (value: number) => `${value}¢`,
      },
      y: { domain: [0, 100], ticks: [0, 25, 50, 75, 100], label: null, tickFormat: (value: number) => `${value} %` },
      marks: [
        Plot.gridY([0, 25, 50, 75, 100], { stroke: 'var(--grid)', strokeOpacity: 1 }),
        Plot.line(
          [
            [0, 0],
            [100, 100],
          ],
          { stroke: 'var(--zero)', strokeDasharray: '4 3' },
        ),
        Plot.ruleX(dots, { x: 'meanCents', y1: 'meanCents', y2: 'paidPercent', stroke: colour, strokeWidth: 1.2 }),
        Plot.dot(dots, {
          x: 'meanCents',
          y: 'paidPercent',
          r: { value: 'radius', scale: null },
          fill: colour,
          fillOpacity: 0.8,
          stroke: 'var(--paper)',
        }),
      ],
    },
  );
}

function finding(all: readonly (Reliability & { readonly index: number })[]): Markup {
  const parts = all.flatMap((each) => {
    const worst = each.bins
      .map((bin) => ({ ...bin, gap: Math.abs(bin.paidPercent - bin.meanCents) * bin.contractsE2 }))
      .sort((a, b) => b.gap - a.gap)[0];
    if (worst === undefined) return [];
    const where = (column: string) => cell('reliability', each.of, String(worst.fromCents), column);
    const whose = each.of === 'prints' ? html`the market's own prices` : html`the fills of <bdi>${each.whose}</bdi>`;
    return [
      html`Of ${whose} the heaviest gap is at a mean of ${priceCents(worst.meanCents, where('mean_cents'))}, which paid ${percentage(worst.paidPercent, where('paid_percent'))} over ${whole(worst.markets, where('markets'))} markets. `,
    ];
  });
  return parts.length === 0 ? html`There is nothing to compare.` : html`${parts}`;
}
