import type { RunResult } from '../study/store/run-result.ts';
import { listRuns, openRun, type StoredRun } from '../study/store/run-store.ts';
import { summarise } from '../study/summary/summary.ts';
import { renderSummary } from '../study/summary/summary-text.ts';
import { count, minute, signedDollars } from '../study/text/number-text.ts';
import { textTable } from '../study/text/text-table.ts';
import { trialsNow } from '../study/trials/trials.ts';
import type { Session } from './session.ts';

const COLUMNS = [
  { title: 'run' },
  { title: 'arm' },
  { title: 'tape' },
  { title: 'started (UTC)' },
  { title: 'fills', right: true },
  { title: 'net, worst lane', right: true },
  { title: 'digest' },
];

/** Prints the runs of the data folder, newest first; one that cannot be read is named with the reason. */
export function showRuns(session: Session): void {
  const { runs, unreadable } = listRuns(session.dataFolder);
  if (session.json) {
    session.print(JSON.stringify({ runs: runs.map(plainRun), unreadable }, null, 2));
    return;
  }
  if (runs.length === 0) session.print(`there are no runs in ${session.dataFolder}/runs`);
  else session.print(textTable(COLUMNS, runs.map(row)).join('\n'));
  for (const { id, why } of unreadable) session.print(`${id} cannot be read: ${why}`);
}

/** Prints the report of one run again. Throws a Fault (`run-not-found`). */
export function showRun(name: string, session: Session): void {
  const { result } = openRun(session.dataFolder, name);
  const now = trialsNow(session.dataFolder, result, (text) => session.note(`note: ${text}`));
  const summary = summarise(result, now);
  session.print(session.json ? JSON.stringify(summary, null, 2) : renderSummary(summary, session));
}

function row({ id, result }: StoredRun): string[] {
  const worst = worstLane(result);
  return [
    id,
    result.arms[0]?.name ?? '',
    result.tape.synthetic ? `${result.tape.name} (SYNTHETIC)` : result.tape.name,
    minute(result.startedAt),
    count(worst?.fills ?? 0),
    worst === undefined ? '' : signedDollars(worst.netE6),
    result.digest.slice(0, 12),
  ];
}

function plainRun({ id, folder, result }: StoredRun): Readonly<Record<string, unknown>> {
  const { strategy, tape, seed, digest, hashes, startedAt, elapsedMs } = result;
  const worst = worstLane(result);
  return {
    id,
    folder,
    strategy,
    arm: result.arms[0]?.name,
    params: result.arms[0]?.params,
    tape: tape.name,
    synthetic: tape.synthetic,
    seed,
    digest,
    hashes,
    startedAt,
    elapsedMs,
    worstLane: worst?.lane,
    netE6: worst?.netE6,
  };
}

function worstLane({ arms }: RunResult): RunResult['arms'][number]['lanes'][number] | undefined {
  return arms[0]?.lanes.reduce((worst, lane) => (lane.netE6 < worst.netE6 ? lane : worst));
}
