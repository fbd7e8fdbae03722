import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { basename, join } from 'node:path';
import { Fault } from '../core/fault.ts';
import { formatTime, type Time } from '../core/time.ts';
import { MANIFEST_FILE, readManifest } from '../tape/manifest.ts';
import { type Verification, verifyRecording } from '../tape/record/verify-recording.ts';
import { tapesFolder } from '../tape/tape-folder.ts';
import { programVersion } from './package-root.ts';
import { recordingFolder } from './recording-folder.ts';
import type { Session } from './session.ts';
import { type RecordingReport, tapeOfRecording } from './tape-of-recording.ts';

/** The tape of a recording beside the one that was sealed: whether they are the same. */
interface TapeCheck {
  readonly digest: string;
  /** Null where no tape of that name is there. */
  readonly sealed: string | null;
  readonly same: boolean | null;
}

/**
 * Runs `tapedeck certify`: says what a recording is worth, and ends with `tape-corrupt` where it, a book or its tape is not as it should
 * be. Gaps that are known are no fault: they are on the tape as such.
 */
export async function certify(nameOrFolder: string, session: Session): Promise<void> {
  const folder = recordingFolder(nameOrFolder, session.dataFolder);
  const found = verifyRecording(folder);
  const { report, check } = await derive(folder, session);
  const differed = report.rows.checks[0]!.counts.differed;
  if (session.json) session.print(JSON.stringify(certificate(folder, found, report, check), null, 2));
  else session.print(certificateText(folder, found, report, check));
  const wrong = [
    ...(found.findings.length > 0 ? [`${found.findings.length} places are not as they were recorded`] : []),
    ...(differed > 0 ? [`${differed} books differ from those over REST`] : []),
    ...(check.same === false ? ['the sealed tape is not what the recording gives'] : []),
  ];
  if (wrong.length > 0) {
    throw new Fault('tape-corrupt', `${folder}: ${wrong.join('; ')}`, {
      next: 'What is damaged is uncovered on its tape, never guessed; the places are listed above.',
    });
  }
}

/** Makes the tape anew, aside, and compares. */
async function derive(folder: string, session: Session): Promise<{ report: RecordingReport; check: TapeCheck }> {
  const name = basename(folder);
  const aside = mkdtempSync(join(session.dataFolder, '.certify-'));
  try {
    const options = { folders: [folder], name, dataFolder: aside, replace: false, createdBy: programVersion() };
    const { tape, report } = await tapeOfRecording({ ...options, signal: session.signal });
    const { digest } = tape.manifest;
    const there = join(tapesFolder(session.dataFolder), name);
    const sealed = existsSync(join(there, MANIFEST_FILE)) ? readManifest(there).digest : null;
    return { report, check: { digest, sealed, same: sealed === null ? null : sealed === digest } };
  } finally {
    rmSync(aside, { recursive: true, force: true });
  }
}

function certificate(folder: string, found: Verification, report: RecordingReport, tape: TapeCheck) {
  const { frames, segments, open, findings, gaps } = found;
  const { rows, environment } = report;
  return {
    recording: folder,
    environment,
    frames,
    segments,
    open,
    findings,
    gaps,
    connections: rows.counts.connections,
    prints: rows.counts.trades,
    unreadable: rows.unreadable,
    books: { ...rows.checks[0]!.counts, differences: rows.checks[0]!.differences },
    met: report.findings.notes,
    tape,
  };
}

function certificateText(folder: string, found: Verification, report: RecordingReport, tape: TapeCheck): string {
  const { findings, gaps } = found;
  const { rows } = report;
  const { agreed, differed, untrusted } = rows.checks[0]!.counts;
  const lost = gaps.map(({ kind, from, until, reason }) => `  ${span(from, until)}  ${kind}: ${reason}`);
  return [
    `${folder} (${report.environment})`,
    `Frames      ${found.frames} in ${found.segments} segments, ${findings.length === 0 ? 'every line, number and hash as written' : 'NOT as written:'}`,
    ...findings.map(({ file, line, what }) => `  ${file}:${line}: ${what}`),
    ...(found.open ? ['            the last segment is open: its recorder runs, or was killed'] : []),
    `Gaps        ${gaps.length === 0 ? 'none' : gaps.length}`,
    ...lost,
    `Connections ${rows.counts.connections}; prints ${rows.counts.trades}`,
    `Books       ${agreed} agree with REST, ${differed} differ, ${untrusted} not compared`,
    ...rows.checks[0]!.differences.map((what) => `  ${what}`),
    ...rows.unreadable.map((what) => `  ${what}`),
    `Tape        digest ${tape.digest.slice(0, 12)}, ${sealedText(tape)}`,
    '',
    'Met',
    ...report.findings.notes.map(({ what, count, action }) => `  ${count}  ${what}: ${action}`),
  ].join('\n');
}

function sealedText({ sealed, same }: TapeCheck): string {
  if (same === null) return 'no tape of it is sealed';
  return same ? 'that of the sealed tape' : `and the sealed tape has ${sealed!.slice(0, 12)}: NOT the same`;
}

function span(from: number | null, until: number): string {
  return `${from === null ? '-' : formatTime(from as Time)} to ${formatTime(until as Time)}`;
}
