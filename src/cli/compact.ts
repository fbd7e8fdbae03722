import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { compactSegments } from '../tape/record/segment-files.ts';
import { claimFolder, releaseFolder } from '../tape/record/writer-lock.ts';
import { recordingFolder } from './recording-folder.ts';
import type { Session } from './session.ts';

/** Runs `tapedeck compact`. Throws a Fault (`cannot-write`) while a recorder writes to the folder. */
export function compact(nameOrFolder: string, session: Session): void {
  const folder = recordingFolder(nameOrFolder, session.dataFolder);
  claimFolder(folder);
  try {
    const before = bytesOf(folder);
    const segments = compactSegments(folder, { last: true });
    const after = bytesOf(folder);
    if (session.json) session.print(JSON.stringify({ folder, segments, bytesBefore: before, bytesAfter: after }));
    else session.print(`${folder}: ${segments} segments packed, ${before} bytes before, ${after} after`);
  } finally {
    releaseFolder(folder);
  }
}

function bytesOf(folder: string): number {
  return readdirSync(folder).reduce((sum, name) => sum + statSync(join(folder, name)).size, 0);
}
