import { spawnSync } from 'node:child_process';
import { chmodSync, copyFileSync, mkdirSync, readFileSync, symlinkSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { compiledProgram, type Ended, entriesOf, temporaryFolder, write } from './compiled.ts';

const ROOT = resolve(import.meta.dirname, '../..');
const folder = temporaryFolder();
/** The package as it is published, and as a clone holds it after its build. */
const clone = join(folder, 'clone');
/** A folder of somebody who has nothing but tapedeck in node_modules. */
const home = join(folder, 'home');

beforeAll(() => {
  const program = compiledProgram();
  chmodSync(program, 0o755);
  mkdirSync(clone);
  copyFileSync(join(ROOT, 'package.json'), join(clone, 'package.json'));
  symlinkSync(dirname(dirname(dirname(program))), join(clone, 'dist'));
  mkdirSync(join(home, 'node_modules', '.bin'), { recursive: true });
  symlinkSync(clone, join(home, 'node_modules', 'tapedeck'));
  symlinkSync(join('..', 'tapedeck', 'dist', 'src', 'cli', 'main.js'), join(home, 'node_modules', '.bin', 'tapedeck'));
});

function run(where: string, command: string, ...args: string[]): Ended {
  return spawnSync(command, args, { cwd: where, encoding: 'utf8' });
}

function tapedeck(where: string, ...args: string[]): Ended {
  return run(where, process.execPath, compiledProgram(), ...args);
}

/** What tsc says of a file by the types that the package exports; nothing where it is right. */
function complaints(where: string, file: string): string {
  const tsc = join(ROOT, 'node_modules', 'typescript', 'bin', 'tsc');
  return run(where, process.execPath, tsc, '--noEmit', '--strict', '--module', 'nodenext', '--pretty', 'false', file)
    .stdout;
}

describe('a new strategy', () => {
  let said: Ended;
  let next: string[];
  beforeAll(() => {
    said = tapedeck(home, 'new', 'strategy', 'bargain');
    next = said.stdout
      .split('\nnext\n')[1]!
      .trimEnd()
      .split('\n')
      .map((line) => line.trim());
  });

  it('is two files of which the first has at most 40 lines, and no other', () => {
    expect(said.status, said.stderr).toBe(0);
    expect(entriesOf(home)).toEqual(['bargain.test.mjs', 'bargain.ts', 'node_modules']);
    expect(readFileSync(join(home, 'bargain.ts'), 'utf8').trimEnd().split('\n').length).toBeLessThanOrEqual(40);
  });

  it('type-checks outside of any project, and a slip in it does not', () => {
    expect(complaints(home, 'bargain.ts')).toBe('');
    const text = readFileSync(join(home, 'bargain.ts'), 'utf8');
    write(home, 'slip.ts', text.replace('price: book.bestAsk', 'price: trade.quantity'));
    expect(complaints(home, 'slip.ts')).toMatch(/slip\.ts\(\d+,\d+\): error TS2322/);
  });

  it('type-checks inside a clone', () => {
    expect(tapedeck(clone, 'new', 'strategy', 'bargain').status).toBe(0);
    expect(complaints(clone, 'bargain.ts')).toBe('');
  });

  it('runs by the command that is printed, decides, trades and says SYNTHETIC', () => {
    expect(next[0]).toBe('npx tapedeck backtest --strategy ./bargain.ts');
    const ended = run(home, 'bash', '-c', `${next[0]} --json --quiet`);
    expect(ended.status, ended.stderr).toBe(0);
    const { facts } = JSON.parse(ended.stdout);
    expect(facts.synthetic).toBe(true);
    for (const lane of facts.lanes) expect(lane.fills).toBeGreaterThan(0);
  });

  it('brings a test that passes by the command that is printed, and fails once the strategy overpays', () => {
    expect(next[1]).toBe('node --test bargain.test.mjs');
    const passed = run(home, 'bash', '-c', next[1]!);
    expect(passed.status, passed.stdout).toBe(0);
    const text = readFileSync(join(home, 'bargain.ts'), 'utf8');
    write(home, 'broken/bargain.ts', text.replace('book.bestAsk > most || ', ''));
    write(home, 'broken/bargain.test.mjs', readFileSync(join(home, 'bargain.test.mjs'), 'utf8'));
    const failed = run(join(home, 'broken'), process.execPath, '--test', 'bargain.test.mjs');
    expect(failed.status).toBe(1);
    expect(failed.stdout).toContain('it paid');
  });

  it('takes the place of nothing', () => {
    const before = readFileSync(join(home, 'bargain.ts'), 'utf8');
    const again = tapedeck(home, 'new', 'strategy', 'bargain');
    expect(again.status).toBe(2);
    expect(again.stderr).toMatch(/there is a file .*bargain\.ts already \[strategy-exists\]\nnext: /);
    expect(readFileSync(join(home, 'bargain.ts'), 'utf8')).toBe(before);
    write(home, 'half/other.test.mjs', '// mine');
    expect(tapedeck(join(home, 'half'), 'new', 'strategy', 'other').status).toBe(2);
    expect(entriesOf(home, 'half')).toEqual(['other.test.mjs']);
  });

  it('needs a name that can be a word, and one of its own', () => {
    for (const name of ['my.ts', 'a/b', '../up', '9lives', 'a b', 'x'.repeat(51)]) {
      const ended = tapedeck(home, 'new', 'strategy', name);
      expect([ended.status, ended.stderr], name).toEqual([2, expect.stringMatching(/cannot name a strategy/)]);
      expect(ended.stderr).toContain('Give one word without folder or ending');
    }
    expect(tapedeck(home, 'new', 'strategy', 'whale').stderr).toMatch(/comes with tapedeck \[strategy-exists\]/);
    expect(tapedeck(home, 'new', 'model', 'x').status).toBe(2);
  });

  it('is told in JSON too', () => {
    const ended = tapedeck(home, 'new', 'strategy', 'second', '--json');
    expect(JSON.parse(ended.stdout)).toEqual({
      files: [join(home, 'second.ts'), join(home, 'second.test.mjs')],
      next: ['npx tapedeck backtest --strategy ./second.ts', 'node --test second.test.mjs'],
    });
  });
});
