import { type Duration, formatDuration, formatTime, HOUR, type Time } from '../core/time.ts';
import type { SplitTotal } from '../sim/decrease-split.ts';
import { contracts, count, minute, percent } from '../study/text/number-text.ts';
import { textTable, wrap } from '../study/text/text-table.ts';
import type { MarketSummary, TapeSummary } from '../tape/inspect-tape.ts';
import type { TapeManifest } from '../tape/manifest.ts';
import { openTape } from '../tape/open-tape.ts';
import { sparkline } from '../tape/sparkline.ts';
import type { Session } from './session.ts';
import { size } from './show-tapes.ts';
import { type TapeReport, tapeReport } from './tape-report.ts';

const WIDTH = 98;
const LABEL = 12;
const GAPS_SHOWN = 5;
const MARKETS_SHOWN = 10;

/** Prints what a tape can tell, and what it cannot. */
export async function showTape(name: string, session: Session): Promise<void> {
  const tape = await openTape(session.dataFolder, name);
  const report = await tapeReport(tape);
  if (session.json) session.print(JSON.stringify({ folder: tape.folder, ...report }, null, 2));
  else session.print(tapeText(report, tape.folder));
}

/** A tape's summary for a terminal. */
export function tapeText(summary: TapeReport, folder: string): string {
  const { manifest } = summary;
  const parts = [
    head(manifest, folder),
    [...facts(summary), ...decreased(summary.decreases), ...activity(summary)],
    gaps(summary),
    markets(summary.markets),
    importReport(manifest),
  ];
  return parts
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.join('\n'))
    .join('\n\n');
}

function head(manifest: TapeManifest, folder: string): string[] {
  const lines = [`${manifest.name}   ${folder}`];
  if (manifest.synthetic) lines.push('SYNTHETIC: a program generated this tape. Nothing on it is about a real market.');
  const licence = manifest.licence === null ? 'no licence stated' : `licence ${manifest.licence}`;
  lines.push(
    ...wrap(`${manifest.origin} (${licence})`, WIDTH),
    `sealed by ${manifest.createdBy}, digest ${manifest.digest}`,
  );
  return lines;
}

function line(label: string, text: string): string[] {
  return wrap(text, WIDTH - LABEL).map((part, index) => (index === 0 ? label : '').padEnd(LABEL) + part);
}

function facts(summary: TapeSummary): string[] {
  const { manifest, coverage, bytesPerRow } = summary;
  const kinds = Object.entries(manifest.counts).map(([kind, rows]) => `${kind} ${count(rows)}`);
  const sizes = manifest.sizesRecorded ? '' : '; displayed sizes are not recorded';
  const resolution =
    manifest.timeResolutionUs === 0
      ? 'times exact as recorded'
      : `times known to ${formatDuration(manifest.timeResolutionUs as Duration)}, rounded up`;
  const shares = Object.entries(coverage.byBasis)
    .filter(([, covered]) => covered > 0)
    .map(([basis, covered]) => `${basis} ${percent(covered / coverage.lengthUs)}`);
  const exact = coverage.lengthUs / HOUR;
  const hours = exact < 100 ? exact.toFixed(1) : count(Math.round(exact));
  const covered =
    coverage.share === null
      ? 'no market was open on this tape'
      : `${percent(coverage.share)} of ${hours} market-hours (${shares.join(', ') || 'nothing vouched for'})`;
  const perRow = bytesPerRow === null ? '' : `, ${bytesPerRow.toFixed(1)} bytes a row`;
  return [
    ...line('Grade', `${summary.grade}; ${resolution}${sizes}`),
    ...line('Rows', `${count(manifest.rows)}: ${kinds.join(', ')}`),
    ...line('Span', `${span(manifest.firstTimeUs as Time, manifest.lastTimeUs as Time)} UTC`),
    ...line('Size', `${size(summary.bytes)}${perRow}`),
    ...line('Coverage', covered),
  ];
}

/** How far the queue model can be sure: what could be a trade or a cancel moves queues by assumption. */
function decreased(split: SplitTotal | null): string[] {
  if (split === null || split.decreased === 0) return [];
  const share = (part: number): string => percent(part / split.decreased);
  const unshown = split.unshown === 0 ? '' : `; ${contracts(split.unshown)} contracts printed that no decrease shows`;
  return line(
    'Decreases',
    `${contracts(split.decreased)} contracts left levels: ${share(split.traded)} traded, ${share(split.cancelled)} cancelled, ${share(split.ambiguous)} could be either${unshown}`,
  );
}

function span(from: Time, to: Time): string {
  return `${minute(formatTime(from))} to ${minute(formatTime(to))}`;
}

function activity({ rowsPerHour, hoursFrom }: TapeSummary): string[] {
  if (rowsPerHour.length === 0) return [];
  const most = count(Math.max(...rowsPerHour));
  const each = Math.max(1, rowsPerHour.length / 60);
  const note = `rows by time, from ${minute(formatTime(hoursFrom))} UTC; a bar is ${each.toFixed(each < 10 ? 1 : 0)} h, the busiest hour has ${most}`;
  return [`${'Activity'.padEnd(LABEL)}${sparkline(rowsPerHour)}`, ...line('', note)];
}

function gaps({ gaps: all, markets }: TapeSummary): string[] {
  if (all.length === 0) return ['Gaps: none'];
  const rows = all
    .slice(0, GAPS_SHOWN)
    .map(({ market, from, to, reason }) => [
      markets[market]?.ticker ?? '',
      formatTime(from).slice(0, 19).replace('T', ' '),
      formatDuration((to - from) as Duration),
      reason,
    ]);
  const titles = ['market', 'from (UTC)', 'length', 'why'].map((title) => ({ title }));
  const shown = all.length > GAPS_SHOWN ? `, the longest ${GAPS_SHOWN}` : '';
  return [`Gaps: ${count(all.length)} uncovered stretches${shown}`, ...indent(textTable(titles, rows))];
}

function markets(all: readonly MarketSummary[]): string[] {
  const events = new Set(all.map(({ event }) => event)).size;
  const settled = all.filter(({ result }) => result !== null).length;
  const busiest = [...all].sort((a, b) => b.tradedE2 - a.tradedE2 || b.rows - a.rows).slice(0, MARKETS_SHOWN);
  const rows = busiest.map(({ ticker, rows: own, trades, tradedE2, coverage, result }) => [
    ticker,
    count(own),
    count(trades),
    contracts(tradedE2),
    coverage === null ? '-' : percent(coverage),
    result?.outcome ?? 'not known',
  ]);
  const columns = [
    { title: 'market' },
    { title: 'rows', right: true },
    { title: 'trades', right: true },
    { title: 'contracts', right: true },
    { title: 'covered', right: true },
    { title: 'result' },
  ];
  const shown = all.length > MARKETS_SHOWN ? `, the busiest ${MARKETS_SHOWN}` : '';
  const title = `Markets: ${count(all.length)} in ${count(events)} events, ${count(settled)} with a result${shown}`;
  return [title, ...indent(textTable(columns, rows))];
}

/** What an import met, and what it did about it. */
export function importReport({ importReport: { notes } }: Pick<TapeManifest, 'importReport'>): string[] {
  if (notes.length === 0) return ['Import report: nothing out of the ordinary'];
  const room = Math.max(...notes.map(({ count: times }) => count(times).length));
  const lines = notes.flatMap(({ what, count: times, action }) =>
    wrap(`${what}: ${action}`, WIDTH - room - 4).map(
      (part, index) => `${(index === 0 ? count(times) : '').padStart(room)}  ${part}`,
    ),
  );
  return ['Import report', ...indent(lines)];
}

function indent(lines: readonly string[]): string[] {
  return lines.map((text) => `  ${text}`);
}
