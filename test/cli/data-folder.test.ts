import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { entriesOf, tapedeck, temporaryFolder, until, write } from './compiled.ts';

const folder = temporaryFolder();
const data = join(folder, 'data');
/** No process has this id: it is above the greatest that Linux gives. */
const DEAD = 4_194_999;

const SLOW = write(
  folder,
  'slow.ts',
  "export default { name: 'slow', summary: '', params: {}, create: () => ({ onBook() { for (let i = 0; i < 2e5; i++) Math.sqrt(i); } }) };\n",
);

describe('a data folder that cannot be one', () => {
  const file = write(folder, 'a-file', '');
  mkdirSync(join(folder, 'half'));
  write(folder, 'half/tapes', '');
  const COMMANDS = [
    ['tapes'],
    ['runs'],
    ['query', 'SELECT 1'],
    ['inspect', 'x'],
    ['backtest', '--strategy', 'noop'],
    ['import', folder, '--name', 'x', '--format', 'kalshi-frames'],
  ];
  for (const args of COMMANDS) {
    it(`is told by "${args[0]}", and stays as it is`, async () => {
      for (const where of [file, join(folder, 'half')]) {
        const { status, stderr, stdout } = await tapedeck([...args, '--data', where]);
        expect(stderr).toMatch(/^error: --data .* cannot hold tapes and runs: .*file \[cannot-write\]\nnext: {2}\S/);
        expect([status, stdout]).toEqual([6, '']);
      }
      expect(entriesOf(folder, 'half')).toEqual(['tapes']);
    });
  }
});

describe('what a killed process leaves', () => {
  beforeAll(async () => {
    expect((await tapedeck(['backtest', '--strategy', 'noop', '--data', data])).status).toBe(0);
  });

  it('is seen by nobody, and goes with the next run', async () => {
    const before = entriesOf(data, 'runs');
    const killed = await tapedeck(['backtest', '--strategy', SLOW, '--data', data], {
      during: async (child) => {
        await until(() => entriesOf(data, 'runs').some((name) => name.startsWith('.partial-')));
        child.kill('SIGKILL');
      },
    });
    expect(killed.status).toBeNull();
    const left = entriesOf(data, 'runs').filter((name) => !before.includes(name));
    expect(left).toEqual([expect.stringMatching(/^\.partial-/)]);
    const [listed, asked] = await Promise.all([
      tapedeck(['runs', '--json', '--data', data]),
      tapedeck(['query', 'SELECT count(*) AS n FROM runs', '--json', '--data', data]),
    ]);
    expect(listed.stdout).not.toContain('partial');
    expect(JSON.parse(asked.stdout)).toEqual([{ n: before.length }]);
    expect((await tapedeck(['backtest', '--strategy', 'noop', '--data', data])).status).toBe(0);
    expect(entriesOf(data, 'runs').filter((name) => name.startsWith('.'))).toEqual([]);
  });

  it('goes with the next import, where an import had put on disk what memory did not hold', async () => {
    const source = join(folder, 'source');
    write(source, 'trades.csv', 'when,contract\n');
    for (const name of [`.import-${DEAD}`, `.import-${process.pid}`]) {
      mkdirSync(join(data, name), { recursive: true });
      writeFileSync(join(data, name, 'spilled'), '');
    }
    // What the import itself comes to does not matter.
    await tapedeck(['import', source, '--mapping', 'kalshi-weather-trades', '--name', 'x', '--data', data]);
    expect(existsSync(join(data, `.import-${DEAD}`))).toBe(false);
    // That of a process that still runs stays.
    expect(existsSync(join(data, `.import-${process.pid}`))).toBe(true);
  });
});

describe('two runs at one instant', () => {
  it('each get a folder of their own, both whole', async () => {
    const before = entriesOf(data, 'runs');
    const run = () => tapedeck(['backtest', '--strategy', 'noop', '--data', data, '--json', '--lanes', 'base']);
    const ended = await Promise.all([run(), run(), run()]);
    expect(ended.map(({ status }) => status)).toEqual([0, 0, 0]);
    const ids = ended.map(({ stdout }) => JSON.parse(stdout).run.id);
    expect(new Set(ids).size).toBe(3);
    expect(entriesOf(data, 'runs').filter((name) => !before.includes(name))).toEqual([...ids].sort());
    for (const id of ids) expect(existsSync(join(data, 'runs', id, 'run.json'))).toBe(true);
  });
});
