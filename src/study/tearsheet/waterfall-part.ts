import * as Plot from '@observablehq/plot';
import { chart, domainWithZero } from './chart.ts';
import type { Tearsheet, Waterfall } from './contents.ts';
import { armAt, curveName } from './curve-arm.ts';
import { axisDollars } from './equity-parts.ts';
import { type Cell, cell, dollars, reported, share } from './figure.ts';
import { laneLook } from './lane-look.ts';
import { html, type Markup } from './markup.ts';
import type { Queries } from './queries.ts';
import { laneName } from './result-parts.ts';
import { panel, panels, section } from './section.ts';
import { table } from './table.ts';

interface Bar {
  readonly name: string;
  readonly from: number;
  readonly to: number;
  readonly total: boolean;
  readonly label: string;
}

/** From what the strategy claimed to what was left, step by step, in each lane. */
export function waterfallPart({ waterfalls, summary: { run, arms, headline } }: Tearsheet, queries: Queries): Markup {
  const own = waterfalls.filter(({ arm }) => arm === run.arm);
  const bars = own.map(barsOf);
  const domain = withLabels(bars.flat());
  return section({
    id: 'waterfall',
    title: 'Where the money went',
    how: 'Top bar: what the strategy said its fills were worth. Below it, what happened instead: each bar starts where the one above ended. Outlined bars gained, solid bars lost; the steps sum to the net to the last 1e-6 dollar.',
    finding: finding(waterfalls, run.arm, headline.lane),
    body: panels(
      own.map((waterfall, index) => panel(laneName(waterfall.lane), drawn(waterfall, bars[index]!, domain))),
    ),
    numbers: table({
      caption: 'Dollars by step. The claim covers only the fills for which the strategy named a price of its own.',
      columns: [
        { title: 'Lane' },
        { title: 'Claimed', number: true },
        { title: 'of fills', number: true },
        ...(own[0]?.steps ?? []).map(({ name }) => ({ title: name, number: true })),
        { title: 'Net', number: true },
      ],
      groups: arms.map((arm, index) => ({
        heading: html`<bdi>${curveName(arm)}</bdi>`,
        rows: waterfalls.flatMap((each) =>
          armAt(arms, each.arm) !== index
            ? []
            : [
                {
                  cells: [
                    laneName(each.lane),
                    dollars(each.claimedE6, at(each, 'claimed_e6')),
                    share(each.claimedShare, at(each, 'claimed_share')),
                    ...each.steps.map((step) => dollars(step.amountE6, at(each, step.name))),
                    dollars(each.netE6, reported('waterfalls', waterfalls.indexOf(each), 'netE6')),
                  ],
                },
              ],
        ),
      })),
    }),
    queries: [queries.waterfall, queries.lanes],
  });
}

function at({ arm, lane }: Waterfall, column: string): Cell {
  return cell('waterfall', arm, lane, column);
}

/** From the lowest to the highest end of a bar, with room for the label beyond it. */
function withLabels(bars: readonly Bar[]): [number, number] {
  const [low, high] = domainWithZero(bars.flatMap(({ from, to }) => [from, to]));
  const room = (high - low) * 0.36;
  const [down, up] = [bars.filter(({ from, to }) => to < from), bars.filter(({ from, to }) => to >= from)];
  return [Math.min(low, ...down.map(({ to }) => to - room)), Math.max(high, ...up.map(({ to }) => to + room))];
}

function barsOf({ claimedE6, steps, netE6 }: Waterfall): Bar[] {
  const bars: Bar[] = [];
  if (claimedE6 !== null) bars.push(bar('claimed', 0, claimedE6, true));
  let sum = 0;
  for (const { name, amountE6 } of steps) {
    bars.push(bar(name, sum, sum + amountE6, false));
    sum += amountE6;
  }
  bars.push(bar('net', 0, netE6, true));
  return bars;
}

function bar(name: string, from: number, to: number, total: boolean): Bar {
  const value = (to - from) / 1e6;
  const text = Math.abs(value).toLocaleString('en-US', { minimumFractionDigits: 2, maximumFractionDigits: 2 });
  const sign = Number(text.replaceAll(',', '')) === 0 ? '' : value < 0 ? '−' : '+';
  return { name, from: from / 1e6, to: to / 1e6, total, label: `${sign}$${text}` };
}

function drawn({ lane, netE6 }: Waterfall, bars: readonly Bar[], domain: [number, number]): Markup {
  const { colour } = laneLook(lane);
  const steps = bars.filter(({ total }) => !total);
  const links = steps.slice(1).map((step, index) => ({ x: step.from, from: steps[index]!.name, to: step.name }));
  return chart(
    {
      id: `waterfall-${lane}`,
      title: `Where the money went in the ${lane} lane`,
      description: `${bars.map(({ name, label }) => `${name} ${label}`).join(', ')}; net ${(netE6 / 1e6).toFixed(2)} dollars.`,
    },
    {
      height: 34 + bars.length * 22,
      marginLeft: 102,
      marginTop: 6,
      x: { domain, ticks: 4, label: null, tickFormat: axisDollars },
      y: { domain: bars.map(({ name }) => name), label: null, tickSize: 0, padding: 0.28 },
      marks: [
        Plot.gridX({ ticks: 4, stroke: 'var(--grid)', strokeOpacity: 1 }),
        Plot.barX(
          bars.filter(({ total }) => total),
          { x1: 'from', x2: 'to', y: 'name', fill: colour },
        ),
        Plot.barX(
          steps.filter(({ from, to }) => to >= from),
          { x1: 'from', x2: 'to', y: 'name', fill: 'var(--paper)', stroke: 'var(--bar)', strokeWidth: 1.2 },
        ),
        Plot.barX(
          steps.filter(({ from, to }) => to < from),
          { x1: 'from', x2: 'to', y: 'name', fill: 'var(--bar)' },
        ),
        Plot.link(links, {
          x1: 'x',
          x2: 'x',
          y1: 'from',
          y2: 'to',
          stroke: 'var(--bar)',
          strokeWidth: 0.8,
          strokeDasharray: '2 2',
        }),
        Plot.ruleX([0], { stroke: 'var(--zero)' }),
        Plot.text(bars, {
          x: ({ from, to }: Bar) => (to < from ? Math.min(from, to) : Math.max(from, to)),
          y: 'name',
          text: 'label',
          textAnchor: 'start',
          dx: 4,
          filter: ({ from, to }: Bar) => to >= from,
          fill: 'var(--ink)',
          stroke: 'var(--paper)',
          strokeWidth: 3,
        }),
        Plot.text(bars, {
          x: 'to',
          y: 'name',
          text: 'label',
          textAnchor: 'end',
          dx: -4,
          filter: ({ from, to }: Bar) => to < from,
          fill: 'var(--ink)',
          stroke: 'var(--paper)',
          strokeWidth: 3,
        }),
      ],
    },
  );
}

function finding(waterfalls: readonly Waterfall[], arm: string, lane: string): Markup {
  const found = waterfalls.find((each) => each.arm === arm && each.lane === lane);
  if (found === undefined || found.steps.length === 0) return html`Nothing traded in the ${lane} lane.`;
  const order = [...found.steps].sort((a, b) => a.amountE6 - b.amountE6);
  const step = ({ name, amountE6 }: (typeof order)[number]) =>
    html`<b class="step">${name}</b> ${dollars(amountE6, at(found, name))}`;
  const [worst, best] = [order[0]!, order.at(-1)!];
  const parts = html`In the ${lane} lane most was lost in ${step(worst)}${best.amountE6 > 0 ? html` and most gained in ${step(best)}` : ' and no step gained'}; net ${dollars(found.netE6, cell('lanes', arm, lane, 'net_e6'))}.`;
  if (found.claimedE6 === null)
    return html`The strategy named no price of its own, so there is no claim to compare with. ${parts}`;
  return html`The strategy claimed ${dollars(found.claimedE6, at(found, 'claimed_e6'))} on ${share(found.claimedShare, at(found, 'claimed_share'))} of its contracts. ${parts}`;
}
