import { existsSync } from 'node:fs';
import { basename, join } from 'node:path';
import { Fault } from '../core/fault.ts';
import { MANIFEST_FILE, readManifest } from '../tape/manifest.ts';
import { tapesFolder } from '../tape/tape-folder.ts';
import { programVersion } from './package-root.ts';
import { RECORDING_OF, tapeOfRecording } from './tape-of-recording.ts';

/** The tape of a recording: its name and digest, or why there is none. */
export interface TapeMade {
  readonly name: string;
  readonly rows: number;
  readonly digest: string | null;
  readonly why: string | null;
}

/** Makes the tape of a recording under its own name, in the place of an earlier one of it. Where that cannot be, says why: the recording is whole. */
export async function sealRecorded(folder: string, name: string, dataFolder: string): Promise<TapeMade> {
  const none = (why: string): TapeMade => ({ name, rows: 0, digest: null, why });
  const there = join(tapesFolder(dataFolder), name);
  if (
    existsSync(join(there, MANIFEST_FILE)) &&
    !readManifest(there).origin.startsWith(`${RECORDING_OF}${basename(folder)}:`)
  ) {
    return none(
      `there is another tape called ${name}; npx tapedeck import ${folder} --format kalshi-recording --name OTHER makes one`,
    );
  }
  try {
    const { tape } = await tapeOfRecording({
      folders: [folder],
      name,
      dataFolder,
      replace: true,
      createdBy: programVersion(),
    });
    return { name, rows: tape.manifest.rows, digest: tape.manifest.digest, why: null };
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
    return none(`${error.message} ${error.next}`);
  }
}
