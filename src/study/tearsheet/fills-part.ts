import * as Plot from '@observablehq/plot';
import { chart } from './chart.ts';
import type { FillPath, Tearsheet } from './contents.ts';
import { cell, dollars, lots, priceCents, reported, whole } from './figure.ts';
import { laneLook } from './lane-look.ts';
import { html, type Markup } from './markup.ts';
import type { Queries } from './queries.ts';
import { missing, panel, panels, section } from './section.ts';
import { table } from './table.ts';

const HEIGHT = 200;
const LABELS = { bid: 'bought', ask: 'sold' } as const;

/** Our fills where they happened, on the price path of the markets that gave and took most. */
export function fillsPart({ fillPaths, summary: { headline } }: Tearsheet, queries: Queries): Markup {
  const net = (path: FillPath) => dollars(path.netE6, cell('paths', path.ticker, 'net_e6'));
  return section({
    id: 'fills',
    title: 'Fills on the price path',
    how: 'The YES price from 0 to 100 cents, times UTC, in the markets that gave or took most. A triangle that points up is YES bought, one that points down YES sold; hollow is a maker fill, solid a taker fill. The line at the right end is the settlement.',
    finding: finding(fillPaths, headline.lane),
    body:
      fillPaths.length === 0
        ? missing('No market was traded, so there is no path to show.')
        : panels(
            fillPaths.map((path, index) =>
              panel(
                html`<bdi>${path.ticker}</bdi> ${net(path)}<small><bdi>${path.title}</bdi></small>`,
                drawn(path, index),
              ),
            ),
          ),
    numbers: table({
      caption: 'The markets shown.',
      columns: [
        { title: 'Market' },
        ...['Net', 'Fills', 'Contracts', 'Settled'].map((title) => ({ title, number: true })),
      ],
      groups: [
        {
          rows: fillPaths.map((path, index) => ({
            cells: [
              html`<bdi>${path.ticker}</bdi>`,
              net(path),
              whole(path.fills.length, cell('paths', path.ticker, 'fills')),
              lots(
                path.fills.reduce((sum, { quantityE2 }) => sum + quantityE2, 0),
                cell('paths', path.ticker, 'contracts_e2'),
              ),
              priceCents(path.settledCents, reported('fillPaths', index, 'settledCents')),
            ],
          })),
        },
      ],
    }),
    queries: [queries.paths],
  });
}

function drawn({ ticker, lane, path, fills, settledCents }: FillPath, index: number): Markup {
  const { colour } = laneLook(lane);
  const points = path.map(({ timeUs, cents }) => ({ time: new Date(timeUs / 1_000), cents }));
  const marks = fills.map((fill) => ({ ...fill, time: new Date(fill.timeUs / 1_000) }));
  const times = [...points, ...marks].map(({ time }) => time);
  const [from, to] = [Math.min(...times.map(Number)), Math.max(...times.map(Number))];
  const counts = (['bid', 'ask'] as const).flatMap((side) => {
    const here = fills.filter((fill) => fill.side === side).length;
    return here === 0 ? [] : [`${LABELS[side]} ${here} times`];
  });
  const settled = settledCents === null ? 'not settled' : `settled at ${settledCents} cents`;
  return chart(
    {
      id: `fills-${index}`,
      title: `Fills in ${ticker}`,
      description: `The YES price over time; ${counts.join(', ')}; ${settled}.`,
    },
    {
      height: HEIGHT,
      marginLeft: 40,
      marginRight: 40,
      x: { type: 'utc', domain: [new Date(from), new Date(to)], ticks: 4, label: null, tickFormat: clock },
      y: { domain: [0, 100], ticks: [0, 25, 50, 75, 100], label: null, tickFormat: (value: number) => `${value}¢` },
      marks: [
        Plot.gridY([0, 25, 50, 75, 100], { stroke: 'var(--grid)', strokeOpacity: 1 }),
        Plot.lineY(points, { x: 'time', y: 'cents', stroke: 'var(--path)', strokeWidth: 1.2, curve: 'step-after' }),
        settledCents === null
          ? null
          : Plot.tickY([settledCents], {
              x: null,
              y: (value: number) => value,
              stroke: 'var(--ink)',
              strokeWidth: 2.5,
              insetLeft: PANEL_INSET,
            }),
        settledCents === null
          ? null
          : Plot.text([settledCents], {
              frameAnchor: 'right',
              y: (value: number) => value,
              text: (value: number) => `${value}¢`,
              textAnchor: 'start',
              dx: 6,
              fill: 'var(--ink)',
              fontWeight: 600,
            }),
        ...(['bid', 'ask'] as const).map((side) =>
          Plot.dot(
            marks.filter((mark) => mark.side === side),
            {
              x: 'time',
              y: 'cents',
              symbol: 'triangle',
              rotate: side === 'bid' ? 0 : 180,
              r: 4.2,
              fill: ({ liquidity }: (typeof marks)[number]) => (liquidity === 'taker' ? colour : 'var(--paper)'),
              stroke: colour,
              strokeWidth: 1.4,
            },
          ),
        ),
      ].filter((mark) => mark !== null),
    },
  );
}

/** A time on an axis: the day where one begins, else hours and minutes of UTC. */
function clock(time: Date): string {
  const text = time.toISOString();
  return text.slice(11, 16) === '00:00' ? text.slice(5, 10) : text.slice(11, 16);
}

/** The settlement is drawn over the last pixels of the frame only. */
const PANEL_INSET = 286;

function finding(paths: readonly FillPath[], lane: string): Markup {
  if (paths.length === 0) return html`Nothing traded in the ${lane} lane.`;
  const [best] = [...paths].sort((a, b) => b.netE6 - a.netE6);
  const worst = [...paths].sort((a, b) => a.netE6 - b.netE6)[0]!;
  const one = (path: FillPath) =>
    html`<bdi>${path.ticker}</bdi> with ${dollars(path.netE6, cell('paths', path.ticker, 'net_e6'))}`;
  if (best === worst) return html`The one market shown is ${one(worst)}.`;
  return html`The worst market shown is ${one(worst)}, the best ${one(best!)}.`;
}
