import { formatDollars, type Money } from '../../core/money.ts';
import { formatTime, type Time } from '../../core/time.ts';
import type { Interval } from '../statistics/bootstrap.ts';
import { cents, contracts, count, signed, signedDollars } from '../text/number-text.ts';
import { textTable, wrap } from '../text/text-table.ts';
import type { Comparison, LaneComparison, SideOfLane } from './compare-runs.ts';
import type { ConfigDifference } from './config-difference.ts';
import type { RowDifference } from './order-difference.ts';

const WIDTH = 98;
const right = (title: string) => ({ title, right: true });

/** A comparison for a terminal, under 100 columns but for long settings. */
export function renderComparison(comparison: Comparison): string {
  const parts = [head(comparison), config(comparison), results(comparison), differences(comparison), rows(comparison)];
  return `${parts
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.join('\n'))
    .join('\n\n')}\n`;
}

function head({ a, b, same, unpaired }: Comparison): string[] {
  const one = (letter: string, { id, arm, tape, digest }: Comparison['a']): string =>
    `${letter}  ${id} (${arm}) on ${tape}, digest ${digest.slice(0, 12)}`;
  const lines = [one('a', a), one('b', b)];
  if (a.synthetic || b.synthetic) {
    const which = a.synthetic && b.synthetic ? '' : a.synthetic ? ' of a' : ' of b';
    lines.push(`SYNTHETIC: a program generated the tape${which}. Nothing in it is about a real market.`);
  }
  if (same) lines.push('The same run: both did exactly the same in every arm and lane.');
  if (unpaired !== null) lines.push(...wrap(`Not comparable: ${unpaired}.`, WIDTH));
  return lines;
}

function config({ config: differing }: Comparison): string[] {
  if (differing.length === 0) return ['Set up alike in everything'];
  const table = textTable(
    [{ title: '' }, { title: 'a' }, { title: 'b' }],
    differing.map(({ name, a, b }: ConfigDifference) => [name, a ?? '-', b ?? '-']),
  );
  return ['Set up differently', ...table.map((line) => `  ${line}`)];
}

function results({ lanes }: Comparison): string[] {
  const columns = [
    { title: 'lane' },
    { title: '' },
    right('orders'),
    right('contracts'),
    right('fills'),
    right('gross'),
  ];
  columns.push(right('fees'), right('net'), right('¢ each'), right('95 % interval'));
  const table = textTable(
    columns,
    lanes.flatMap(({ lane, a, b }) => [sideCells(lane, 'a', a), sideCells('', 'b', b)]),
  );
  const notes = refusals(
    lanes.flatMap(({ lane, a, b }) => [
      { where: `a in ${lane}`, interval: a?.interval },
      { where: `b in ${lane}`, interval: b?.interval },
    ]),
  );
  return ['Results', ...table.map((line) => `  ${line}`), ...notes];
}

function sideCells(lane: string, letter: string, side: SideOfLane | null): string[] {
  if (side === null) return [lane, letter, 'did not run'];
  return [
    lane,
    letter,
    count(side.orders),
    contracts(side.contractsE2),
    count(side.fills),
    signedDollars(side.grossE6),
    formatDollars(side.feesE6 as Money),
    signedDollars(side.netE6),
    cents(side.centsPerContract),
    range(side.interval),
  ];
}

function differences({ lanes, unpaired }: Comparison): string[] {
  if (unpaired !== null) return [];
  const both = lanes.filter((lane): lane is LaneComparison & { a: SideOfLane; b: SideOfLane } => {
    return lane.a !== null && lane.b !== null;
  });
  if (both.length === 0) return ['No lane that both ran'];
  const table = textTable(
    [{ title: 'lane' }, right('net'), right('¢ each'), right('95 % interval'), right('days')],
    both.map(({ lane, a, b, difference }) => [
      lane,
      signedDollars(b.netE6 - a.netE6),
      a.centsPerContract === null || b.centsPerContract === null ? '-' : cents(b.centsPerContract - a.centsPerContract),
      range(difference),
      typeof difference === 'string' ? '-' : String(difference.days),
    ]),
  );
  const notes = refusals(both.map(({ lane, difference }) => ({ where: lane, interval: difference })));
  return [
    'b less a, the same event days drawn for both',
    ...table.map((line) => `  ${line}`),
    ...notes,
    '  What is chosen by a comparison looks better here than it is: show it on days that did not choose it.',
  ];
}

function rows({ lanes, a, b }: Comparison): string[] {
  const held = lanes.flatMap(({ lane, orders, fills }) =>
    orders === null || fills === null ? [] : [{ lane, orders, fills }],
  );
  if (held.length === 0) return [];
  const cells = ({ both, onlyA, onlyB }: RowDifference): string[] => [count(both), count(onlyA), count(onlyB)];
  const table = textTable(
    [
      { title: 'lane' },
      right('orders in both'),
      right('only a'),
      right('only b'),
      right('fills in both'),
      right('only a'),
      right('only b'),
    ],
    held.map(({ lane, orders, fills }) => [lane, ...cells(orders), ...cells(fills)]),
  );
  const firsts = held.flatMap(({ lane, orders }) => {
    if (orders.first === null) return [];
    const { run, order_id, time_us, ticker, side, price_e4, quantity_e2 } = orders.first;
    const of = run === 'a' ? a : b;
    return [
      `  ${lane} first part at ${formatTime(time_us as Time)}: only ${run} has ${side} ${contracts(quantity_e2)} of ${ticker} at ${price_e4 / 100}¢`,
      `    npx tapedeck explain ${of.id} ${order_id} --lane ${lane}`,
    ];
  });
  return [
    'Orders and fills (equal: decided after the same tape row, on the same terms; filled alike)',
    ...table.map((line) => `  ${line}`),
    ...firsts,
  ];
}

function range(interval: Interval | string): string {
  return typeof interval === 'string' ? 'none' : `[${signed(interval.lower)}, ${signed(interval.upper)}]`;
}

function refusals(lines: readonly { where: string; interval: Interval | string | undefined }[]): string[] {
  const places = new Map<string, string[]>();
  for (const { where, interval } of lines) {
    if (typeof interval === 'string') places.set(interval, [...(places.get(interval) ?? []), where]);
  }
  return [...places].flatMap(([reason, where]) =>
    wrap(`No interval for ${where.join(', ')}: ${reason}.`, WIDTH - 2).map((line) => `  ${line}`),
  );
}
