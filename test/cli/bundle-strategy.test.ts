import { createHash } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { bundleStrategy, importBundle } from '../../src/cli/bundle-strategy.ts';
import { builtInStrategies, loadStrategy } from '../../src/cli/load-strategy.ts';
import { removeOwnPartials } from '../../src/cli/remove-partials.ts';
import { ECHO, entriesOf, temporaryFolder, write } from './compiled.ts';

const folder = temporaryFolder();
const source = resolve(import.meta.dirname, '../../src');

describe("a user's strategy", () => {
  it('has one hash wherever it lies, and another once a line differs, in itself or in what it imports', async () => {
    const body = `import { size } from './size.ts';\n${ECHO.replace('standard: 2', 'standard: size')}`;
    const hashOf = async (place: string, size: string, text = body) => {
      write(folder, `${place}/size.ts`, `export const size = ${size};\n`);
      return (await bundleStrategy(write(folder, `${place}/mine.ts`, text), source, '.ts')).hash;
    };
    const first = await hashOf('here', '2');
    expect(await hashOf('deeper/there', '2')).toBe(first);
    expect(await hashOf('here', '3')).not.toBe(first);
    expect(await hashOf('here', '2', body.replace('< large', '<= large'))).not.toBe(first);
  });

  it('shares our modules instead of carrying a copy of them', async () => {
    const { text } = await bundleStrategy(write(folder, 'shares.ts', ECHO), source, '.ts');
    expect(text).toContain(`${source}/engine/strategy.ts`);
    expect(text).not.toContain('invalid-parameter');
  });

  it('leaves nothing in the temporary folder, also when it throws', async () => {
    const aside = join(folder, 'aside');
    mkdirSync(aside);
    // Others make such folders in the shared one at the same time.
    vi.stubEnv('TMPDIR', aside);
    onTestFinished(() => void vi.unstubAllEnvs());
    const good = { text: 'export default import.meta.url;', map: '{}', hash: '' };
    const loaded = await importBundle(good, 'good.ts');
    expect(loaded).toMatchObject({ default: expect.stringContaining(join(aside, 'tapedeck-strategy-')) });
    expect(entriesOf(aside)).toEqual([]);
    const bad = { text: "throw new Error('no');", map: '{}', hash: '' };
    await expect(importBundle(bad, 'bad.ts')).rejects.toMatchObject({ code: 'strategy-failed' });
    expect(entriesOf(aside)).toEqual([]);
  });
});

describe('a strategy that comes with the program', () => {
  it('loads by its name, from source as from the compiled program', async () => {
    const names = builtInStrategies();
    expect(names).toContain('whale');
    for (const name of names) {
      const { module, hash } = await loadStrategy(name);
      expect(module.name).toBe(name);
      expect(hash).toMatch(/^[0-9a-f]{64}$/);
      expect(hash).not.toBe(createHash('sha256').digest('hex'));
    }
  });
});

describe('an interrupted process', () => {
  it('removes what it was writing itself, and nothing else', () => {
    const data = join(folder, 'data');
    const own = process.pid;
    for (const name of [
      `tapes/.partial-${own}-1-a`,
      'tapes/a',
      'tapes/.partial-1-1-b',
      `runs/.partial-${own}-ab`,
      'runs/b',
      `.import-${own}`,
    ]) {
      mkdirSync(join(data, name, 'deep'), { recursive: true });
    }
    removeOwnPartials(data);
    expect(entriesOf(data)).toEqual(['runs', 'tapes']);
    expect(entriesOf(data, 'tapes')).toEqual(['.partial-1-1-b', 'a']);
    expect(entriesOf(data, 'runs')).toEqual(['b']);
  });
});
