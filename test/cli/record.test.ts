import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { RECORDER, recorderFrame } from '../../src/cli/recording-frames.ts';
import type { Time } from '../../src/core/time.ts';
import { Recorder } from '../../src/tape/record/recorder.ts';
import { cityOfSeries } from '../../src/weather/cities.ts';
import { climateDayOf, dayAfter } from '../../src/weather/climate-day.ts';
import { reportText } from '../forecasts/report-text.ts';
import { WeatherServer } from '../forecasts/weather-server.ts';
import { compiledProgram, entriesOf, temporaryFolder, until } from './compiled.ts';

const data = temporaryFolder();
let exchange: ChildProcess;
let url = '';
let account: Record<string, string> = {};

interface Recorded {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

type During = (child: ChildProcess, stderr: () => string) => Promise<void>;

/** Runs the compiled `record` with the account of the local exchange. `during` may kill it. */
async function record(flags: readonly string[], env = account, during?: During): Promise<Recorded> {
  const args = [compiledProgram(), 'record', '--data', data, '--url', url, ...flags];
  const child = spawn(process.execPath, args, { cwd: data, env: { PATH: process.env.PATH, ...env } });
  let [stdout, stderr] = ['', ''];
  child.stdout.on('data', (piece) => {
    stdout += piece;
  });
  child.stderr.on('data', (piece) => {
    stderr += piece;
  });
  const closed = once(child, 'close') as Promise<[number | null]>;
  await during?.(child, () => stderr).catch((error: unknown) => {
    child.kill('SIGKILL');
    throw error;
  });
  const [status] = await closed;
  return { status, stdout, stderr };
}

const folderOf = (name = 'SYNHIGHVIL'): string => join(data, 'recordings', name);

const textsOf = (name?: string): string[] =>
  entriesOf(folderOf(name))
    .filter((file) => file.endsWith('.ndjson') && file !== 'gaps.ndjson')
    .map((file) => readFileSync(join(folderOf(name), file), 'utf8'));

/** The frames of the recording, as its lines have them. */
const framesOf = (): { readonly f: string }[] =>
  textsOf()
    .flatMap((text) => text.trimEnd().split('\n'))
    .map((line) => JSON.parse(line) as { f?: string })
    .filter((line): line is { f: string } => typeof line.f === 'string');

/** Sends a signal once the recorder has said that it records, and changes of books that it has heard are on the disk. */
function onceRecording(signal: NodeJS.Signals, name?: string): During {
  const changes = () => textsOf(name).join('').split('type\\":\\"orderbook_delta').length;
  return async (child, stderr) => {
    const before = changes();
    const records = () => /^recording \d+ markets /m.test(stderr()) && changes() > before;
    await until(() => child.exitCode !== null || records());
    child.kill(signal);
  };
}

beforeAll(async () => {
  const world = ['--seed', 'recorded', '--speed', '60', '--days', '2', '--cities', '1', '--activity', '10'];
  const args = [compiledProgram(), 'exchange', '--port', '0', '--data', data, '--json', ...world];
  exchange = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  let text = '';
  for await (const piece of exchange.stdout!) {
    text += piece;
    if (text.endsWith('}\n')) break;
  }
  const told = JSON.parse(text);
  url = `http://127.0.0.1:${told.port}`;
  const [{ key_id, private_key_file }] = told.keys;
  account = { KALSHI_API_KEY: key_id, KALSHI_API_SECRET: private_key_file };
});
afterAll(() => exchange.kill());

describe('tapedeck record, against the local exchange over real sockets', () => {
  it('keeps every frame of the open markets of a series, in sequence, and reads it again whole', async () => {
    const { status, stdout, stderr } = await record(['--series', 'SYNHIGHVIL', '--duration', '4', '--json']);
    expect([status, stderr]).toEqual([0, expect.stringMatching(/^recording \d+ markets of local to /)]);
    const told = JSON.parse(stdout);
    expect(told).toMatchObject({ folder: folderOf(), findings: [], gaps: [], booksTorn: 0, troubles: [] });
    expect(told.booksWhole).toBeGreaterThanOrEqual(6);
    const frames = framesOf();
    expect(frames).toHaveLength(told.frames);
    const messages = frames.map(({ f }) => JSON.parse(f) as { type: string; sid?: number; seq?: number });
    expect(messages.filter(({ type }) => type === 'tapedeck_market').length).toBe(told.booksWhole);
    expect(messages.some(({ type }) => type === 'orderbook_delta')).toBe(true);
    const last = new Map<number, number>();
    for (const { sid, seq } of messages) {
      if (sid === undefined || seq === undefined) continue;
      expect(seq).toBe((last.get(sid) ?? 0) + 1);
      last.set(sid, seq);
    }
  });

  it('logs connections where LOG_LEVEL asks for it, in JSON lines, and no key', async () => {
    const flags = ['--series', 'SYNHIGHVIL', '--name', 'logged', '--no-tape'];
    const { stderr } = await record(flags, { ...account, LOG_LEVEL: 'info' }, onceRecording('SIGINT', 'logged'));
    const lines = stderr.split('\n').filter((line) => line.startsWith('{'));
    expect(lines.map((line) => JSON.parse(line).msg)).toEqual(['connected', 'connection ended']);
    expect(stderr).not.toContain(account.KALSHI_API_KEY);
  });

  it('goes on in the same folder after Ctrl-C and after kill -9, says where it was away, and loses nothing', async () => {
    const first = framesOf();
    const stopped = await record(['--series', 'SYNHIGHVIL', '--json'], account, onceRecording('SIGINT'));
    expect(stopped.status).toBe(0);
    const both = framesOf();
    expect(both.length).toBeGreaterThan(first.length);
    expect(both.slice(0, first.length)).toEqual(first);
    expect(JSON.parse(stopped.stdout).frames).toBe(both.length);
    const killed = await record(['--series', 'SYNHIGHVIL', '--json'], account, onceRecording('SIGKILL'));
    expect([killed.status, killed.stdout]).toEqual([null, '']);
    const again = await record(['--series', 'SYNHIGHVIL'], account, onceRecording('SIGINT'));
    expect(again.status).toBe(0);
    expect(framesOf().slice(0, both.length)).toEqual(both);
    expect(again.stdout).toContain('read again and whole');
    expect(again.stdout).toMatch(/gaps: restart \(restarted: closed in order\); restart \(restarted: .*\); restart/);
  });

  it('leaves a tape that a backtest runs on, and a certificate says so; a killed recorder leaves one that can be made', async () => {
    const run = (...args: string[]) =>
      spawnSync(process.execPath, [compiledProgram(), ...args, '--data', data], { encoding: 'utf8' });
    const { status, stdout } = await record([
      '--series',
      'SYNHIGHVIL',
      '--name',
      'taped',
      '--duration',
      '6',
      '--checkpoint',
      '2',
      '--json',
    ]);
    const { tape } = JSON.parse(stdout);
    expect([status, tape]).toEqual([
      0,
      { name: 'taped', rows: expect.any(Number), digest: expect.any(String), why: null },
    ]);
    const tested = run('backtest', '--strategy', 'maker', '--tape', 'taped', '--json', '--quiet');
    expect(tested.status, tested.stderr).toBe(0);
    expect(JSON.parse(tested.stdout).run.digest).toMatch(/^[0-9a-f]{64}$/);
    const certified = run('certify', 'taped', '--json');
    expect(certified.status, certified.stderr).toBe(0);
    const { books, tape: again, findings } = JSON.parse(certified.stdout);
    expect([findings, again]).toEqual([[], { digest: tape.digest, sealed: tape.digest, same: true }]);
    expect(books.agreed).toBeGreaterThanOrEqual(6);
    expect(books.differed).toBe(0);
    const flags = ['--series', 'SYNHIGHVIL', '--name', 'killed'];
    const killed = await record(flags, account, onceRecording('SIGKILL', 'killed'));
    expect(killed.status).toBeNull();
    expect(run('certify', 'killed', '--json').status).toBe(0);
    const source = folderOf('killed');
    const imported = run('import', source, '--format', 'kalshi-recording', '--name', 'killed');
    expect([imported.status, imported.stdout]).toEqual([
      0,
      expect.stringContaining('recording killed: the WebSocket of a local exchange'),
    ]);
    const segment = join(source, 'segment-000001.ndjson');
    const bytes = readFileSync(segment);
    // Within a whole book: what only the recorder wrote changes no tape.
    bytes[bytes.indexOf('orderbook_snapshot')]! ^= 1;
    writeFileSync(segment, bytes);
    const harmed = run('certify', 'killed');
    expect([harmed.status, harmed.stdout]).toEqual([
      3,
      expect.stringMatching(/segment-000001\.ndjson:\d+: the CRC does not fit/),
    ]);
    expect(harmed.stderr).toContain('the sealed tape is not what the recording gives');
    expect(run('compact', 'taped').stdout).toMatch(/1 segments? packed/);
    expect(run('certify', 'taped').status).toBe(0);
    const nothing = run('certify', 'nowhere');
    expect([nothing.status, nothing.stderr]).toEqual([3, expect.stringContaining('there is no recording nowhere')]);
  });

  it('says what is missing, and the next step', async () => {
    const stranger = { ...account, KALSHI_API_KEY: '00000000-0000-4000-8000-000000000000' };
    const cases: readonly (readonly [readonly string[], Record<string, string>, RegExp, number])[] = [
      [[], account, /nothing to record is named/, 2],
      [['--series', 'SYNHIGHXXX'], account, /no market of SYNHIGHXXX is open/, 2],
      [['--series', 'SYNHIGHVIL', '--duration', '0'], account, /--duration 0 is no time/, 2],
      [['--series', 'SYNHIGHVIL'], {}, /KALSHI_API_KEY is not set/, 9],
      [
        ['--series', 'SYNHIGHVIL', '--name', 'of-demo'],
        account,
        /the recording of-demo is of demo, and local is asked/,
        3,
      ],
      [['--market', 'SYNHIGHVIL-NOPE'], account, /was refused: 404/, 9],
      [['--series', 'SYNHIGHVIL', '--name', 'strange', '--duration', '2'], stranger, /no frame came from .*401/, 9],
    ];
    const demo = new Recorder({ folder: folderOf('of-demo'), now: () => 0 });
    demo.write(recorderFrame('tapedeck_recording', { environment: 'demo' }), 0, 0, RECORDER);
    await demo.close();
    for (const [flags, env, says, status] of cases) {
      const ended = await record(flags, env);
      expect([ended.status, ended.stderr]).toEqual([status, expect.stringMatching(says)]);
      expect(ended.stderr).toMatch(/^next: {2}\S/m);
      expect(ended.stderr).not.toMatch(/^\s+at /m);
    }
  });

  it('records what weather services tell of a city, as it is issued, and puts it on the tape', async () => {
    const village = cityOfSeries('SYNHIGHVIL')!;
    const weather = await new WeatherServer(village).open();
    try {
      const now = new Date();
      const ago = (minutes: number) => new Date(now.getTime() - minutes * 60_000).toISOString();
      const day = climateDayOf(village, (now.getTime() * 1_000) as Time);
      weather.forecastDays = [dayAfter(day, -1), dayAfter(day, 2)];
      weather.hourly = { generatedAt: ago(20), from: `${ago(20).slice(0, 13)}:00:00Z`, hours: 72, warmer: 0 };
      weather.observations = [{ time: ago(10), celsius: 21 }];
      const text = reportText({ product: village.station.climateReport, high: '66' });
      weather.products.set('p', { issued: ago(30), text });
      // The first requests fail: they are made again, and nothing else waits for them.
      weather.mishap = (_, count) => (count <= 2 ? 500 : null);
      const flags = ['--series', 'SYNHIGHVIL', '--name', 'rain', '--json', '--weather-url', weather.url];
      const told = (name: string) => textsOf('rain').join('').split(`${name}/${village.name}`).length - 1;
      const { status, stdout } = await record(flags, account, async (child) => {
        // Past forecasts and highs, a hundred days of each, so that the first look already knows how forecasts err.
        const history = () => told('forecast-high') > 95 && told('official-high') > 90;
        await until(() => history() && told('forecast-high-nws') > 0 && told('observed-max') > 0);
        child.kill('SIGINT');
      });
      expect(status).toBe(0);
      expect(JSON.parse(stdout).tape.why).toBeNull();
      const sql = `SELECT (detail->>'$.signal.name') AS name, count(*) AS n,
        count(*) FILTER ((detail->'$.signal.issueTime')::BIGINT > local_time_us) AS early, max((detail->'$.signal.value')::DOUBLE) AS most
        FROM tape_events WHERE tape = 'rain' AND kind = 'detail' AND (detail->>'$.type') = 'signal' GROUP BY ALL ORDER BY name`;
      const args = ['query', sql, '--data', data, '--format', 'json'];
      const queried = spawnSync(process.execPath, [compiledProgram(), ...args], { encoding: 'utf8' });
      expect(queried.stderr).toBe('');
      const rows = JSON.parse(queried.stdout) as { name: string; n: number; early: number; most: number }[];
      expect(rows.map(({ name }) => name)).toEqual(
        ['forecast-high-nws', 'forecast-high', 'observed-max', 'official-high'].map(
          (name) => `${name}/${village.name}`,
        ),
      );
      for (const { early, n } of rows) expect([early, n > 0]).toEqual([0, true]);
      expect(rows[1]!.n).toBeGreaterThan(95);
      expect(rows[3]!.n).toBeGreaterThan(90);
      expect(rows[2]!.most).toBeCloseTo(69.8, 5);
    } finally {
      weather.close();
    }
  });
});
