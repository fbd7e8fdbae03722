import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';

const ROOT = resolve(import.meta.dirname, '../..');
const DIRECTIVE = /^\s*\/\/ @ts-expect-error (TS\d+): (.+)$/;
const folder = mkdtempSync(join(tmpdir(), 'tapedeck-types-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

interface Mistake {
  readonly file: string;
  /** The line below the directive, counted from 1. */
  readonly line: number;
  readonly code: string;
  readonly why: string;
}

/** Copies the cases with every `@ts-expect-error` taken out; returns the mistakes they then hold. */
function withoutDirectives(): Mistake[] {
  const mistakes: Mistake[] = [];
  for (const file of readdirSync(import.meta.dirname).filter((name) => !name.endsWith('.test.ts'))) {
    const lines = readFileSync(join(import.meta.dirname, file), 'utf8').split('\n');
    for (const [at, line] of lines.entries()) {
      const [, code, why] = DIRECTIVE.exec(line) ?? [];
      if (code === undefined || why === undefined) continue;
      mistakes.push({ file, line: at + 2, code, why });
      lines[at] = '//';
    }
    writeFileSync(join(folder, file), lines.join('\n').replaceAll("'../../src/", `'${ROOT}/src/`));
  }
  return mistakes;
}

/** "file(line) code" of each error of the copies. */
function compile(): string[] {
  writeFileSync(join(folder, 'package.json'), '{"type": "module"}');
  const config = { extends: join(ROOT, 'tsconfig.json'), compilerOptions: { types: [] }, include: ['*.ts'] };
  writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify(config));
  const tsc = join(ROOT, 'node_modules', 'typescript', 'bin', 'tsc');
  const { stdout } = spawnSync(process.execPath, [tsc, '-p', folder, '--pretty', 'false'], {
    cwd: folder,
    encoding: 'utf8',
  });
  return [...stdout.matchAll(/^(\S+)\((\d+),\d+\): error (TS\d+)/gm)].map(
    ([, file, line, code]) => `${file}(${line}) ${code}`,
  );
}

describe('the types of a strategy, with nothing excused', () => {
  const mistakes = withoutDirectives();
  const errors = compile();

  for (const { file, line, code, why } of mistakes) {
    it(`refuse in ${file}: ${why}`, () => expect(errors).toContain(`${file}(${line}) ${code}`));
  }

  it('refuse nothing else: what was meant compiles', () => {
    expect(errors.toSorted()).toEqual(mistakes.map(({ file, line, code }) => `${file}(${line}) ${code}`).toSorted());
    expect(mistakes.length).toBeGreaterThanOrEqual(40);
  });
});
