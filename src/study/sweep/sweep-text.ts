import { cents, count, percent, signed, signedDollars } from '../text/number-text.ts';
import { textTable, wrap } from '../text/text-table.ts';
import { frontierLines } from './frontier-text.ts';
import { sweptText } from './grid.ts';
import type { SweepRow } from './sweep-row.ts';
import type { SweepSummary } from './sweep-summary.ts';

const WIDTH = 98;
const ROWS_SHOWN = 20;
const FAILURES_SHOWN = 5;
/** The parameter that `--dial` turns. */
export const DIAL = 'aggressiveness';

/** The report of a sweep for a terminal, ending with a line end. `command` makes the command that runs one configuration alone. */
export function renderSweep(summary: SweepSummary, command: (row: SweepRow) => string): string {
  const parts = [
    title(summary),
    ranking(summary),
    frontierLines(summary, DIAL),
    failures(summary),
    luck(summary),
    verdict(summary),
    walked(summary),
  ];
  const [first] = summary.rows;
  if (first !== undefined) parts.push(['To look deeper at the first, with its controls:', `  ${command(first)}`]);
  return `${parts
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.join('\n'))
    .join('\n\n')}\n`;
}

function title({ sweep, tape, trials }: SweepSummary): string[] {
  const lines = [
    `${sweep.strategy} on ${tape.name}: ${count(sweep.configurations)} configurations`,
    `sweep ${sweep.id}   digest ${sweep.digest.slice(0, 12)}   trials on this and overlapping tapes so far: ${count(trials)}`,
  ];
  if (tape.synthetic) {
    lines.push('', 'SYNTHETIC: a program generated this tape. Nothing below is about a real market.');
  }
  return lines;
}

function ranking({ rows, sweep }: SweepSummary): string[] {
  if (rows.length === 0) return [];
  const names = Object.keys(rows[0]!.swept);
  const right = (title: string) => ({ title, right: true });
  const columns = [right('no.'), { title: 'lane' }, right('fills'), right('days'), right('net'), right('¢ each')];
  columns.push(right('95 % alone'), right('deflated'), right('luck'), ...names.map((title) => ({ title })));
  const table = textTable(
    columns,
    rows
      .slice(0, ROWS_SHOWN)
      .map((row) => [
        `${row.number}${row.surveyed ? '*' : ''}`,
        row.lane,
        count(row.fills),
        count(row.days),
        signedDollars(row.netE6),
        cents(row.centsPerContract),
        bounds(row.raw),
        bounds(row.deflated),
        row.luckProbability === null ? '-' : percent(row.luckProbability),
        ...names.map((name) => String(row.swept[name] ?? '')),
      ]),
  );
  const more = rows.length > ROWS_SHOWN ? [`${count(rows.length - ROWS_SHOWN)} more: --json shows all.`] : [];
  const notes = [
    ...more,
    `Each by the lane of ${sweep.lanes.join(', ')} in which its interval reaches lowest; best lower end first.`,
    'alone: as one run would show it. deflated: for all trials on this and overlapping tapes together. luck: the probability that chance alone makes the best of them as strong in every lane.',
    ...(rows.some(({ surveyed }) => surveyed) ? ['* looked at the whole tape first: nobody can trade so.'] : []),
  ];
  return [
    ...table.map((line) => `  ${line}`),
    ...notes.flatMap((note) => wrap(note, WIDTH - 2).map((line) => `  ${line}`)),
  ];
}

function failures({ failed }: SweepSummary): string[] {
  if (failed.length === 0) return [];
  const lines = failed
    .slice(0, FAILURES_SHOWN)
    .flatMap(({ number, swept, why }) =>
      wrap(`${number} (${sweptText(swept)}): ${why}`, WIDTH - 4).map(
        (line, index) => `  ${index === 0 ? '!' : ' '} ${line}`,
      ),
    );
  if (failed.length > FAILURES_SHOWN) lines.push(`    and ${count(failed.length - FAILURES_SHOWN)} more`);
  return [`${count(failed.length)} failed, and have no result`, ...lines];
}

function luck({ luck: found }: SweepSummary): string[] {
  if (found === null) return [];
  const { judged, medianCents, upperCents } = found;
  const what =
    judged === 1 ? 'This one, were it worthless,' : `The best of these ${count(judged)}, were all of them worthless,`;
  return wrap(
    `${what} would show ${cents(medianCents)} a contract in its worst lane by luck alone in one case of two, ${cents(upperCents)} in one of twenty.`,
    WIDTH,
  );
}

function verdict({ verdict: { sentence }, deflatedSharpe }: SweepSummary): string[] {
  const lines = ['Verdict', ...wrap(sentence, WIDTH - 2).map((line) => `  ${line}`)];
  if (deflatedSharpe !== null) {
    const text = `Deflated Sharpe ratio of the first row: ${percent(deflatedSharpe)} (the probability that its true ratio is above what the best of all trials shows by luck; 95 % is asked for).`;
    lines.push(...wrap(text, WIDTH - 2).map((line) => `  ${line}`));
  }
  return lines;
}

function walked({ walkForward }: SweepSummary): string[] {
  if (walkForward === null) return [];
  const { spec, windows, lanes, verdict: end } = walkForward;
  const right = (title: string) => ({ title, right: true });
  const table = textTable(
    [{ title: 'tested' }, right('purged'), right('chosen'), right('strength'), right('days'), right('net')],
    windows
      .filter(({ chosen }) => chosen !== null)
      .map(({ test, purged, chosen, strength, testDays, testNetE6 }) => [
        `${test.from} to ${test.to}`,
        count(purged),
        String(chosen),
        signed(strength!),
        count(testDays),
        signedDollars(testNetE6),
      ]),
  );
  const aside = windows.filter(({ chosen }) => chosen === null).length;
  const chained = textTable(
    [{ title: 'chained' }, right('days'), right('net'), right('¢ each'), right('95 % interval')],
    lanes.map(({ lane, days, netE6, centsPerContract, interval }) => [
      lane,
      count(days),
      signedDollars(netE6),
      cents(centsPerContract),
      bounds(interval),
    ]),
  );
  const notes = [
    'strength: Σ net / √Σ net² of the worst lane on the training days; the strongest above zero is chosen. purged: markets of the training days whose result was not known when the test began.',
    ...(aside > 0
      ? [`In ${count(aside)} further windows no configuration had earned anything, and none was traded.`]
      : []),
  ];
  return [
    `Walk-forward: ${spec.trainDays} days to choose, ${spec.testDays} to test, ${count(windows.length)} windows`,
    ...table.map((line) => `  ${line}`),
    ...notes.flatMap((note) => wrap(note, WIDTH - 2).map((line) => `  ${line}`)),
    ...chained.map((line) => `  ${line}`),
    ...wrap(end.sentence, WIDTH - 2).map((line) => `  ${line}`),
  ];
}

function bounds(value: { readonly lower: number; readonly upper: number } | string): string {
  return typeof value === 'string' ? 'none' : `[${signed(value.lower)}, ${signed(value.upper)}]`;
}
