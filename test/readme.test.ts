import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { tapedeck, temporaryFolder, write } from './cli/compiled.ts';

const ROOT = resolve(import.meta.dirname, '..');
const readme = readFileSync(join(ROOT, 'README.md'), 'utf8');

describe('the README', () => {
  it('has a strategy that runs as it stands, from a folder of its own', async () => {
    const code = /```ts\n([\s\S]*?)```/.exec(readme)?.[1] ?? '';
    expect(code.trimEnd().split('\n').length).toBeLessThanOrEqual(40);
    const folder = temporaryFolder();
    const file = write(folder, 'my.ts', code);
    const { stdout, stderr, status } = await tapedeck(['backtest', '--strategy', file, '--data', folder, '--quiet']);
    expect(stderr).toBe('');
    expect(status).toBe(0);
    expect(stdout).toMatch(/^echo/);
    expect(stdout).toMatch(/Orders +(pessimistic )?[1-9]/);
  });

  it('names only commands that exist', async () => {
    const { stdout } = await tapedeck(['--help']);
    const named = new Set([...readme.matchAll(/(?:npx )?tapedeck ([a-z]+)/g)].map((match) => match[1]!));
    const known = [...named].filter((command) => stdout.includes(`tapedeck ${command}`));
    const prose = new Set(['replays', 'ships']);
    expect([...named].filter((command) => !known.includes(command) && !prose.has(command))).toEqual([]);
    expect(known.length).toBeGreaterThan(4);
  });

  it('shows commands, like every message and page, as they run from a clone', () => {
    const sources = ['src', 'docs'].flatMap((room) =>
      readdirSync(join(ROOT, room), { recursive: true, encoding: 'utf8' }).map((name) => join(room, name)),
    );
    const texts = ['README.md', ...sources.filter((name) => /\.(ts|md)$/.test(name))];
    const bare =
      /(?<!npx )(?<![\w/.-])tapedeck (?:backtest|new|import|synth|tapes|inspect|explain|query|runs|report|compare|trials|fees|--)/;
    const wrong = texts.flatMap((name) =>
      readFileSync(join(ROOT, name), 'utf8')
        .split('\n')
        .filter((line) => !/^\s*(\/?\*|\/\/)/.test(line) || name.endsWith('.md'))
        .filter((line) => bare.test(line))
        .map((line) => `${name}: ${line.trim()}`),
    );
    expect(wrong).toEqual([]);
  });

  it('leads only to pages that exist', () => {
    const pages = [...readme.matchAll(/\]\((docs\/[^)#]+)\)/g)].map((match) => match[1]!);
    expect(pages.length).toBeGreaterThan(3);
    for (const page of pages) expect(readFileSync(join(ROOT, page), 'utf8').length, page).toBeGreaterThan(200);
  });
});
