import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { blocksOf, keep, recordedSetsOf } from '../scripts/readme/blocks.ts';
import { renewedPage } from '../scripts/readme/renew.ts';
import { compiledProgram } from './cli/compiled.ts';

const ROOT = resolve(import.meta.dirname, '..');
const read = (name: string): string => readFileSync(join(ROOT, name), 'utf8');
const pages = ['README.md', ...readdirSync(join(ROOT, 'docs')).map((name) => join('docs', name))].filter((name) =>
  name.endsWith('.md'),
);

describe('what the README and docs say a command prints', () => {
  const withOutput = pages.filter((name) => blocksOf(read(name)).length > 0);

  it('stands on the README, the page of commands, and the worked answer', () => {
    expect(withOutput).toEqual(expect.arrayContaining(['README.md', 'docs/cli.md', 'docs/whale.md']));
  });

  // Pages on recorded data take half a minute: `npm run readme` renews them, test/study/audit holds their figures.
  for (const name of withOutput.filter((page) => recordedSetsOf(read(page)).length === 0)) {
    it(`is what they print: ${name} (npm run readme renews it)`, async () => {
      const page = read(name);
      expect(await renewedPage(page, compiledProgram(), 'none')).toBe(page);
    });
  }

  it('has no output beside these blocks: a command line with its answer is never written by hand', () => {
    const byHand = pages.filter((name) => /^```(?!text)\w*\n\$ /m.test(read(name)));
    expect(byHand).toEqual([]);
    for (const name of pages) {
      const answers = read(name).match(/^```text\n\$ /gm) ?? [];
      expect(answers.length, name).toBe(blocksOf(read(name)).filter(({ command }) => command.startsWith('npx')).length);
    }
  });
});

describe('what a block keeps of an output', () => {
  const output = 'one\ntwo\n\nthree\nfour\nfive\n\nsix\n';

  it('is all of it, or lines by number, by paragraph, or so many from one on; what is left out shows', () => {
    expect(keep(output, [])).toBe('one\ntwo\n\nthree\nfour\nfive\n\nsix');
    expect(keep(output, ['1-2'])).toBe('one\ntwo\n\n…');
    expect(keep(output, ['1-2', '/^six/'])).toBe('one\ntwo\n\n…\n\nsix');
    expect(keep(output, ['/four/'])).toBe('…\n\nthree\nfour\nfive\n\n…');
    expect(keep(output, ['/four/ 1', '8-'])).toBe('…\nfour\n…\n\nsix');
  });

  it('is an error where nothing is like it, and where a block has no end', () => {
    expect(() => keep(output, ['/seven/'])).toThrow('nothing like /seven/');
    expect(() => blocksOf('\n<!-- output of: npx tapedeck tapes (npm run readme writes it) -->\n')).toThrow(
      '1 outputs',
    );
  });
});

describe('pages of docs/ that are named anywhere', () => {
  it('exist', () => {
    const sources = ['src', 'strategies', 'scripts'].flatMap((room) =>
      readdirSync(join(ROOT, room), { recursive: true, encoding: 'utf8' })
        .filter((name) => name.endsWith('.ts'))
        .map((name) => join(room, name)),
    );
    const named = [...sources, ...pages].flatMap((name) => {
      const beside = name.startsWith('docs/') ? [...read(name).matchAll(/\]\(([\w-]+\.\w+)[)#]/g)] : [];
      return [
        ...[...read(name).matchAll(/\bdocs\/([\w-]+\.(?:md|png))/g)].map(([, page]) => ({ page, name })),
        ...beside.map(([, page]) => ({ page, name })),
      ];
    });
    expect(named.length).toBeGreaterThan(30);
    const present = readdirSync(join(ROOT, 'docs'));
    const absent = named.filter(({ page }) => !present.includes(page!)).map(({ page, name }) => `${page} in ${name}`);
    expect(absent).toEqual([]);
  });
});
