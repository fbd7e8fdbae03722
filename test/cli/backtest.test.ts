import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import {
  compiledProgram,
  ECHO,
  type Ended,
  entriesOf,
  shell,
  tapedeck,
  temporaryFolder,
  until,
  write,
} from './compiled.ts';

const folder = temporaryFolder();
const data = join(folder, 'data');
const strategy = write(folder, 'elsewhere/echo.ts', ECHO);
const backtest = ['backtest', '--strategy', strategy, '--data', data];

function wholeRuns(where = data): string[] {
  return entriesOf(where, 'runs').filter((name) => existsSync(join(where, 'runs', name, 'run.json')));
}

describe('a backtest on the demo tape, by the compiled command', () => {
  let first: Ended;
  beforeAll(async () => {
    compiledProgram();
    first = await tapedeck(backtest);
  });

  it('needs a strategy file of at most 40 lines', () => {
    expect(ECHO.trimEnd().split('\n').length).toBeLessThanOrEqual(40);
  });

  it('reports, and says SYNTHETIC on both streams', () => {
    expect(first.status, first.stderr).toBe(0);
    expect(first.stdout).toContain('SYNTHETIC: a program generated this tape');
    expect(first.stdout.indexOf('Before any result')).toBeGreaterThan(0);
    expect(first.stdout.indexOf('Before any result')).toBeLessThan(first.stdout.indexOf('Verdict'));
    expect(first.stderr).toBe('no tape named: using the SYNTHETIC demo tape\n');
  });

  it('writes no progress and no colour where nobody watches', () => {
    expect(first.stdout + first.stderr).not.toContain('\u001b');
    expect(first.stderr).not.toContain('%');
  });

  it('gives the same digest again, and the same answer in JSON', async () => {
    const again = await tapedeck([...backtest, '--json']);
    expect(again.status, again.stderr).toBe(0);
    const summary = JSON.parse(again.stdout);
    expect(summary.format).toBe('tapedeck-summary');
    expect(first.stdout).toContain(`digest ${summary.run.digest.slice(0, 12)}`);
    expect(summary.facts.synthetic).toBe(true);
    expect(summary.facts.lanes.map((lane: { lane: string }) => lane.lane)).toEqual([
      'pessimistic',
      'base',
      'optimistic',
    ]);
    expect(summary.facts.lanes[0].fills).toBeGreaterThan(0);
  });

  it('gives another digest where a parameter differs, and takes parameters from a file and from flags', async () => {
    const params = write(folder, 'params.json', '{"fade": true, "size": 9}');
    const { stdout, status } = await tapedeck([...backtest, '--json', '--params', params, '--param', 'size=1']);
    expect(status).toBe(0);
    const summary = JSON.parse(stdout);
    expect(summary.run.params).toEqual({ size: 1, least: 500, fade: true });
    expect(first.stdout).not.toContain(summary.run.digest.slice(0, 12));
  });

  it('obeys limits, lanes, cash and latency that it is given', async () => {
    const limits = write(folder, 'limits.json', '{"open_orders": 0}');
    const flags = ['--limits', limits, '--lanes', 'base', '--cash', '500.50', '--latency', 'fixed:5ms', '--quiet'];
    const { stdout, stderr } = await tapedeck([...backtest, '--json', ...flags]);
    const summary = JSON.parse(stdout);
    expect(stderr).toBe('');
    expect(summary.facts.lanes).toHaveLength(1);
    expect(summary.facts.lanes[0]).toMatchObject({ lane: 'base', fills: 0 });
    expect(summary.facts.lanes[0].refused).toBeGreaterThan(0);
    expect(summary.assumptions['starting cash']).toBe('$500.5');
    expect(summary.assumptions['latency, base']).toBe('5 ms out, 5 ms back (fixed)');
  });

  it('gives the whale and its controls the same digest twice', async () => {
    const run = () => tapedeck(['backtest', '--strategy', 'whale', '--data', data, '--json', '--quiet']);
    const [once, twice] = [await run(), await run()];
    expect(once.stderr).toBe('');
    const [first, second] = [once, twice].map(({ stdout }) => JSON.parse(stdout));
    expect(first.arms.map(({ arm }: { arm: string }) => arm)).toEqual(['follow', 'fade', 'placebo']);
    expect(second.run.digest).toBe(first.run.digest);
    expect(second.arms).toEqual(first.arms);
  });

  it.for(['noop', 'maker'])('runs %s, which comes with the program', async (name) => {
    const { status, stdout, stderr } = await tapedeck([
      'backtest',
      '--strategy',
      name,
      '--data',
      data,
      '--json',
      '--quiet',
      '--lanes',
      'base',
    ]);
    expect(status, stderr).toBe(0);
    const fills = JSON.parse(stdout).facts.lanes[0].fills;
    if (name === 'noop') expect(fills).toBe(0);
    else expect(fills).toBeGreaterThan(0);
  });

  it('ends quietly when its reader leaves after one line', async () => {
    const { stdout, stderr, status } = await shell(
      `$TAPEDECK ${backtest.join(' ')} --quiet | head -1; exit \${PIPESTATUS[0]}`,
    );
    expect(stdout.trimEnd().split('\n')).toHaveLength(1);
    expect(stderr).toBe('');
    expect(status).toBe(0);
  });

  it('leaves no run behind when it is interrupted midway', async () => {
    const before = wholeRuns();
    const slow = write(
      folder,
      'slow.ts',
      ECHO.replace('const large', 'for (let i = 0; i < 2e5; i++) Math.sqrt(i);\n    const large'),
    );
    const { status, stderr, stdout } = await tapedeck(['backtest', '--strategy', slow, '--data', data], {
      during: async (child) => {
        await until(() => entriesOf(data, 'runs').some((name) => name.startsWith('.partial-')));
        // In the middle of the run: while a part of the tape begins or ends, one signal in some hundred is lost and must be given again.
        await new Promise((done) => setTimeout(done, 100));
        const pressing = setInterval(() => child.kill('SIGINT'), 1_000);
        child.once('exit', () => clearInterval(pressing));
        child.kill('SIGINT');
      },
    });
    expect(status).toBe(130);
    expect(stderr).toContain('[interrupted]');
    expect(stdout).toBe('');
    expect(entriesOf(data, 'runs')).toEqual(before);
  });

  it('says that the disk is full, and leaves nothing, where the run may not be written', async () => {
    const before = wholeRuns();
    const { status, stderr } = await shell(`ulimit -f 8; $TAPEDECK ${backtest.join(' ')}`);
    expect(status).toBe(6);
    expect(stderr).toContain('[disk-full]');
    expect(stderr).not.toContain('    at ');
    expect(entriesOf(data, 'runs')).toEqual(before);
  });

  it('says so, and leaves nothing, where the demo tape may not be written', async () => {
    const full = join(folder, 'full');
    const { status, stderr } = await shell(`ulimit -f 100; $TAPEDECK backtest --strategy ${strategy} --data ${full}`);
    expect(status).toBe(6);
    expect(stderr).toContain('[disk-full]');
    expect(entriesOf(full, 'tapes')).toEqual([]);
    expect(entriesOf(full, 'runs')).toEqual([]);
  });
});

describe('the demo tape', () => {
  it('is generated once and for all by whoever comes first, and made anew where another generator wrote it', async () => {
    const shared = join(folder, 'shared');
    const tape = join(shared, 'tapes', 'demo-synthetic');
    const runs = () =>
      Promise.all(
        ['a', 'b'].map((seed) =>
          tapedeck([
            'backtest',
            '--strategy',
            strategy,
            '--data',
            shared,
            '--seed',
            seed,
            '--json',
            '--lanes',
            seed === 'a' ? 'base' : 'pessimistic',
          ]),
        ),
      );
    const together = await runs();
    expect(together.map(({ status }) => status)).toEqual([0, 0]);
    const digests = together.map(({ stdout }) => JSON.parse(stdout).facts.tapeDigest);
    expect(digests[0]).toBe(digests[1]);

    const manifest = readFileSync(join(tape, 'tape.json'), 'utf8');
    write(tape, 'tape.json', manifest.replace(/\(generator [0-9a-f]+\)/, '(generator of another day)'));
    const afterwards = await runs();
    expect(afterwards.map(({ status }) => status)).toEqual([0, 0]);
    expect(readFileSync(join(tape, 'tape.json'), 'utf8')).toMatch(/\(generator [0-9a-f]{16}\)/);
    expect(entriesOf(shared, 'tapes')).toEqual(['demo-synthetic']);
  });
});
