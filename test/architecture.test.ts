import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, relative, resolve, sep } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';

const ROOT = resolve(import.meta.dirname, '..');

/** The floors of docs/architecture.md. */
const FLOORS: Readonly<Record<string, number>> = {
  core: 0,
  book: 1,
  ledger: 1,
  weather: 1,
  engine: 2,
  sim: 3,
  tape: 3,
  kalshi: 3,
  forecasts: 3,
  model: 3,
  live: 4,
  study: 4,
  exchange: 4,
  cli: 5,
};
const PURE = ['core', 'book', 'ledger', 'weather', 'engine', 'sim'];
const STRATEGY_ROOMS = ['core', 'book', 'weather', 'engine'];

function sources(folder: string): string[] {
  return readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })
    .filter((entry) => entry.endsWith('.ts'))
    .map((entry) => join(ROOT, folder, entry));
}

function importsOf(file: string): string[] {
  const text = readFileSync(file, 'utf8');
  return [...text.matchAll(/(?:from\s+|import\s*\(\s*|import\s+)'([^']+)'/g)].map((match) => match[1]!);
}

function roomOf(file: string): string {
  const [top, room] = relative(ROOT, file).split(sep);
  return top === 'src' ? room! : top!;
}

const files = [...sources('src'), ...sources('strategies')];

describe('the house', () => {
  it('has files to look at', () => {
    expect(files.length).toBeGreaterThan(50);
  });

  it('every import goes to the same room or a lower floor', () => {
    const wrong: string[] = [];
    for (const file of files) {
      const from = roomOf(file);
      for (const name of importsOf(file)) {
        if (!name.startsWith('.')) continue;
        const target = resolve(dirname(file), name);
        const to = roomOf(target);
        if (to === from) continue;
        const allowed = from === 'strategies' ? STRATEGY_ROOMS.includes(to) : (FLOORS[to] ?? 99) < FLOORS[from]!;
        if (!allowed) wrong.push(`${relative(ROOT, file)} imports ${name}`);
      }
    }
    expect(wrong).toEqual([]);
  });

  it('pure rooms name no clock, no chance, no waiting, no console and no node module', () => {
    const banned = /\bDate\b|Math\.random|\basync\b|\bawait\b|\bconsole\b|\bprocess\b|setTimeout|'node:|\bPromise\b/;
    const wrong: string[] = [];
    for (const file of files.filter((path) => PURE.includes(roomOf(path)))) {
      readFileSync(file, 'utf8')
        .split('\n')
        .forEach((line, at) => {
          const code = line.replace(/\/\/.*$/, '').replace(/^\s*\/?\*.*$/, '');
          const quoted = code.replace(/'[^']*'|`[^`]*`/g, (text) => (text.startsWith("'node:") ? text : "''"));
          if (banned.test(quoted)) wrong.push(`${relative(ROOT, file)}:${at + 1} ${line.trim()}`);
        });
    }
    expect(wrong).toEqual([]);
  });

  it('no file holds more than 400 lines, none is a barrel, names are kebab-case', () => {
    const wrong: string[] = [];
    for (const file of files) {
      const name = relative(ROOT, file);
      const text = readFileSync(file, 'utf8');
      if (text.split('\n').length > 401) wrong.push(`${name} is too long`);
      if (/^export \* /m.test(text) || /\/index\.ts$/.test(name)) wrong.push(`${name} is a barrel`);
      if (!/^[a-z0-9-]+\.ts$/.test(name.split(sep).at(-1)!)) wrong.push(`${name} is not kebab-case`);
    }
    expect(wrong).toEqual([]);
  });
});

describe('the linter keeps the floors', () => {
  const planted: readonly (readonly [string, string, boolean])[] = [
    ['src/core', '../sim/lane.ts', false],
    ['src/engine', '../kalshi/wire.ts', false],
    ['src/sim', '../tape/manifest.ts', false],
    ['src/tape', '../kalshi/wire.ts', false],
    ['src/ledger', '../book/book.ts', false],
    ['src/engine', 'node:fs', false],
    ['src/sim', 'undici', false],
    ['src/exchange', '../kalshi/wire.ts', false],
    ['src/exchange', '../sim/lane.ts', false],
    ['src/exchange', 'undici', false],
    ['strategies/planted', '../../src/sim/lane.ts', false],
    ['strategies/planted', 'ws', false],
    ['src/forecasts', '../kalshi/wire.ts', false],
    ['src/forecasts', 'ws', false],
    ['src/forecasts', 'undici', true],
    ['src/model', '../tape/manifest.ts', false],
    ['src/model', '@duckdb/node-api', false],
    ['src/study', 'onnxruntime-node', false],
    ['src/model', 'onnxruntime-node', true],
    ['src/live', '../study/run/simulate.ts', false],
    ['src/live', '../exchange/door.ts', false],
    ['src/live', '../sim/lane.ts', false],
    ['src/live', 'undici', false],
    ['src/live', '../kalshi/wire.ts', true],
    ['src/live', 'prom-client', true],
    ['src/study', 'prom-client', false],
    ['src/sim', '../engine/params.ts', true],
    ['src/study', '../tape/manifest.ts', true],
    ['src/exchange', '../sim/synthetic/generator.ts', true],
    ['src/exchange', 'fastify', true],
    ['strategies/planted', '../../src/engine/params.ts', true],
  ];
  const folder = mkdtempSync(join(tmpdir(), 'tapedeck-floors-'));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  const reported = (): string => {
    cpSync(join(ROOT, 'biome.json'), join(folder, 'biome.json'));
    planted.forEach(([room, target], at) => {
      mkdirSync(join(folder, room), { recursive: true });
      writeFileSync(
        join(folder, room, `planted-${at}.ts`),
        `import * as planted from '${target}';\nexport const x = planted;\n`,
      );
    });
    const biome = join(ROOT, 'node_modules/@biomejs/biome/bin/biome');
    const args = [
      biome,
      'lint',
      '--vcs-enabled=false',
      '--max-diagnostics=none',
      '--only=style/noRestrictedImports',
      '.',
    ];
    const run = spawnSync(process.execPath, args, { cwd: folder, encoding: 'utf8' });
    return run.stdout + run.stderr;
  };

  it('each planted import across floors is reported and each rightful one is not', () => {
    const output = reported();
    const refused = planted.map((_, at) => !output.includes(`planted-${at}.ts`));
    expect(refused).toEqual(planted.map(([, , allowed]) => allowed));
  });
});
