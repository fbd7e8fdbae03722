import { appendFileSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import type { SweepSummary } from '../../src/study/sweep/sweep-summary.ts';
import { compiledProgram, ECHO, entriesOf, shell, tapedeck, temporaryFolder, until, write } from './compiled.ts';

const folder = temporaryFolder();
const data = join(folder, 'data');
/** A fifth of the demo: what sweeps do, and not what comes of them, is looked at here. */
const tape = join(data, 'tapes', 'small');
const echo = write(folder, 'echo.ts', ECHO);
const GRID = ['--sweep', 'least=400,600', '--sweep', 'fade=false,true'];

/** Another data folder, on the same tape. */
let folders = 0;
const elsewhere = (): string => join(folder, `other-${folders++}`);

async function sweep(where: string, flags: readonly string[], strategy = echo): Promise<SweepSummary> {
  const base = ['backtest', '--strategy', strategy, '--tape', tape, '--data', where, '--json'];
  const { status, stdout, stderr } = await tapedeck([...base, ...flags]);
  expect(status, stderr).toBe(0);
  return JSON.parse(stdout) as SweepSummary;
}

function resultsFile(where: string): string {
  const [id = 'none'] = entriesOf(where, 'sweeps');
  return join(where, 'sweeps', id, 'results.ndjson');
}

const linesOf = (file: string): string[] =>
  existsSync(file) ? readFileSync(file, 'utf8').split('\n').slice(0, -1) : [];

/** Acts by its parameter: trades, throws, ends the process, or never returns. */
const MOODY = ECHO.replace("name: 'echo'", "name: 'moody'")
  .replace(
    'fade: flag(',
    "mood: choice(['calm', 'angry', 'gone', 'endless'], { standard: 'calm', help: '' }),\n  fade: flag(",
  )
  .replace('{ flag,', '{ choice, flag,')
  .replace(
    'context.explain(',
    `if (this.#values.mood === 'angry') throw new Error('enough of this');
    if (this.#values.mood === 'gone') process.exit(7);
    while (this.#values.mood === 'endless');
    context.explain(`,
  );

beforeAll(async () => {
  compiledProgram();
  await tapedeck(['synth', '--name', 'small', '--cities', '1', '--days', '9', '--data', data, '--quiet']);
});

describe('a sweep, by the compiled command', () => {
  it('gives each configuration the digest of a run of its own, whatever the threads and whatever shares its pass', async () => {
    const one = await sweep(elsewhere(), [...GRID, '--workers', '1']);
    const two = await sweep(elsewhere(), [...GRID, '--workers', '2']);
    const alone = await sweep(elsewhere(), ['--sweep', 'least=600', '--sweep', 'fade=true']);
    expect(two).toEqual({ ...one, sweep: { ...one.sweep, id: two.sweep.id } });
    expect(new Set(one.rows.map(({ digest }) => digest)).size).toBe(4);
    const where = elsewhere();
    for (const { swept, digest } of one.rows) {
      const params = Object.entries(swept).flatMap(([name, value]) => ['--param', `${name}=${value}`]);
      const base = ['backtest', '--strategy', echo, '--tape', tape, '--data', where, '--no-controls', '--json'];
      const { stdout } = await tapedeck([...base, ...params]);
      expect(JSON.parse(stdout).run.digest).toBe(digest);
    }
    expect(alone.rows[0]!.digest).toBe(one.rows.find(({ number }) => number === 4)!.digest);
  });

  it('goes on after kill -9 from the batches that were done, a torn line cut, and ends with the same answer', async () => {
    const many = ['--sweep', 'least=600..1750/50', '--workers', '2'];
    const undisturbed = await sweep(elsewhere(), many);
    const where = elsewhere();
    const flags = ['backtest', '--strategy', echo, '--tape', tape, '--data', where, ...many];
    const killed = await tapedeck(flags, {
      during: (child) => void until(() => linesOf(resultsFile(where)).length > 0).then(() => child.kill('SIGKILL')),
    });
    expect(killed.status).toBeNull();
    const kept = linesOf(resultsFile(where));
    expect(kept.length).toBeGreaterThan(0);
    expect(kept.length).toBeLessThan(24);
    appendFileSync(resultsFile(where), '{"number":24,"arm":"ec');
    const resumed = await tapedeck([...flags, '--json']);
    expect(resumed.stderr).toContain(`${kept.length} done before`);
    expect(JSON.parse(resumed.stdout)).toEqual(undisturbed);
    expect(linesOf(resultsFile(where)).slice(0, kept.length)).toEqual(kept);
    // Asked once more, it only reports.
    const again = await tapedeck([...flags, '--json']);
    expect(again.stderr).toContain('all done before');
    expect(again.stdout).toBe(resumed.stdout);
  });

  it('ends at once at Ctrl-C although a strategy never returns, names it, and keeps what was done', async () => {
    const strategy = write(folder, 'moody.ts', MOODY);
    const where = elsewhere();
    const base = ['backtest', '--strategy', strategy, '--tape', tape, '--data', where, '--workers', '2'];
    const points = Array.from({ length: 20 }, (_, at) => ({ least: 900 + at, mood: at === 0 ? 'endless' : 'calm' }));
    const file = write(folder, 'points.json', JSON.stringify(points));
    let ended = 0;
    const stopped = await tapedeck([...base, '--sweep-file', file], {
      during: (child) =>
        void until(() => linesOf(resultsFile(where)).length > 0).then(() => {
          ended = Date.now();
          child.kill('SIGINT');
        }),
    });
    expect(stopped.status).toBe(130);
    expect(Date.now() - ended).toBeLessThan(10_000);
    expect(stopped.stderr).toMatch(/interrupted with \d+ configurations done; under way: 1 \(least=900 mood=endless\)/);
    const kept = linesOf(resultsFile(where)).map((line) => JSON.parse(line).number);
    expect(kept.length).toBeGreaterThan(0);
    expect(kept).not.toContain(1);
  });

  it('names the configurations that throw or end their thread, and keeps the others', async () => {
    const strategy = write(folder, 'moody.ts', MOODY);
    const where = elsewhere();
    const summary = await sweep(
      where,
      ['--sweep', 'mood=calm,angry,gone', '--sweep', 'size=1,2', '--workers', '1'],
      strategy,
    );
    expect(summary.rows.map(({ number }) => number).sort()).toEqual([1, 2]);
    expect(summary.failed.map(({ number, why }) => [number, why.slice(0, 40)])).toEqual([
      [3, expect.stringContaining('strategy "moody" threw in onTrade')],
      [4, expect.stringContaining('strategy "moody" threw in onTrade')],
      [5, 'it ended its thread with exit status 7'],
      [6, 'it ended its thread with exit status 7'],
    ]);
  });

  it('ends as the failure of a strategy whose promise or timer fails where nobody waits, names the batch, and keeps the others', async () => {
    const strays = {
      promise: "void Promise.reject(new Error('stray'))",
      timer: "setTimeout(() => { throw new Error('stray'); }, 1)",
      late: "setTimeout(() => { throw new Error('stray'); }, 60_000)",
    };
    for (const [name, stray] of Object.entries(strays)) {
      const text = ECHO.replace(
        '  onTrade(',
        `  onStart(): void {\n    if (this.#values.least === 61_200) ${stray};\n  }\n\n  onTrade(`,
      );
      const where = elsewhere();
      const flags = ['backtest', '--strategy', write(folder, `${name}.ts`, text), '--tape', tape, '--data', where];
      const { status, stderr } = await tapedeck([...flags, '--sweep', 'least=601..612/1', '--workers', '1']);
      expect([status, stderr]).toEqual([5, expect.stringMatching(/one of the configurations .*12 \(least=612\)/)]);
      expect(stderr).toContain('[strategy-failed]');
      const kept = linesOf(resultsFile(where)).map((line) => JSON.parse(line).number as number);
      expect(kept.length).toBeGreaterThan(0);
      expect(kept).not.toContain(12);
    }
  });

  it('gives a configuration the digest of its own run where the strategy counts outside of itself', async () => {
    const counting = ECHO.replace('class Echo', 'let seen = 0;\n\nclass Echo').replace(
      'const large: Quantity',
      'if (++seen % 7 !== 0) return;\n    const large: Quantity',
    );
    const strategy = write(folder, 'counting.ts', counting);
    const [one, two] = [elsewhere(), elsewhere()];
    const swept = ['--sweep', 'least=100..600/100'];
    const rows = (await sweep(one, [...swept, '--workers', '1'], strategy)).rows;
    expect((await sweep(two, [...swept, '--workers', '2'], strategy)).rows).toEqual(rows);
    const last = rows.find(({ number }) => number === 6)!;
    const base = ['backtest', '--strategy', strategy, '--tape', tape, '--data', elsewhere(), '--json'];
    const alone = await tapedeck([...base, '--no-controls', '--param', 'least=600']);
    expect(JSON.parse(alone.stdout).run.digest).toBe(last.digest);
  });

  it('prints a command for its first row that gives that row, whatever the terms, and however the files are called', async () => {
    const where = join(folder, "an odd folder, it's called");
    const strategy = write(where, 'my echo.ts', ECHO);
    const latency = write(where, 'my delays.json', '{"request_ms":[30,40],"response_ms":[20],"feed_ms":5}');
    const limits = write(where, 'limits.json', '{"open_orders": 40}');
    const params = write(where, 'params.json', '{"size": 3, "fade": true}');
    const terms = ['--latency', latency, '--limits', limits, '--params', params, '--seed', "it's 7", '--cash', '700'];
    const more = [
      '--membership',
      'non-direct',
      '--tier',
      'advanced',
      '--lanes',
      'optimistic,base',
      '--param',
      'fade=false',
    ];
    const flags = ['backtest', '--strategy', strategy, '--tape', tape, '--data', where, ...terms, ...more];
    const swept = [...flags, '--sweep', 'least=400,600'];
    const printed = (await tapedeck(swept)).stdout
      .split('\n')
      .find((line) => line.startsWith('  npx tapedeck backtest'))!;
    const { rows } = JSON.parse((await tapedeck([...swept, '--json'])).stdout) as SweepSummary;
    const { stdout, stderr } = await shell(`${printed.replace('npx tapedeck', '$TAPEDECK')} --json`);
    expect(JSON.parse(stdout || stderr).run?.digest).toBe(rows[0]!.digest);
  });

  it('starts anew where the strategy was changed, and says why', async () => {
    const strategy = write(folder, 'changing.ts', ECHO);
    const where = elsewhere();
    const flags = ['backtest', '--strategy', strategy, '--tape', tape, '--data', where, '--sweep', 'least=400,600'];
    expect((await tapedeck(flags)).stderr).not.toContain('changed since');
    writeFileSync(strategy, ECHO.replace("context.explain('echo'", "context.explain('echoed'"));
    const changed = await tapedeck(flags);
    expect(changed.stderr).toContain(
      'the program or the strategy has changed since, so those results do not count here',
    );
    expect(changed.stderr).not.toContain('done before');
    expect(entriesOf(where, 'sweeps')).toHaveLength(2);
  });

  it('is refused before any work where the grid is wrong', async () => {
    const base = ['backtest', '--strategy', echo, '--tape', tape, '--data', elsewhere()];
    for (const [flags, text] of [
      [['--sweep', 'leest=1,2'], 'there is no parameter "leest"'],
      [['--sweep', 'size=1,99'], 'parameter size=99 is outside 1 to 50'],
      [['--sweep', 'least=1..99999/1'], 'a sweep takes at most 2,000'],
      [['--sweep', 'least=1,2', '--workers', '0'], '--workers 0 is not a number of threads'],
      [['--sweep', 'least=1,2', '--walk-forward', 'train=9d,test=3d,step=1d'], 'overlap'],
      [['--walk-forward', 'train=9d,test=3d'], 'belong to a sweep'],
    ] as const) {
      const { status, stderr } = await tapedeck([...base, ...flags]);
      expect([status, stderr]).toEqual([2, expect.stringContaining(text)]);
    }
  });

  it('reports in words: a ranking, what luck shows, a verdict, and windows that were walked', async () => {
    // The demo itself: nine days of one city are too few for words of luck.
    const flags = ['backtest', '--strategy', echo, '--data', elsewhere(), ...GRID];
    const { stdout } = await tapedeck([...flags, '--walk-forward', 'train=6d,test=2d']);
    expect(stdout).toContain('SYNTHETIC: a program generated this tape');
    expect(stdout).toMatch(/Survives deflation by 4 trials: (no|cannot be said|not enough days)/);
    expect(stdout.replaceAll(/\s+/g, ' ')).toContain('by luck alone in one case of two');
    expect(stdout).toContain('Walk-forward: 6 days to choose, 2 to test');
    expect(stdout).toMatch(/tapedeck backtest --strategy .*echo\.ts --param least=\d+ --param fade=/);
  });
});

describe('trials', () => {
  it('that cannot be recorded stop a run before it begins, and odd lines among them stop none', async () => {
    const where = elsewhere();
    const base = ['backtest', '--strategy', echo, '--tape', tape, '--data', where];
    const registry = join(where, 'trials.ndjson');
    mkdirSync(registry, { recursive: true });
    for (const flags of [[], GRID]) {
      const refused = await tapedeck([...base, ...flags]);
      expect([refused.status, refused.stderr]).toEqual([6, expect.stringContaining(registry)]);
    }
    expect([...entriesOf(where, 'runs'), ...entriesOf(where, 'sweeps')]).toEqual([]);
    rmSync(registry, { recursive: true });
    writeFileSync(registry, 'null\n{"key":"z"}\n');
    for (const flags of [[], GRID]) {
      const { status, stderr } = await tapedeck([...base, ...flags]);
      expect([status, stderr]).toEqual([0, expect.stringContaining(`note: 2 lines of ${registry} cannot be read`)]);
    }
    expect(entriesOf(where, 'runs')).toHaveLength(1);
  });

  it('are counted over sweeps and runs, and a single run is judged by their number', async () => {
    const where = elsewhere();
    await sweep(where, GRID);
    const base = ['backtest', '--strategy', echo, '--tape', tape, '--data', where, '--json'];
    const repeated = JSON.parse((await tapedeck([...base, '--param', 'least=600'])).stdout);
    expect(repeated.facts.trials).toBe(4);
    const [fresh] = await Promise.all([
      tapedeck([...base, '--param', 'least=700']),
      tapedeck([...base, '--param', 'least=800']),
    ]);
    expect(JSON.parse(fresh.stdout).verdict.sentence).toMatch(/It is one of [56] trials on this and overlapping tapes/);
    // The run that was the only one of its day is judged by all that came after it.
    const { id } = repeated.run;
    const shown = JSON.parse((await tapedeck(['runs', id, '--data', where, '--json'])).stdout);
    expect([shown.facts.trials, shown.facts.trialsThen]).toEqual([6, 4]);
    const page = JSON.parse((await tapedeck(['report', id, '--no-sensitivity', '--data', where, '--json'])).stdout);
    expect(page.summary.facts.trials).toBe(6);
    const listed = JSON.parse((await tapedeck(['trials', '--tape', tape, '--data', where, '--json'])).stdout);
    expect(listed.count).toBe(6);
    expect(listed.trials).toHaveLength(6);
    const text = (await tapedeck(['trials', '--tape', tape, '--data', where])).stdout;
    expect(text).toContain('6 different configurations have traded on small or on tapes that overlap it');
    const all = (await tapedeck(['trials', '--data', where])).stdout;
    expect(all).toMatch(/small \(SYNTHETIC\).* 6 .* 6 .* 7/);
  });
});
