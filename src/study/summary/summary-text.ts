import { formatDollars, type Money } from '../../core/money.ts';
import { type Duration, formatDuration } from '../../core/time.ts';
import type { Interval } from '../statistics/bootstrap.ts';
import {
  cents,
  contracts,
  count,
  effectiveDaysText,
  minute,
  percent,
  signed,
  signedDollars,
} from '../text/number-text.ts';
import { textTable, wrap } from '../text/text-table.ts';
import type { ArmLines, LaneLine } from './arm-lines.ts';
import type { Facts, Summary } from './summary.ts';

const WIDTH = 98;
const LABEL = 16;
const REASONS_SHOWN = 8;
const NET_COLUMN = 6;

type Style = 'bold' | 'dim' | 'red' | 'green' | 'yellow';
type Paint = (style: Style, text: string) => string;
const CODES: Record<Style, number> = { bold: 1, dim: 2, red: 31, green: 32, yellow: 33 };

/** The summary for a terminal, under 100 columns, ending with a line end. `colour` adds terminal colour codes. */
export function renderSummary(summary: Summary, options: { readonly colour?: boolean } = {}): string {
  const paint: Paint = options.colour
    ? (style, text) => `\u001b[${CODES[style]}m${text}\u001b[0m`
    : (_style, text) => text;
  const parts = [
    title(summary, paint),
    before(summary, paint),
    reasons(summary, paint),
    arms(summary, paint),
    differences(summary, paint),
    warnings(summary, paint),
    verdict(summary, paint),
    deeper(summary),
  ];
  return `${parts
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.join('\n'))
    .join('\n\n')}\n`;
}

function title({ run, facts }: Summary, paint: Paint): string[] {
  const lines = [
    paint('bold', `${run.strategy} (${run.arm}) on ${facts.tape}`),
    `run ${run.id}   digest ${run.digest.slice(0, 12)}`,
  ];
  if (!facts.synthetic) return lines;
  const label = 'SYNTHETIC: a program generated this tape. Nothing below is about a real market.';
  return [...lines, '', paint('yellow', label)];
}

function before({ facts, assumptions }: Summary, paint: Paint): string[] {
  const lines = [
    paint('bold', 'Before any result'),
    ...fact(
      'Tape',
      `${facts.tape}${facts.synthetic ? ' (SYNTHETIC)' : ''}: ${count(facts.rows)} rows, ${count(facts.markets)} markets, digest ${facts.tapeDigest.slice(0, 12)}`,
    ),
    ...fact('Grade', facts.grade + (facts.sizesRecorded ? '' : '; no displayed sizes recorded')),
    ...fact(
      'Span',
      `${minute(facts.from)} to ${minute(facts.to)} UTC, ${facts.spanDays.toFixed(1)} days; ${resolution(facts)}`,
    ),
    ...fact(
      'Coverage',
      `${percent(facts.coverageShare)} of open market time; ${facts.coverageBasis.join('; ') || 'on no stated ground'}`,
    ),
    ...imported(facts),
    ...fact('Participation', participation(facts)),
    ...fact('Days', `${byLane(facts, daysText)} (weighted by stake)`),
    ...fact(
      'Fills',
      byLane(facts, (lane) => count(lane.fills)),
    ),
    ...fact(
      'Orders',
      byLane(
        facts,
        (lane) => `${count(lane.orders)} sent, ${count(lane.refused)} refused, ${count(lane.rejected)} rejected`,
      ),
    ),
    ...fact('Unsettled', unsettled(facts)),
    ...trials(facts),
  ];
  const assumed = Object.entries(assumptions);
  if (assumed.length === 0) return lines;
  return [...lines, ...fact('Assumed', assumed.map(([name, value]) => `${name} ${value}`).join('; '))];
}

function fact(label: string, text: string): string[] {
  return wrap(text, WIDTH - LABEL - 2).map((line, index) => `  ${(index === 0 ? label : '').padEnd(LABEL)}${line}`);
}

/** What the import of the tape declared without proof: it stands before any result, because results rest on it. */
function imported({ imported: { declared, furtherNotes }, tape }: Facts): string[] {
  if (declared.length === 0) return [];
  const more = furtherNotes === 0 ? '' : `; and ${furtherNotes} further notes: npx tapedeck inspect ${tape}`;
  return fact('Imported', `declared: ${declared.join('; ')}${more}`);
}

function resolution({ timeResolutionUs }: Facts): string {
  return timeResolutionUs === 0
    ? 'times exact as recorded'
    : `times known to ${formatDuration(timeResolutionUs as Duration)}`;
}

function participation({ participation: share }: Facts): string {
  if (share === null) return 'not known: the tape has no trades';
  const most = share > 0 && share < 0.001 ? 'under 0.1 %' : `at most ${percent(share)}`;
  return `${most} of the contracts traded in our markets were ours`;
}

function trials({ trials: tried, trialsThen }: Facts): string[] {
  if (tried <= 1) return [];
  const since = tried === trialsThen ? '' : `: ${count(trialsThen)} when the run was made, ${count(tried)} now`;
  return fact(
    'Trials',
    `${count(tried)} different configurations tried on this and overlapping tapes so far, this one among them${since}`,
  );
}

function byLane({ lanes }: Facts, text: (lane: Facts['lanes'][number]) => string): string {
  const texts = lanes.map(text);
  if (new Set(texts).size === 1) return `${texts[0]}${lanes.length > 1 ? ' in every lane' : ''}`;
  return lanes.map(({ lane }, index) => `${lane} ${texts[index]}`).join('; ');
}

function daysText({ daysTraded, effectiveDays }: Facts['lanes'][number]): string {
  return `${count(daysTraded)} traded, worth ${effectiveDaysText(effectiveDays)} effective independent days`;
}

function unsettled(facts: Facts): string {
  if (facts.lanes.every((lane) => lane.marketsUnsettled === 0)) return 'no market traded is without a settlement';
  return byLane(facts, (lane) => {
    const cost = formatDollars(lane.unsettledCostE6 as Money);
    return `${count(lane.marketsUnsettled)} of ${count(lane.marketsTraded)} markets, their ${cost} counted as lost`;
  });
}

function reasons({ reasons: all, headline, facts }: Summary, paint: Paint): string[] {
  const title = paint('bold', `Why it did not trade (${headline.lane} lane)`);
  if (all.length === 0) {
    const idle = facts.lanes.some(({ lane, orders }) => lane === headline.lane && orders === 0);
    return idle ? [title, '  It sent no order and explained nothing.'] : [];
  }
  const rows = all.slice(0, REASONS_SHOWN).map(({ reason, count: times }) => [reason, count(times)]);
  const rest = all.slice(REASONS_SHOWN);
  if (rest.length > 0)
    rows.push([`${rest.length} more reasons`, count(rest.reduce((sum, { count: times }) => sum + times, 0))]);
  const table = textTable([{ title: '' }, { title: '', right: true }], rows).slice(1);
  return [title, ...table.map((line) => `  ${line}`)];
}

function arms(summary: Summary, paint: Paint): string[] {
  const lanes = summary.arms.flatMap((arm) => arm.lanes);
  const right = (name: string) => ({ title: name, right: true });
  const columns = [{ title: '' }, right('contracts'), right('fills'), right('maker'), right('gross'), right('fees')];
  columns.push(right('net'), right('¢ each'), right('95 % interval'));
  const table = textTable(columns, lanes.map(laneCells), (padded, row, column) => {
    const sign = column === NET_COLUMN ? Math.sign(lanes[row]?.netE6 ?? 0) : 0;
    return sign === 0 ? padded : paint(sign === 1 ? 'green' : 'red', padded);
  });
  const [header = '', ...rows] = table.map((line) => `   ${line}`);
  const grouped = summary.arms.flatMap((arm) => [
    paint('bold', `  ${armName(arm)}`),
    ...rows.splice(0, arm.lanes.length),
  ]);
  const notes = [
    'net = gross - fees - cost of what never settled; ¢ each = net cents per contract bought or sold.',
    'The interval resamples whole calendar days over all cities.',
    ...refusals(
      summary.arms.flatMap(({ arm, lanes: own }) => own.map(({ lane, interval }) => ({ arm, lane, interval }))),
    ),
  ];
  if (summary.arms.some((arm) => arm.surveyed))
    notes.push('* looked at the whole tape first: for comparison only, nobody can trade so.');
  return [paint('bold', 'Results'), header, ...grouped, ...dim(notes, paint)];
}

function armName({ arm, control, surveyed, draws }: ArmLines): string {
  const drawn = draws > 1 ? `, sum of ${draws} draws` : '';
  return `${arm}${surveyed ? '*' : ''}${control ? ` (control${drawn})` : ''}`;
}

function laneCells(lane: LaneLine): string[] {
  return [
    lane.lane,
    contracts(lane.contractsE2),
    count(lane.fills),
    lane.makerShare === null ? '-' : percent(lane.makerShare),
    signedDollars(lane.grossE6),
    formatDollars(lane.feesE6 as Money),
    signedDollars(lane.netE6),
    cents(lane.centsPerContract),
    interval(lane.interval),
  ];
}

function differences(summary: Summary, paint: Paint): string[] {
  if (summary.differences.length === 0) return [];
  const columns = [
    { title: 'less' },
    { title: 'lane' },
    { title: '¢ each', right: true },
    { title: '95 % interval', right: true },
  ];
  const rows = summary.differences.map((line) => [
    line.control,
    line.lane,
    cents(line.centsPerContract),
    interval(line.interval),
  ]);
  const notes = refusals(summary.differences.map(({ control, lane, interval }) => ({ arm: control, lane, interval })));
  return [
    paint('bold', `${summary.run.arm} against its controls, the same days drawn for both`),
    ...textTable(columns, rows).map((line) => `  ${line}`),
    ...dim(notes, paint),
  ];
}

/** One note for each reason why an interval is missing, with the arms, and their lanes where other lanes have one. */
function refusals(lines: readonly { arm: string; lane: string; interval: Interval | string }[]): string[] {
  const places = new Map<string, Map<string, string[]>>();
  for (const { arm, lane, interval: reason } of lines) {
    if (typeof reason !== 'string') continue;
    const where = places.get(reason) ?? new Map<string, string[]>();
    places.set(reason, where.set(arm, [...(where.get(arm) ?? []), lane]));
  }
  const whole = (arm: string, lanes: readonly string[]) =>
    lines.filter((line) => line.arm === arm).length === lanes.length;
  return [...places].map(([reason, where]) => {
    const names = [...where].map(([arm, lanes]) => (whole(arm, lanes) ? arm : `${arm} in ${lanes.join(', ')}`));
    return `No interval for ${names.join('; ')}: ${reason}.`;
  });
}

function dim(notes: readonly string[], paint: Paint): string[] {
  return notes.flatMap((note) => wrap(note, WIDTH - 2)).map((line) => paint('dim', `  ${line}`));
}

function warnings({ flags }: Summary, paint: Paint): string[] {
  if (flags.length === 0) return [];
  const lines = flags.flatMap(({ text }) =>
    wrap(text, WIDTH - 4).map((line, index) => `  ${index === 0 ? '!' : ' '} ${line}`),
  );
  return [paint('bold', 'Warnings'), ...lines.map((line) => paint('yellow', line))];
}

function verdict(summary: Summary, paint: Paint): string[] {
  const { headline, sharpe } = summary;
  const each = headline.centsPerContract === null ? 'nothing traded' : `${cents(headline.centsPerContract)} a contract`;
  const style = summary.verdict.survives === 'yes' ? 'green' : summary.verdict.survives === 'no' ? 'red' : 'yellow';
  const ratio =
    typeof sharpe === 'string'
      ? `${capital(sharpe)}.`
      : `Sharpe ratio ${sharpe.value.toFixed(2)} (${sharpe.label}).${deflated(sharpe.deflated, summary.facts.trials)}`;
  return [
    paint('bold', 'Verdict'),
    `  Worst lane (${headline.lane}): ${signedDollars(headline.netE6)} net, ${each}.`,
    ...wrap(summary.verdict.sentence, WIDTH - 2).map((line) => paint(style, `  ${line}`)),
    ...wrap(ratio, WIDTH - 2).map((line) => `  ${line}`),
  ];
}

function deflated(probability: number | null, trials: number): string {
  if (probability === null) return '';
  return ` Deflated: it is above what the best of ${count(trials)} trials shows by luck with probability ${percent(probability)}; 95 % is asked for.`;
}

function deeper({ run }: Summary): string[] {
  const where = `WHERE run_id = '${run.id}'`;
  return [
    'To look deeper:',
    '  npx tapedeck report latest    writes the tearsheet: charts, attribution, sensitivity',
    `  npx tapedeck query "SELECT * FROM fills ${where} LIMIT 20"`,
    `  npx tapedeck query "SELECT * FROM decisions ${where} LIMIT 20"`,
    '  npx tapedeck query "SHOW TABLES"',
  ];
}

function interval(value: Interval | string): string {
  return typeof value === 'string' ? 'none' : `[${signed(value.lower)}, ${signed(value.upper)}]`;
}

function capital(text: string): string {
  return text.slice(0, 1).toUpperCase() + text.slice(1);
}
