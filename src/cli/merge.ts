import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { Fault } from '../core/fault.ts';
import { openTape } from '../tape/open-tape.ts';
import { checkTapeName, tapesFolder } from '../tape/tape-folder.ts';
import type { MergeFlags } from './commands/merge.ts';
import { programVersion } from './package-root.ts';
import { recordingFolder } from './recording-folder.ts';
import type { Session } from './session.ts';
import { tapeText } from './show-tape.ts';
import { tapeOfRecording } from './tape-of-recording.ts';
import { tapeReport } from './tape-report.ts';

/**
 * Runs `tapedeck merge`: the recordings are read side by side, by the wall times at which they received. Throws a Fault: `usage` for less than two,
 * `missing-file`, `tape-exists`, and those of {@link tapeOfRecording}.
 */
export async function merge({ recordings, name, replace }: MergeFlags, session: Session): Promise<void> {
  checkTapeName(name);
  const folders = [...new Set(recordings.map((one) => recordingFolder(one, session.dataFolder)))];
  if (folders.length < 2) {
    throw new Fault('usage', 'a merge needs two recordings', { next: 'Name two of those below recordings/.' });
  }
  if (!replace && existsSync(join(tapesFolder(session.dataFolder), name))) {
    throw new Fault('tape-exists', `there is a tape called ${name} already`, {
      next: 'Choose another --name, or say --replace.',
    });
  }
  const options = { folders, name, dataFolder: session.dataFolder, replace, createdBy: programVersion() };
  const { tape } = await tapeOfRecording({ ...options, signal: session.signal });
  const summary = await tapeReport(await openTape(session.dataFolder, tape.folder));
  if (session.json) session.print(JSON.stringify({ folder: tape.folder, ...summary }, null, 2));
  else session.print(tapeText(summary, tape.folder));
}
