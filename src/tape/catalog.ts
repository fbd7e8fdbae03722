import { join } from 'node:path';
import { Fault } from '../core/fault.ts';
import { checkFile, checkLength } from './file-hash.ts';
import { readManifest, type TapeManifest } from './manifest.ts';
import { tapeNames } from './open-tape.ts';
import { tapesFolder } from './tape-folder.ts';

/** One entry of the catalog: a tape's manifest, or why it cannot be opened. */
export type TapeEntry =
  | {
      readonly name: string;
      readonly folder: string;
      readonly manifest: TapeManifest;
      readonly bytes: number;
      readonly fault: null;
    }
  | { readonly name: string; readonly folder: string; readonly manifest: null; readonly fault: Fault };

/** The tapes of a data folder, by name. A bad one is listed with its fault, not thrown; file bytes are read only to `verify`. */
export function listTapes(dataFolder: string, verify = false): TapeEntry[] {
  return tapeNames(dataFolder).map((name) => {
    const folder = join(tapesFolder(dataFolder), name);
    try {
      const manifest = readManifest(folder);
      for (const file of manifest.files) (verify ? checkFile : checkLength)(folder, file);
      const bytes = manifest.files.reduce((sum, file) => sum + file.bytes, 0);
      return { name, folder, manifest, bytes, fault: null };
    } catch (error) {
      if (!(error instanceof Fault)) throw error;
      return { name, folder, manifest: null, fault: error };
    }
  });
}
