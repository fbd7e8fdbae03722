import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { Fault } from '../core/fault.ts';
import type { Time } from '../core/time.ts';
import { readRecording } from '../tape/record/read-recording.ts';
import { listSegments } from '../tape/record/segment-files.ts';
import { RECORDER, readRecorderFrame } from './recording-frames.ts';

/** The folder of a recording: by name below `<data>/recordings`, or as it is. Throws a Fault (`missing-file`) where there is none. */
export function recordingFolder(nameOrFolder: string, dataFolder: string): string {
  const named = join(dataFolder, 'recordings', nameOrFolder);
  const folder = existsSync(named) ? named : nameOrFolder;
  if (existsSync(folder) && listSegments(folder).length > 0) return resolve(folder);
  throw new Fault('missing-file', `there is no recording ${nameOrFolder}: ${named} holds no segment`, {
    next: 'Name one of those below recordings/, or the folder of one; "npx tapedeck record" makes them.',
  });
}

/** Where a recording was begun, "demo"; null where there is none yet, or it does not say. */
export function environmentOf(folder: string): string | null {
  if (!existsSync(folder)) return null;
  for (const entry of readRecording(folder)) {
    if (entry.type !== 'frame') continue;
    const { connection, text, wall } = entry.frame;
    // The recorder's own first words come before any frame of the venue.
    if (connection !== RECORDER) return null;
    const told = readRecorderFrame(JSON.parse(text), wall as Time);
    if (told?.type === 'tapedeck_recording') return told.environment;
  }
  return null;
}
