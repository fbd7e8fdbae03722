import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { basename, join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { Fault } from '../core/fault.ts';
import { gzipFault } from '../tape/import/source-files.ts';

/**
 * The files of a folder whose names match, by name; the path itself where it is a file. Throws a Fault (`missing-file`) when there is
 * none.
 */
export function sourceFiles(path: string, shape: RegExp): string[] {
  if (!existsSync(path)) {
    throw new Fault('missing-file', `there is nothing at ${path}`, {
      next: 'Give the path of a file or folder to import.',
    });
  }
  if (!statSync(path).isDirectory()) return [path];
  const found = readdirSync(path)
    .filter((name) => shape.test(name))
    .sort()
    .map((name) => join(path, name));
  if (found.length === 0) {
    throw new Fault('missing-file', `${path} holds no file to import`, {
      next: `Expected are names like ${shape.source}.`,
    });
  }
  return found;
}

/** The text of a file, unpacked where its name ends in .gz. Throws a Fault (`missing-file`, `truncated-file`, `malformed-input`) that names it. */
export function readSource(path: string): string {
  let bytes: Buffer;
  try {
    bytes = readFileSync(path);
  } catch (cause) {
    throw new Fault('missing-file', `cannot read ${path}`, {
      next: 'Check that the file is there and may be read.',
      cause,
    });
  }
  if (!path.endsWith('.gz')) return bytes.toString('utf8');
  try {
    return gunzipSync(bytes).toString('utf8');
  } catch (cause) {
    throw gzipFault(path, cause);
  }
}

/** A JSON file, parsed. Throws a Fault (`truncated-file` where the text just ends, `malformed-input` otherwise). */
export function readJson(path: string): unknown {
  const text = readSource(path);
  try {
    return JSON.parse(text);
  } catch (cause) {
    const cut = /Unexpected end|Unterminated/i.test((cause as Error).message);
    throw new Fault(
      cut ? 'truncated-file' : 'malformed-input',
      `${path} is ${cut ? 'cut off' : 'not JSON'}: ${(cause as Error).message}`,
      {
        next: 'Fetch the file again; nothing was imported.',
        cause,
      },
    );
  }
}

/** Runs a step on one file and names the file in whatever Fault it throws. */
export function naming<T>(path: string, step: () => T): T {
  try {
    return step();
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
    throw new Fault(error.code, `${basename(path)}: ${error.message}`, { next: error.next, cause: error });
  }
}
