import type { Interval } from '../statistics/bootstrap.ts';
import type { ArmLines, DifferenceLine, LaneLine } from '../summary/arm-lines.ts';
import type { Tearsheet } from './contents.ts';
import { amount, type Cell, cell, cents, dollars, lots, reported, said, share, whole } from './figure.ts';
import { intervalStrip, type StripScale, stripScale } from './interval-strip.ts';
import { type Content, html, type Markup } from './markup.ts';
import type { Queries } from './queries.ts';
import { section } from './section.ts';
import { table } from './table.ts';

const LANE_COLUMNS = [
  { title: 'Lane' },
  { title: '¢ each', number: true },
  { title: '95 % interval', number: true, class: 'range-cell' },
  { title: html`Against zero`, class: 'strip-cell' },
  ...['Net', 'Gross', 'Fees', 'Unsettled', 'Contracts', 'Fills', 'Maker', 'Deepest fall'].map((title) => ({
    title,
    number: true,
  })),
];

/** Every arm in every lane with its interval drawn on one scale, then the arm asked for less each control. */
export function resultParts(sheet: Tearsheet, queries: Queries): Markup {
  const { arms, differences, run } = sheet.summary;
  const scale = stripScale(arms.flatMap(({ lanes }) => lanes.map(({ interval }) => interval)));
  const surveyed = arms.some((arm) => arm.surveyed);
  const results = table({
    caption: html`Net is gross less fees and less what never settled; ¢ each is net cents per contract bought or sold. All strips share one scale.${surveyed ? ' * looked at the whole tape first: for comparison only, nobody can trade so.' : null}`,
    columns: LANE_COLUMNS,
    groups: arms.map((arm, index) => ({
      heading: armName(arm, index),
      rows: arm.lanes.map((line, at) => ({
        cells: laneCells(arm.arm, line, scale, ['summary', 'arms', index, 'lanes', at, 'interval']),
        class: line.lane,
      })),
    })),
  });
  return section({
    id: 'results',
    title: 'Arms and lanes',
    how: 'The same strategy under three readings of what the tape does not say; an edge is one only if it holds under each. Intervals resample whole calendar days, because brackets of a day win and lose together.',
    finding: finding(sheet),
    body: [results, differences.length === 0 ? null : againstControls(differences, run.arm)],
    queries: differences.length === 0 ? [queries.lanes] : [queries.lanes, queries.differences],
  });
}

function armName({ arm, control, surveyed, draws }: ArmLines, index: number): Markup {
  const drawn = draws > 1 ? html`, sum of ${whole(draws, reported('summary', 'arms', index, 'draws'))} draws` : null;
  const role = control ? html` (control${drawn})` : ' (asked for)';
  return html`<bdi>${arm}</bdi>${surveyed ? '*' : null}${role}`;
}

/** A lane by its name, with its colour beside it. */
export function laneName(lane: string): Markup {
  return html`<span class="n"><i class="swatch ${lane}" aria-hidden="true"></i>${lane}</span>`;
}

function laneCells(arm: string, line: LaneLine, scale: StripScale, path: (string | number)[]): Content[] {
  const at = (column: string): Cell => cell('lanes', arm, line.lane, column);
  return [
    laneName(line.lane),
    cents(line.centsPerContract, at('cents')),
    range(line.interval, path),
    intervalStrip(line.interval, scale, line.lane),
    dollars(line.netE6, at('net_e6')),
    dollars(line.grossE6, at('gross_e6')),
    amount(line.feesE6, at('fees_e6')),
    amount(line.openCostE6, at('open_cost_e6')),
    lots(line.contractsE2, at('contracts_e2')),
    whole(line.fills, at('fills')),
    share(line.makerShare, at('maker_share')),
    amount(line.maxDrawdownE6, at('max_drawdown_e6')),
  ];
}

function range(interval: Interval | string, path: (string | number)[]): Markup {
  if (typeof interval === 'string') return html`<span class="none">${said(interval, reported(...path))}</span>`;
  return html`${cents(interval.lower, reported(...path, 'lower'))} to ${cents(interval.upper, reported(...path, 'upper'))}`;
}

function againstControls(differences: readonly DifferenceLine[], arm: string): Markup {
  const scale = stripScale(differences.map(({ interval }) => interval));
  const controls = [...new Set(differences.map(({ control }) => control))];
  return table({
    caption: html`<bdi>${arm}</bdi> less each control, cents a contract, the same days drawn for both. These strips share a scale of their own.`,
    columns: LANE_COLUMNS.slice(0, 4),
    small: true,
    groups: controls.map((control) => ({
      heading: html`less <bdi>${control}</bdi>`,
      rows: differences.flatMap((line, index) =>
        line.control !== control
          ? []
          : [
              {
                cells: [
                  laneName(line.lane),
                  cents(line.centsPerContract, cell('differences', control, line.lane, 'cents')),
                  range(line.interval, ['summary', 'differences', index, 'interval']),
                  intervalStrip(line.interval, scale, line.lane),
                ],
                class: line.lane,
              },
            ],
      ),
    })),
  });
}

function finding({ summary: { arms, run } }: Tearsheet): Markup {
  const [main, ...controls] = arms;
  const above = main!.lanes.filter(({ interval }) => typeof interval !== 'string' && interval.lower > 0).length;
  const best = controls
    .flatMap(({ arm, lanes }) => lanes.map((line) => ({ arm, line })))
    .filter(({ line }) => line.centsPerContract !== null)
    .sort((a, b) => b.line.centsPerContract! - a.line.centsPerContract!)[0];
  const said = html`<bdi>${run.arm}</bdi> has its interval above zero in ${words(above)} of ${words(main!.lanes.length)} lanes.`;
  if (best === undefined) return html`${said} No control traded beside it.`;
  return html`${said} The best any control did was <bdi>${best.arm}</bdi> in the ${best.line.lane} lane: ${cents(best.line.centsPerContract, cell('lanes', best.arm, best.line.lane, 'cents'))} a contract.`;
}

const WORDS = ['none', 'one', 'two', 'three', 'four'];

/** A small count in words. */
function words(count: number): string {
  return WORDS[count] ?? String(count);
}
