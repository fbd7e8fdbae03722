import { spawn } from 'node:child_process';
import { closeSync, openSync, readSync, statSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { Fault } from '../core/fault.ts';
import { rerunParts } from '../study/attribution/rerun-parts.ts';
import { fileSink } from '../study/query/query-sink.ts';
import { openRun, type StoredRun } from '../study/store/run-store.ts';
import type { RerunParts, Tearsheet } from '../study/tearsheet/contents.ts';
import { renderTearsheet, TEARSHEET_MARK } from '../study/tearsheet/page.ts';
import { readTearsheet } from '../study/tearsheet/read-tearsheet.ts';
import { wrap } from '../study/text/text-table.ts';
import { trialsNow } from '../study/trials/trials.ts';
import { openProgress } from './progress.ts';
import { reopenRun } from './reopen-run.ts';
import type { ReportFlags } from './report-flags.ts';
import type { Session } from './session.ts';

/**
 * Runs `tapedeck report`: reads the run, runs the tape again for what only that can tell, and writes the page. With `--json` it prints the
 * numbers instead, and writes the page only where `--out` says so. A file that is no tearsheet is never replaced.
 */
export async function writeReport(flags: ReportFlags, session: Session): Promise<void> {
  const run = openRun(session.dataFolder, flags.run);
  const wanted = flags.out ?? (session.json ? null : join(run.folder, 'tearsheet.html'));
  const path = wanted === null ? null : resolve(wanted);
  if (path !== null) checkTarget(path);
  const parts = flags.sensitivity ? await againParts(run, session) : NOT_ASKED;
  const now = trialsNow(session.dataFolder, run.result, (text) => session.note(`note: ${text}`));
  const sheet = await readTearsheet(run, session.dataFolder, parts, now);
  if (path !== null) await writePage(path, sheet);
  if (session.json) session.print(JSON.stringify(sheet));
  else if (path !== null) session.print(said(sheet, path));
  if (flags.open && path !== null) show(path, session);
}

const WHY_NOT = 'Not asked for: the tape was not run again (--no-sensitivity).';
const NOT_ASKED: RerunParts = { sensitivity: { unavailable: WHY_NOT }, capacity: { unavailable: WHY_NOT } };

/** Runs the tape again, with a progress bar; at once where that was done before. */
async function againParts(run: StoredRun, session: Session): Promise<RerunParts> {
  const progress = await openProgress(session, 'assumptions and capacity', run.result.tape.rows);
  try {
    return await rerunParts(run, {
      reopen: () => reopenRun(run.result, session.dataFolder),
      signal: session.signal,
      onProgress: (rows, total) => progress.update(rows, total),
    });
  } finally {
    progress.stop();
  }
}

function said({ summary }: Tearsheet, path: string): string {
  const here = relative(process.cwd(), path);
  const size = Math.ceil(statSync(path).size / 1_000).toLocaleString('en-US');
  return `${wrap(summary.verdict.sentence, 98).join('\n')}\ntearsheet of ${summary.run.id}, ${size} kB: ${here.startsWith('..') ? path : here}`;
}

async function writePage(path: string, sheet: Tearsheet): Promise<void> {
  const sink = fileSink(path);
  try {
    await sink.write(renderTearsheet(sheet));
  } catch (error) {
    sink.discard();
    throw error;
  }
  sink.finish();
}

/** Refuses a folder that is not there, and a file that something else than this command wrote. */
function checkTarget(path: string): void {
  const target = statSync(path, { throwIfNoEntry: false });
  const folder = statSync(dirname(path), { throwIfNoEntry: false });
  if (folder?.isDirectory() !== true) {
    throw new Fault('cannot-write', `cannot write to ${path}: ${dirname(path)} is no folder`, {
      next: 'Make the folder, or give --out another file.',
    });
  }
  if (target === undefined || (target.isFile() && (target.size === 0 || isTearsheet(path)))) return;
  const what = target.isDirectory() ? 'a folder' : 'not a tearsheet';
  throw new Fault('cannot-write', `${path} is ${what}, and stays as it is`, {
    next: 'Give --out another file, or remove this one yourself.',
  });
}

function isTearsheet(path: string): boolean {
  const start = Buffer.alloc(TEARSHEET_MARK.length);
  const file = openSync(path, 'r');
  try {
    readSync(file, start);
  } finally {
    closeSync(file);
  }
  return start.toString() === TEARSHEET_MARK;
}

/** Hands the page to the system's browser; where that fails, the file is there all the same. */
function show(path: string, session: Session): void {
  const [command, args] =
    process.platform === 'darwin'
      ? ['open', [path]]
      : process.platform === 'win32'
        ? ['cmd', ['/c', 'start', '', path]]
        : ['xdg-open', [path]];
  const child = spawn(command as string, args as string[], { detached: true, stdio: 'ignore' });
  child.on('error', () => session.note(`no browser could be started with ${command}: open ${path} yourself`));
  child.unref();
}
