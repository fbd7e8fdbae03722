import * as Plot from '@observablehq/plot';
import { chart, domainWithZero } from './chart.ts';
import type { Capacity, Sensitivity, Tearsheet } from './contents.ts';
import { axisDollars } from './equity-parts.ts';
import { cents, decimal, dollars, lots, reported, said, share, whole } from './figure.ts';
import { laneLook } from './lane-look.ts';
import { html, type Markup, trusted } from './markup.ts';
import { missing, panel, panels, section } from './section.ts';
import { table } from './table.ts';

const BAR = 200;

/** Everything that was assumed, and what the result would have been had one assumption been another. */
export function assumptionsPart(sheet: Tearsheet): Markup {
  const { sensitivity, summary } = sheet;
  const assumed = table({
    caption: 'Everything this run takes for granted.',
    columns: [{ title: 'Assumption' }, { title: 'Value' }],
    groups: [
      {
        rows: Object.entries(summary.assumptions).map(([name, value]) => ({
          cells: [html`<bdi>${name}</bdi>`, said(value, reported('summary', 'assumptions', name))],
        })),
      },
    ],
  });
  const known = 'rows' in sensitivity;
  return section({
    id: 'assumptions',
    title: 'Assumptions and what they are worth',
    how: 'The tape does not say everything. Each line changes one assumption, runs the whole tape again, and shows how far the net moves in cents a contract; all bars share one scale.',
    finding: known ? sensitivityFinding(sensitivity) : html`What each assumption is worth is not known here.`,
    body: html`${known ? changes(sensitivity) : missing(said(sensitivity.unavailable, reported('sensitivity', 'unavailable')))}${assumed}`,
    queries: [],
  });
}

function changes({ rows, lane, baseCents }: Sensitivity): Markup {
  const most = Math.max(0.01, ...rows.map(({ changeCents }) => Math.abs(changeCents ?? 0)));
  return table({
    caption: html`Net cents a contract in the ${lane} lane, as run ${cents(baseCents, reported('sensitivity', 'baseCents'))}.`,
    columns: [
      { title: 'Assumption' },
      { title: 'As run' },
      { title: 'Changed to' },
      { title: 'Change', number: true },
      { title: 'Change, drawn', class: 'strip-cell' },
      { title: '¢ each', number: true },
      { title: 'Fills', number: true },
    ],
    groups: [
      {
        rows: rows.map((row, index) => {
          const at = (name: string) => reported('sensitivity', 'rows', index, name);
          return {
            cells: [
              html`<bdi>${row.assumption}</bdi>`,
              said(row.value, at('value')),
              said(row.changedTo, at('changedTo')),
              cents(row.changeCents, at('changeCents')),
              changeBar((row.changeCents ?? 0) / most),
              cents(row.cents, at('cents')),
              whole(row.fills, at('fills')),
            ],
          };
        }),
      },
    ],
  });
}

/** A bar to the left or right of zero, −1…1. */
function changeBar(part: number): Markup {
  const middle = BAR / 2;
  const length = Math.abs(part) * (middle - 4);
  const x = part < 0 ? middle - length : middle;
  return html`<svg class="change ${part < 0 ? 'down' : 'up'}" viewBox="0 0 ${BAR} 18" aria-hidden="true" focusable="false">${trusted(`<rect x="${x.toFixed(1)}" y="4" width="${length.toFixed(1)}" height="10"/><line class="zero" x1="${middle}" x2="${middle}" y1="0" y2="18"/>`)}</svg>`;
}

function sensitivityFinding({ rows, baseCents, lane }: Sensitivity): Markup {
  const known = rows.map((row, index) => ({ ...row, index })).filter(({ changeCents }) => changeCents !== null);
  const [most] = [...known].sort((a, b) => Math.abs(b.changeCents!) - Math.abs(a.changeCents!));
  if (most === undefined || baseCents === null) return html`No fill in the ${lane} lane, so nothing changes.`;
  const turned = known.filter((row) => row.cents !== null && Math.sign(row.cents) !== Math.sign(baseCents));
  const [first] = turned;
  const turns =
    first === undefined
      ? html`No single change turns the sign of the result.`
      : html`The sign of the result turns with: ${turned.map(({ assumption, changedTo }, index) => html`${index > 0 ? '; ' : null}<bdi>${assumption}</bdi> to <bdi>${changedTo}</bdi>`)}.`;
  return html`Most hangs on <bdi>${most.assumption}</bdi>: changed to <bdi>${most.changedTo}</bdi> it moves the net by ${cents(most.changeCents, reported('sensitivity', 'rows', most.index, 'changeCents'))} a contract. ${turns}`;
}

/** What larger size does to the result. */
export function capacityPart({ capacity }: Tearsheet): Markup {
  const known = 'points' in capacity;
  return section({
    id: 'capacity',
    title: 'Capacity',
    how: 'The same strategy with every size and size limit multiplied, against the share of all traded contracts that would have been ours. Nobody reacts to our orders here, so real capacity is smaller than shown.',
    finding: known ? capacityFinding(capacity) : html`What larger size does is not known here.`,
    body: known ? capacityBody(capacity) : missing(said(capacity.unavailable, reported('capacity', 'unavailable'))),
    queries: [],
  });
}

function capacityBody(capacity: Capacity): Markup {
  const points = capacity.points.flatMap((point) =>
    point.participation === null || point.participation === 0 || point.cents === null
      ? []
      : [{ ...point, percent: point.participation * 100, dollars: point.netE6 / 1e6, each: point.cents }],
  );
  if (points.length < 2) {
    const why = 'Too few sizes traded, or the tape has no trades, so there is no curve to draw.';
    return html`${missing(why)}${capacityTable(capacity)}`;
  }
  const each = (value: number) => `${value < 0 ? '−' : value > 0 ? '+' : ''}${Math.abs(value)}¢`;
  return panels([
    panel('Net cents a contract', capacityChart('each', capacity, points, each)),
    panel('Net dollars', capacityChart('dollars', capacity, points, axisDollars)),
    html`<div class="panel">${capacityTable(capacity)}</div>`,
  ]);
}

function capacityTable(capacity: Capacity): Markup {
  return table({
    caption: html`In the ${capacity.lane} lane. Multiplied together: ${capacity.scaled.map((name, index) => html`${index > 0 ? ', ' : null}<bdi>${name}</bdi>`)}.`,
    columns: ['Size', 'Share', 'Contracts', 'Net', '¢ each'].map((title, index) => ({ title, number: index > 0 })),
    groups: [
      {
        rows: capacity.points.map((point, index) => {
          const at = (name: string) => reported('capacity', 'points', index, name);
          return {
            cells: [
              html`× ${decimal(point.scale, at('scale'), point.scale < 1 ? 2 : 0)}`,
              share(point.participation, at('participation')),
              lots(point.contractsE2, at('contractsE2')),
              dollars(point.netE6, at('netE6')),
              cents(point.cents, at('cents')),
            ],
          };
        }),
      },
    ],
  });
}

function capacityChart(
  what: 'each' | 'dollars',
  { lane }: Capacity,
  points: readonly {
    readonly scale: number;
    readonly percent: number;
    readonly each: number;
    readonly dollars: number;
  }[],
  tickFormat: (value: number) => string,
): Markup {
  const { colour } = laneLook(lane);
  const name = what === 'each' ? 'Net cents a contract' : 'Net dollars';
  return chart(
    {
      id: `capacity-${what}`,
      title: `${name} against our share of the volume`,
      description: points.map((point) => `${point.percent.toFixed(2)} %: ${point[what].toFixed(2)}`).join('; '),
    },
    {
      marginLeft: 56,
      marginBottom: 38,
      x: {
        type: 'log',
        insetLeft: 14,
        insetRight: 14,
        ticks: points.map(({ percent }) => percent),
        label: 'our share of the volume, %, log scale',
        labelAnchor: 'center',
        labelArrow: 'none',
        tickFormat: (value: number) => String(Number(value.toPrecision(2))),
      },
      y: { domain: domainWithZero(points.map((point) => point[what])), ticks: 5, label: null, tickFormat },
      marks: [
        Plot.gridY({ ticks: 5, stroke: 'var(--grid)', strokeOpacity: 1 }),
        Plot.ruleY([0], { stroke: 'var(--zero)' }),
        Plot.line(points, { x: 'percent', y: what, stroke: colour, strokeWidth: 2 }),
        Plot.dot(points, { x: 'percent', y: what, r: 3.2, fill: colour }),
        Plot.text(points, {
          x: 'percent',
          y: what,
          text: ({ scale }: (typeof points)[number]) => `×${scale}`,
          dy: -9,
          fill: 'var(--ink)',
        }),
      ],
    },
  );
}

function capacityFinding({ points }: Capacity): Markup {
  const known = points.map((point, index) => ({ ...point, index })).filter((point) => point.cents !== null);
  const [small, large] = [known[0], known.at(-1)];
  if (small === undefined || large === undefined) return html`No size traded at all.`;
  const at = (point: typeof small) =>
    html`${cents(point.cents, reported('capacity', 'points', point.index, 'cents'))} a contract at ${share(point.participation, reported('capacity', 'points', point.index, 'participation'))} of the volume`;
  const paying = known.filter(({ netE6 }) => netE6 > 0);
  const best = [...paying].sort((a, b) => b.netE6 - a.netE6)[0];
  const most =
    best === undefined
      ? html`No size made money.`
      : html`Most dollars came at × ${decimal(best.scale, reported('capacity', 'points', best.index, 'scale'), best.scale < 1 ? 2 : 0)}: ${dollars(best.netE6, reported('capacity', 'points', best.index, 'netE6'))}.`;
  return html`${at(small)}, ${at(large)}. ${most}`;
}
