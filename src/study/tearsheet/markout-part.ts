import * as Plot from '@observablehq/plot';
import type { ArmLines } from '../summary/arm-lines.ts';
import { chart, domainWithZero } from './chart.ts';
import type { MarkoutCurve, Tearsheet } from './contents.ts';
import { armAt, curveName } from './curve-arm.ts';
import { legend } from './equity-parts.ts';
import { cell, cents, lots, reported } from './figure.ts';
import { controlLook, type Look, laneLook } from './lane-look.ts';
import { type Content, html, type Markup } from './markup.ts';
import type { Queries } from './queries.ts';
import { laneName } from './result-parts.ts';
import { missing, panel, panels, section } from './section.ts';
import { table } from './table.ts';

/** What the market did after our fills, against what it did after the controls'. */
export function markoutPart({ markouts, summary: { run, arms, headline } }: Tearsheet, queries: Queries): Markup {
  const domain = domainWithZero(
    markouts.flatMap(({ points }) => points.flatMap(({ cents: mean, lower, upper }) => [mean, lower, upper])),
  );
  const look = (curve: MarkoutCurve): Look =>
    curve.arm === run.arm ? laneLook(curve.lane) : controlLook(armAt(arms, curve.arm) - 1);
  const lanes = arms[0]!.lanes.map(({ lane }) => lane);
  const all = lanes.map((lane) => {
    const here = markouts.filter((curve) => curve.lane === lane && curve.liquidity === 'all');
    return panel(html`${laneName(lane)}, all fills`, drawn(`markout-${lane}`, `the ${lane} lane`, here, domain, look));
  });
  const apart = (['maker', 'taker'] as const).map((liquidity) => {
    const here = markouts.filter((curve) => curve.lane === headline.lane && curve.liquidity === liquidity);
    const drew = here.some(({ points }) => points.some((point) => point.cents !== null));
    if (!drew) return html`<div class="panel">${missing(`No ${liquidity} fill in the ${headline.lane} lane.`)}</div>`;
    return panel(
      html`${laneName(headline.lane)}, ${liquidity} fills`,
      drawn(`markout-${liquidity}`, `${liquidity} fills of the ${headline.lane} lane`, here, domain, look),
    );
  });
  return section({
    id: 'markouts',
    title: 'Markouts against the controls',
    how: 'How far the mark had moved in our favour, in cents a contract, so long after a fill. Below zero the fills were picked off. Bars are 95 % intervals by calendar day; controls are grey, and the same axes hold everywhere.',
    finding: finding(markouts, run.arm, headline.lane),
    body: html`${legend(arms)}${panels([all, apart])}`,
    numbers: numbers(markouts, arms),
    queries: [queries.markouts],
  });
}

function drawn(
  id: string,
  what: string,
  curves: readonly MarkoutCurve[],
  domain: [number, number],
  look: (curve: MarkoutCurve) => Look,
): Markup {
  const horizons = curves[0]?.points.map(({ horizon }) => horizon) ?? [];
  const count = curves.length;
  const marks = curves.flatMap((curve, index) => {
    const { colour, dash } = look(curve);
    const main = !curve.control;
    // Side by side, so that intervals of several arms do not hide each other.
    const at = curve.points
      .map((point, x) => ({ ...point, x: x + (index - (count - 1) / 2) * 0.14 }))
      .filter((point) => point.cents !== null);
    const bounded = at.filter(({ lower, upper }) => lower !== null && upper !== null);
    return [
      Plot.ruleX(bounded, { x: 'x', y1: 'lower', y2: 'upper', stroke: colour, strokeWidth: main ? 1.8 : 1.1 }),
      Plot.line(at, { x: 'x', y: 'cents', stroke: colour, strokeWidth: main ? 2 : 1.2, strokeDasharray: dash }),
      Plot.dot(at, {
        x: 'x',
        y: 'cents',
        r: main ? 3.4 : 2.4,
        fill: main ? colour : 'var(--paper)',
        stroke: colour,
        strokeWidth: 1.2,
      }),
    ];
  });
  return chart(
    {
      id,
      title: `Markouts, ${what}`,
      description: `Cents a contract in our favour at ${horizons.join(', ')} after a fill, for ${curves.map(({ arm }) => arm).join(', ')}.`,
    },
    {
      marginBottom: 26,
      x: {
        type: 'linear',
        domain: [-0.45, horizons.length - 0.55],
        ticks: horizons.map((_, index) => index),
        tickFormat: (index: number) => horizons[index] ?? '',
        tickSize: 0,
        label: null,
      },
      y: {
        domain,
        ticks: 5,
        label: null,
        tickFormat: (value: number) => `${value < 0 ? '−' : value > 0 ? '+' : ''}${Math.abs(value)}¢`,
      },
      marks: [
        Plot.gridY({ ticks: 5, stroke: 'var(--grid)', strokeOpacity: 1 }),
        Plot.ruleY([0], { stroke: 'var(--zero)' }),
        ...marks.reverse(),
      ],
    },
  );
}

function numbers(markouts: readonly MarkoutCurve[], arms: readonly ArmLines[]): Markup {
  const horizons = markouts[0]?.points.map(({ horizon }) => horizon) ?? [];
  return table({
    caption:
      'Mean movement in our favour, cents a contract, with its 95 % interval where there are enough days; and the contracts it rests on.',
    columns: [
      { title: 'Lane' },
      { title: 'Fills' },
      ...horizons.map((title) => ({ title, number: true })),
      { title: 'Contracts', number: true },
    ],
    groups: arms.map((arm, number) => ({
      heading: html`<bdi>${curveName(arm)}</bdi>`,
      rows: markouts.flatMap((curve, index) =>
        armAt(arms, curve.arm) !== number || curve.points.every((point) => point.cents === null)
          ? []
          : [{ cells: [laneName(curve.lane), curve.liquidity, ...pointCells(curve, index)] }],
      ),
    })),
  });
}

function pointCells({ arm, lane, liquidity, points }: MarkoutCurve, index: number): Content[] {
  const at = (point: number, name: string) => reported('markouts', index, 'points', point, name);
  const mean = (column: string) => cell('markouts', arm, lane, liquidity, column);
  const means = points.map((point, number) => {
    const range =
      point.lower === null || point.upper === null
        ? null
        : html`<small>${cents(point.lower, at(number, 'lower'))} to ${cents(point.upper, at(number, 'upper'))}</small>`;
    return html`${cents(point.cents, mean(point.horizon))}${range}`;
  });
  return [...means, lots(points[0]?.contractsE2 ?? null, mean('contracts_e2'))];
}

function finding(markouts: readonly MarkoutCurve[], arm: string, lane: string): Markup {
  const found = markouts.find((curve) => curve.arm === arm && curve.lane === lane && curve.liquidity === 'all');
  const known = (found?.points ?? []).filter((point) => point.cents !== null);
  const [first, last] = [known[0], known.at(-1)];
  if (first === undefined || last === undefined) return html`No fill of the ${lane} lane has a mark to compare with.`;
  const mean = ({ cents: value, horizon }: typeof first) => cents(value, cell('markouts', arm, lane, 'all', horizon));
  const sure = known.filter(({ lower, upper }) => lower !== null && upper !== null && (lower > 0 || upper < 0));
  const against = sure.filter(({ upper }) => upper! < 0).length;
  const verdict =
    sure.length === 0
      ? 'No interval excludes zero.'
      : against === sure.length
        ? 'Where the interval excludes zero, it lies below it: the fills were picked off.'
        : against === 0
          ? 'Where the interval excludes zero, it lies above it.'
          : 'Some intervals lie above zero and some below.';
  return html`In the ${lane} lane a fill is worth ${mean(first)} a contract after ${horizonText(first.horizon)} and ${mean(last)} at ${horizonText(last.horizon)}. ${verdict}`;
}

function horizonText(horizon: string): Markup {
  return html`<span class="horizon">${horizon === 'close' ? 'the close' : horizon}</span>`;
}
