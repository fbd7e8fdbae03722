import { existsSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Fault } from '../core/fault.ts';
import { writeFault } from '../tape/write-fault.ts';
import { builtInStrategies } from './load-strategy.ts';
import type { Session } from './session.ts';
import { strategyTestText, strategyText } from './strategy-template.ts';

const NAME = /^[A-Za-z][A-Za-z0-9_-]{0,49}$/;

/**
 * Runs `tapedeck new strategy NAME`: writes NAME.ts and NAME.test.mjs into a folder, and says what to do with them. Throws a Fault for a
 * name that cannot be one, or that is taken.
 */
export function newStrategy(name: string, folder: string, session: Session): void {
  checkName(name);
  const files = [
    { path: join(folder, `${name}.ts`), text: strategyText(name) },
    { path: join(folder, `${name}.test.mjs`), text: strategyTestText(name) },
  ];
  const taken = files.find(({ path }) => existsSync(path));
  if (taken !== undefined) throw exists(taken.path);
  writeAll(files, folder);
  const next = [`npx tapedeck backtest --strategy ./${name}.ts`, `node --test ${name}.test.mjs`];
  const paths = files.map(({ path }) => path);
  if (session.json) session.print(JSON.stringify({ files: paths, next }, null, 2));
  else
    session.print(
      ['wrote', ...paths.map((path) => `  ${path}`), 'next', ...next.map((line) => `  ${line}`)].join('\n'),
    );
}

function checkName(name: string): void {
  if (!NAME.test(name)) {
    throw new Fault('usage', `${JSON.stringify(name)} cannot name a strategy`, {
      next: 'Give one word without folder or ending: a letter, then letters, digits, "-" and "_", at most 50. It is written into the present folder.',
    });
  }
  if (builtInStrategies().includes(name)) {
    throw new Fault('strategy-exists', `${name} is a strategy that comes with tapedeck`, {
      next: 'Choose another name, so that their runs can be told apart.',
    });
  }
}

function writeAll(files: readonly { readonly path: string; readonly text: string }[], folder: string): void {
  const written: string[] = [];
  try {
    for (const { path, text } of files) {
      writeFileSync(path, text, { flag: 'wx' });
      written.push(path);
    }
  } catch (error) {
    for (const path of written) rmSync(path, { force: true });
    const { code, path } = error as NodeJS.ErrnoException;
    throw code === 'EEXIST' ? exists(path ?? folder) : writeFault(error, folder);
  }
}

function exists(path: string): Fault {
  return new Fault('strategy-exists', `there is a file ${path} already`, {
    next: 'Choose another name, or move the file away.',
  });
}
