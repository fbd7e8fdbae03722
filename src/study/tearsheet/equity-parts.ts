import * as Plot from '@observablehq/plot';
import type { ArmLines } from '../summary/arm-lines.ts';
import { chart, domainWithZero, PANEL, spread } from './chart.ts';
import type { EquityCurve, Tearsheet } from './contents.ts';
import { armAt, curveName } from './curve-arm.ts';
import { amount, cell, dollars } from './figure.ts';
import { controlLook, type Look, laneLook } from './lane-look.ts';
import { html, type Markup } from './markup.ts';
import type { Queries } from './queries.ts';
import { laneName } from './result-parts.ts';
import { panel, panels, section } from './section.ts';
import { table } from './table.ts';

/** A curve as it is drawn: dollars since the start. */
interface Line {
  readonly arm: string;
  readonly name: string;
  readonly lane: string;
  readonly look: Look;
  readonly main: boolean;
  readonly points: readonly { readonly time: Date; readonly dollars: number | null; readonly fall: number }[];
}

/** Worth over time in each lane, and under it the fall from the peak so far. */
export function equityParts(sheet: Tearsheet, queries: Queries): Markup {
  const lines = sheet.equity.map((curve) => lineOf(curve, sheet.summary.arms));
  const lanes = sheet.summary.arms[0]!.lanes.map(({ lane }) => lane);
  return html`${equity(sheet, lines, lanes, queries)}${drawdown(sheet, lines, lanes, queries)}`;
}

function lineOf({ arm, lane, points }: EquityCurve, arms: readonly ArmLines[]): Line {
  const at = armAt(arms, arm);
  const start = points.find(({ equityE6 }) => equityE6 !== null)?.equityE6 ?? 0;
  return {
    arm,
    lane,
    name: curveName(arms[at]!),
    look: at === 0 ? laneLook(lane) : controlLook(at - 1),
    main: at === 0,
    points: points.map(({ timeUs, equityE6, drawdownE6 }) => ({
      time: new Date(timeUs / 1_000),
      dollars: equityE6 === null ? null : (equityE6 - start) / 1e6,
      fall: -drawdownE6 / 1e6,
    })),
  };
}

function equity(sheet: Tearsheet, lines: readonly Line[], lanes: readonly string[], queries: Queries): Markup {
  const { arms, run } = sheet.summary;
  const domain = domainWithZero(lines.flatMap(({ points }) => points.map((point) => point.dollars)));
  const change = (arm: string, lane: string, column: string) => cell('equity', arm, lane, column);
  const ends = lanes.map((lane, index) => {
    const end = endOf(lines.find((line) => line.main && line.lane === lane));
    return html`${index > 0 ? ', ' : null}${dollars(end, change(run.arm, lane, 'change_e6'))} (${lane})`;
  });
  return section({
    id: 'equity',
    title: 'Equity by lane',
    how: 'Cash and open positions at their marks, less what the account began with. Every lane has the same axes; a gap is a time at which a position had no mark.',
    finding: html`<bdi>${run.arm}</bdi> ends at ${ends}. ${lead(lines, run.arm)}`,
    body: html`${legend(arms)}${panels(
      lanes.map((lane) =>
        equityPanel(
          lane,
          lines.filter((line) => line.lane === lane),
          domain,
          run.arm,
        ),
      ),
    )}`,
    numbers: table({
      caption: 'Dollars since the start: at the end, at the lowest and at the highest sample.',
      columns: [{ title: 'Lane' }, ...['End', 'Lowest', 'Highest'].map((title) => ({ title, number: true }))],
      groups: arms.map((arm, index) => ({
        heading: html`<bdi>${curveName(arm)}</bdi>`,
        rows: lines
          .filter((line) => armAt(arms, line.arm) === index)
          .map((line) => {
            const known = line.points.flatMap((point) => (point.dollars === null ? [] : [point.dollars]));
            const e6 = (value: number) => Math.round(value * 1e6);
            return {
              cells: [
                laneName(line.lane),
                dollars(endOf(line), change(line.arm, line.lane, 'change_e6')),
                dollars(e6(Math.min(...known)), change(line.arm, line.lane, 'lowest_e6')),
                dollars(e6(Math.max(...known)), change(line.arm, line.lane, 'highest_e6')),
              ],
            };
          }),
      })),
    }),
    queries: [queries.equity],
  });
}

function endOf(line: Line | undefined): number | null {
  const end = line?.points.at(-1)?.dollars ?? null;
  return end === null ? null : Math.round(end * 1e6);
}

/** Where the arm asked for stands among its controls at the end. */
function lead(lines: readonly Line[], arm: string): Markup | null {
  const lanes = [...new Set(lines.map(({ lane }) => lane))];
  const beaten = lanes.filter((lane) => {
    const here = lines.filter((line) => line.lane === lane);
    const own = endOf(here.find((line) => line.main));
    return own !== null && here.some((line) => !line.main && (endOf(line) ?? own) > own);
  });
  if (lines.every(({ main }) => main)) return null;
  if (beaten.length === 0) return html`No control ends above it in any lane.`;
  return html`A control ends above <bdi>${arm}</bdi> in ${beaten.length === lanes.length ? 'every lane' : `the ${beaten.join(' and the ')} lane`}.`;
}

/** Which line is which arm, for charts that draw one panel a lane. */
export function legend(arms: readonly ArmLines[]): Markup {
  const entries = arms.map((each, index) => {
    const { control, surveyed } = each;
    const dash = index === 0 ? 'none' : controlLook(index - 1).dash;
    return html`<li><svg class="key${control ? ' control' : ''}" viewBox="0 0 28 10" aria-hidden="true" focusable="false"><line x1="0" x2="28" y1="5" y2="5" stroke-dasharray="${dash}"/></svg><bdi>${curveName(each)}</bdi>${surveyed ? '*' : null}${control ? ' (control)' : ', in the colour of its lane'}</li>`;
  });
  return html`<ul class="legend">${entries}</ul>`;
}

function equityPanel(lane: string, lines: readonly Line[], domain: [number, number], arm: string): Markup {
  const own = endOf(lines.find(({ main }) => main));
  const ends = lines.flatMap((line) => {
    const last = line.points.findLast((point) => point.dollars !== null);
    return last === undefined
      ? []
      : [{ time: last.time, dollars: last.dollars!, arm: line.name.split(',')[0]!, look: line.look }];
  });
  const gap = ((domain[1] - domain[0]) / (PANEL.height - 42)) * 12;
  const heights = spread(
    ends.map((end) => end.dollars),
    gap,
    domain,
  );
  const labels = ends.map((end, index) => ({ ...end, dollars: heights[index]! }));
  const drawn = chart(
    {
      id: `equity-${lane}`,
      title: `Equity in the ${lane} lane`,
      description: `Dollars since the start over time, ${lines.map((line) => line.arm).join(', ')}; ${arm} ends at ${((own ?? 0) / 1e6).toFixed(2)}.`,
    },
    {
      marginRight: 58,
      x: { type: 'utc', ticks: 4, label: null },
      y: { domain, ticks: 5, label: null, tickFormat: axisDollars },
      marks: [
        Plot.gridY({ ticks: 5, stroke: 'var(--grid)', strokeOpacity: 1 }),
        Plot.ruleY([0], { stroke: 'var(--zero)', strokeWidth: 1 }),
        ...[...lines].reverse().map((line) =>
          Plot.lineY(line.points, {
            x: 'time',
            y: 'dollars',
            stroke: line.look.colour,
            strokeWidth: line.main ? 2 : 1.3,
            strokeDasharray: line.look.dash,
            curve: 'step-after',
          }),
        ),
        ...labels.map((label) =>
          Plot.text([label], {
            x: 'time',
            y: 'dollars',
            text: 'arm',
            textAnchor: 'start',
            dx: 5,
            fill: label.look.colour,
          }),
        ),
      ],
    },
  );
  return panel(laneName(lane), drawn);
}

/** Dollars on an axis: "−$50", "$1,200". */
export function axisDollars(value: number): string {
  const text = Math.abs(value).toLocaleString('en-US', { maximumFractionDigits: 2 });
  return `${value < 0 ? '−' : ''}$${text}`;
}

function drawdown(sheet: Tearsheet, lines: readonly Line[], lanes: readonly string[], queries: Queries): Markup {
  const { arms, run, headline } = sheet.summary;
  const main = lines.filter((line) => line.main);
  const domain = domainWithZero(main.flatMap(({ points }) => points.map((point) => point.fall)));
  const worst = arms[0]!.lanes.find(({ lane }) => lane === headline.lane)!;
  const line = main.find(({ lane }) => lane === headline.lane);
  return section({
    id: 'drawdown',
    title: 'Drawdown',
    how: 'How far the account stands below its own earlier peak. Zero is a new peak; the same axes in every lane.',
    finding: html`In the ${headline.lane} lane the deepest fall was ${amount(worst.maxDrawdownE6, cell('lanes', run.arm, headline.lane, 'max_drawdown_e6'))}${fallText(line)}`,
    body: panels(
      lanes.map((lane) => {
        const here = main.find((candidate) => candidate.lane === lane);
        return drawdownPanel(lane, here?.points ?? [], domain);
      }),
    ),
    numbers: table({
      caption: 'The deepest fall below an earlier peak.',
      columns: [{ title: 'Lane' }, { title: 'Deepest fall', number: true }],
      groups: arms.map(({ arm, lanes: own }) => ({
        heading: html`<bdi>${arm}</bdi>`,
        rows: own.map((each) => ({
          cells: [laneName(each.lane), amount(each.maxDrawdownE6, cell('lanes', arm, each.lane, 'max_drawdown_e6'))],
        })),
      })),
    }),
    queries: [queries.lanes],
  });
}

function fallText(line: Line | undefined): Markup {
  const points = line?.points ?? [];
  const deepest = points.reduce((low, point, index) => (point.fall < points[low]!.fall ? index : low), 0);
  if ((points[deepest]?.fall ?? 0) === 0) return html`.`;
  const day = points[deepest]!.time.toISOString().slice(0, 10);
  const recovered = points.slice(deepest).find(({ fall }) => fall === 0);
  const after =
    recovered === undefined
      ? 'and the earlier peak was not seen again'
      : html`and the peak was passed again on ${dayText(recovered.time.toISOString().slice(0, 10))}`;
  return html`, on ${dayText(day)}, ${after}.`;
}

function dayText(day: string): Markup {
  return html`<time datetime="${day}">${day}</time>`;
}

function drawdownPanel(lane: string, points: Line['points'], domain: [number, number]): Markup {
  const { colour } = laneLook(lane);
  const drawn = chart(
    {
      id: `drawdown-${lane}`,
      title: `Drawdown in the ${lane} lane`,
      description: `Dollars below the earlier peak over time, at most ${Math.max(0, ...points.map(({ fall }) => -fall)).toFixed(2)}.`,
    },
    {
      height: 160,
      x: { type: 'utc', ticks: 4, label: null },
      y: { domain, ticks: 4, label: null, tickFormat: axisDollars },
      marks: [
        Plot.gridY({ ticks: 4, stroke: 'var(--grid)', strokeOpacity: 1 }),
        Plot.areaY(points, { x: 'time', y: 'fall', fill: colour, fillOpacity: 0.22, curve: 'step-after' }),
        Plot.lineY(points, { x: 'time', y: 'fall', stroke: colour, strokeWidth: 1.3, curve: 'step-after' }),
        Plot.ruleY([0], { stroke: 'var(--zero)' }),
      ],
    },
  );
  return panel(laneName(lane), drawn);
}
