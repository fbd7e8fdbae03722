import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { Fault } from '../core/fault.ts';
import { listSegments } from '../tape/record/segment-files.ts';

/** The folder of a recording: by name below `<data>/recordings`, or as it is. Throws a Fault (`missing-file`) where there is none. */
export function recordingFolder(nameOrFolder: string, dataFolder: string): string {
  const named = join(dataFolder, 'recordings', nameOrFolder);
  const folder = existsSync(named) ? named : nameOrFolder;
  if (existsSync(folder) && listSegments(folder).length > 0) return resolve(folder);
  throw new Fault('missing-file', `there is no recording ${nameOrFolder}: ${named} holds no segment`, {
    next: 'Name one of those below recordings/, or the folder of one; "npx tapedeck record" makes them.',
  });
}
