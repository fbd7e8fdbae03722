import { readdirSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { compiledProgram, ECHO, shell, tapedeck, temporaryFolder, write } from './compiled.ts';

const folder = temporaryFolder();
const commands = [
  'backtest',
  'new',
  'explain',
  'compare',
  'import',
  'tapes',
  'inspect',
  'query',
  'runs',
  'report',
  'fees',
  'cities',
  'exchange',
  'live',
  'record',
];

describe('help', () => {
  it('names every command, with or without --help', async () => {
    const [plain, asked] = await Promise.all([tapedeck([]), tapedeck(['--help'])]);
    for (const command of commands) expect(plain.stdout).toContain(`tapedeck ${command}`);
    expect(plain.stdout).toBe(asked.stdout);
    expect(plain.status).toBe(0);
  });

  it('loads no database, bundler or progress bar', async () => {
    const watch = write(
      folder,
      'watch.cjs',
      "process.on('exit', () => process.stderr.write(Object.keys(require.cache).join('\\n')));",
    );
    const { stderr } = await shell(`NODE_OPTIONS="--require ${watch}" $TAPEDECK backtest --help`);
    expect(stderr).toContain('watch.cjs');
    expect(stderr).not.toMatch(/duckdb|esbuild|cli-progress|apache-arrow|zod/);
  });

  it('lists the parameters of a strategy with unit, default, range and meaning', async () => {
    const mine = write(folder, 'echo.ts', ECHO);
    const { stdout, status } = await tapedeck(['backtest', '--help', '--strategy', mine]);
    expect(status).toBe(0);
    expect(stdout).toContain('--membership');
    expect(stdout).toMatch(/^size +contracts +2 +1 to 50 +bought after each large print$/m);
    const whale = await tapedeck(['backtest', '--strategy=whale', '--help']);
    expect(whale.stdout).toMatch(/^threshold +dollars +1000 /m);
  });

  it('lists the parameters of every strategy that comes with the program', async () => {
    const strategies = join(dirname(compiledProgram()), '../../strategies');
    for (const name of readdirSync(strategies)) {
      const { stdout, status } = await tapedeck(['backtest', '--help', '--strategy', name]);
      expect(status, name).toBe(0);
      expect(stdout).toContain(`Strategy ${name}: `);
      expect(Math.max(...stdout.split('\n').map((line) => line.length)), name).toBeLessThanOrEqual(100);
    }
  });
});

describe('the short commands', () => {
  it('are the same as the long ones', async () => {
    const bin = (name: string) => `"${process.execPath}" "${resolve(dirname(compiledProgram()), `${name}-bin.js`)}"`;
    const [short, long] = await Promise.all([shell(`${bin('backtest')} --help`), tapedeck(['backtest', '--help'])]);
    expect(short.stdout).toBe(long.stdout);
    const live = await shell(`${bin('live')} --strategy whale`);
    expect(live.status).toBe(2);
    expect(live.stderr).toContain('nothing to trade is named');
  });
});
