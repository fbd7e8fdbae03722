import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmdirSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { hashFile } from '../../src/tape/file-hash.ts';
import { VerifiedFiles } from '../../src/tape/verified-files.ts';
import { dataFolder } from './tape-fixture.ts';

const NAME = 'events.parquet';

function scene() {
  const folder = dataFolder();
  writeFileSync(join(folder, NAME), 'as it was sealed');
  return { folder, path: join(folder, NAME), file: hashFile(folder, NAME) };
}

/** Changes a file once the file system's clock has gone on, which may take a few milliseconds. */
function change(path: string, text: string): void {
  const before = statSync(path, { bigint: true }).ctimeNs;
  const probe = `${path}.probe`;
  do writeFileSync(probe, '');
  while (statSync(probe, { bigint: true }).ctimeNs <= before);
  writeFileSync(path, text);
}

/** Long enough after the files were written for them to be remembered. */
const later = (): number => Date.now() + 10_000;

const problem = (folder: string, file: ReturnType<typeof hashFile>, full = false): string | null =>
  new VerifiedFiles(folder, later).problem(folder, file, full);

describe('a sealed file', () => {
  test('is read once, and again after whatever the file system knows of', () => {
    const { folder, path, file } = scene();
    expect(problem(folder, file)).toBeNull();
    const stamps = readFileSync(join(folder, '.verified.json'), 'utf8');
    expect(problem(folder, file)).toBeNull();
    expect(readFileSync(join(folder, '.verified.json'), 'utf8')).toBe(stamps);
    change(path, 'As it was sealed');
    expect(problem(folder, file)).toBe('its bytes are not those that were sealed');
    // Setting the time of change back does not hide it.
    const { atime } = statSync(path);
    utimesSync(path, atime, new Date(0));
    expect(problem(folder, file)).toBe('its bytes are not those that were sealed');
    writeFileSync(path, 'as it was sealed');
    expect(problem(folder, file)).toBeNull();
  });

  test('that rots unseen is found by a full check only', () => {
    const { folder, path, file } = scene();
    expect(problem(folder, file)).toBeNull();
    const known = readFileSync(join(folder, '.verified.json'), 'utf8');
    writeFileSync(path, 'as it was sealeD');
    // What a rotten disk does: the bytes change, the file's record does not.
    const { ino, size, mtimeNs, ctimeNs } = statSync(path, { bigint: true });
    const stamp = [file.sha256, ino, size, mtimeNs, ctimeNs].join(' ');
    writeFileSync(join(folder, '.verified.json'), JSON.stringify({ [Object.keys(JSON.parse(known))[0]!]: stamp }));
    expect(problem(folder, file)).toBeNull();
    expect(problem(folder, file, true)).toBe('its bytes are not those that were sealed');
  });

  test('that has just changed is not remembered: a second change might leave no trace', () => {
    const { folder, path, file } = scene();
    const aSecondLater = () => Number(statSync(path).ctimeMs) + 1_000;
    expect(new VerifiedFiles(folder, aSecondLater).problem(folder, file)).toBeNull();
    expect(existsSync(join(folder, '.verified.json'))).toBe(false);
  });

  test('is told to be missing, or of another length, without reading it', () => {
    const { folder, path, file } = scene();
    writeFileSync(path, 'short');
    expect(problem(folder, file)).toBe('it has 5 bytes, sealed were 16');
    expect(problem(folder, { ...file, name: 'gone' })).toBe('it is missing');
  });

  test('is read each time where nothing can be remembered', () => {
    const { folder, path, file } = scene();
    const stamps = join(folder, '.verified.json');
    // Not even root writes a file in place of a folder.
    mkdirSync(stamps);
    expect(problem(folder, file)).toBeNull();
    writeFileSync(path, 'As it was sealed');
    expect(problem(folder, file)).toBe('its bytes are not those that were sealed');
    writeFileSync(path, 'as it was sealed');
    expect(problem(folder, file)).toBeNull();
    expect([readdirSync(folder).sort(), readdirSync(stamps)]).toEqual([['.verified.json', NAME], []]);
    rmdirSync(stamps);
    expect(problem(folder, file)).toBeNull();
    expect(readFileSync(stamps, 'utf8')).toContain(file.sha256);
  });

  test('is read where what was remembered is torn, and remembered anew', () => {
    const { folder, file } = scene();
    const stamps = join(folder, '.verified.json');
    writeFileSync(stamps, '{ torn');
    expect(problem(folder, file)).toBeNull();
    expect(Object.values(JSON.parse(readFileSync(stamps, 'utf8')))).toEqual([expect.stringContaining(file.sha256)]);
  });
});
