import { readFileSync } from 'node:fs';
import { Fault } from '../core/fault.ts';

/** Reads a JSON file that a flag names. Throws a Fault (`missing-file`, `malformed-input`) that names flag and file. */
export function readJsonFile(flag: string, file: string): unknown {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (cause) {
    throw new Fault('missing-file', `cannot read ${file}, which ${flag} names`, { next: 'Check the path.', cause });
  }
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new Fault('malformed-input', `${file}, which ${flag} names, is not JSON`, {
      next: 'Correct the file.',
      cause,
    });
  }
}
