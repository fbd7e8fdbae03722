import { cents, count, percentChange } from '../text/number-text.ts';
import { textTable, wrap } from '../text/text-table.ts';
import type { SweepSummary } from './sweep-summary.ts';

const WIDTH = 98;

/** What a dial buys and costs, turn by turn, as lines; none where something else was swept. `name` is the parameter that the dial turns. */
export function frontierLines({ rows }: SweepSummary, name: string): string[] {
  const turns = rows.filter(({ swept }) => Object.keys(swept).length === 1 && swept[name] !== undefined);
  if (turns.length < 2) return [];
  const right = (title: string) => ({ title, right: true });
  const table = textTable(
    [right(name), right('fills'), right('worst return'), right('worst drawdown'), right('¢ each')],
    [...turns]
      .sort((left, rightRow) => Number(left.swept[name]) - Number(rightRow.swept[name]))
      .map((row) => [
        String(row.swept[name]),
        count(row.fills),
        percentChange(row.worstReturn),
        percentChange(-row.worstDrawdown),
        cents(row.centsPerContract),
      ]),
  );
  const note =
    'Return and drawdown are shares of the starting cash, each in the lane in which it is worst; the choice of a turn is one of the trials counted above.';
  return ['Frontier', ...table.map((line) => `  ${line}`), ...wrap(note, WIDTH - 2).map((line) => `  ${line}`)];
}
