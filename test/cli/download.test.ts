import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { WeatherServer } from '../forecasts/weather-server.ts';
import { compiledProgram, temporaryFolder } from './compiled.ts';
import { HistoryServer } from './history-server.ts';

const server = await new HistoryServer().open();
afterAll(() => server.close());
beforeEach(() => {
  server.requests = 0;
  server.mishap = () => null;
  server.forgetful = false;
});

interface Ended {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

async function download(
  data: string,
  flags: readonly string[] = [],
  shell = '',
  during?: (child: ChildProcess) => void,
): Promise<Ended> {
  const args = [
    compiledProgram(),
    'download',
    '--series',
    'KXHIGHCHI',
    '--data',
    data,
    '--url',
    server.url,
    '--json',
    ...flags,
  ];
  const options = { env: { PATH: process.env.PATH, NODE_OPTIONS: '' } };
  const child =
    shell === ''
      ? spawn(process.execPath, args, options)
      : spawn('bash', ['-c', `${shell} "$0" "$@"`, process.execPath, ...args], options);
  let [stdout, stderr] = ['', ''];
  child.stdout.on('data', (piece) => {
    stdout += piece;
  });
  child.stderr.on('data', (piece) => {
    stderr += piece;
  });
  during?.(child);
  const [status] = (await once(child, 'close')) as [number | null];
  return { status, stdout, stderr };
}

const digestOf = ({ stdout, stderr, status }: Ended): string => {
  expect([status, stderr]).toEqual([0, '']);
  return JSON.parse(stdout).manifest.digest;
};

let whole = '';

describe('tapedeck download, from a venue with two tiers', () => {
  it('brings every market with its settlement and every trade once, over all pages of both tiers', async () => {
    const data = temporaryFolder();
    const ended = await download(data);
    whole = digestOf(ended);
    const { manifest, markets } = JSON.parse(ended.stdout);
    expect(manifest.counts).toMatchObject({ trade: server.trades.length });
    expect(markets ?? manifest.marketCount).toBeTruthy();
    expect(manifest.marketCount).toBe(12);
    const notes = manifest.importReport.notes as { what: string; count: number }[];
    expect(notes.find(({ what }) => what.includes('id was there before'))?.count).toBeGreaterThan(0);
    expect(readdirSync(join(data, 'downloads', 'KXHIGHCHI')).sort()).toEqual([
      'cutoff',
      'events',
      'fee-changes',
      'historical-markets',
      'historical-trades',
      'markets',
      'request.json',
      'series',
      'trades',
    ]);
    const before = server.requests;
    expect(digestOf(await download(data))).toBe(whole);
    expect(server.requests).toBe(before);
  });

  it('is killed at any moment and goes on: the same tape, and nothing asked twice that was kept', async () => {
    const asked: number[] = [];
    for (const after of [2, 9, 17, 30, 44]) {
      const data = temporaryFolder();
      server.requests = 0;
      await download(data, [], '', (child) => {
        server.mishap = (_path, count) => {
          if (count === after) child.kill('SIGKILL');
          return null;
        };
      });
      expect(existsSync(join(data, 'tapes', 'KXHIGHCHI'))).toBe(false);
      server.mishap = () => null;
      expect(digestOf(await download(data)), `killed at request ${after}`).toBe(whole);
      asked.push(server.requests);
    }
    // Some that were under way when it was killed are asked for again.
    for (const requests of asked) expect(requests).toBeLessThanOrEqual(asked[0]! + 6);
  });

  it('goes on after Ctrl-C, a venue that is down, and a full disk, each said with its next step', async () => {
    const data = temporaryFolder();
    const stopped = await download(data, [], '', (child) => {
      server.mishap = (_path, count) => {
        if (count === 12) child.kill('SIGINT');
        return null;
      };
    });
    expect([stopped.status, stopped.stderr]).toEqual([130, expect.stringContaining('Run the same command again')]);
    server.mishap = () => 503;
    const down = await download(data);
    expect([down.status, down.stderr]).toEqual([9, expect.stringContaining('Run the same command again')]);
    server.mishap = () => null;
    const full = await download(temporaryFolder(), [], 'ulimit -f 1;');
    expect([full.status, full.stderr]).toEqual([6, expect.stringContaining('Free some space')]);
    expect(digestOf(await download(data))).toBe(whole);
  });

  it('gives the same tape over refusals for the rate, errors and cut connections', async () => {
    server.mishap = (_path, count) => (count % 5 === 0 ? 429 : count % 7 === 0 ? 503 : count % 11 === 0 ? 'cut' : null);
    expect(digestOf(await download(temporaryFolder()))).toBe(whole);
  });

  it('notices a cursor that the venue has forgotten, and says so where it stays so', async () => {
    const data = temporaryFolder();
    await download(data, [], '', (child) => {
      server.mishap = (path, count) => {
        if (path.endsWith('/trades') && count > 20) child.kill('SIGKILL');
        return null;
      };
    });
    server.mishap = () => null;
    server.forgetful = true;
    const lost = await download(data);
    expect([lost.status, lost.stderr]).toEqual([9, expect.stringContaining('lead back to the first')]);
    server.forgetful = false;
    expect(digestOf(await download(data))).toBe(whole);
  });

  it('takes the days that are asked for, and refuses another request in the same folder', async () => {
    const data = temporaryFolder();
    const some = await download(data, ['--from', '2026-07-02', '--to', '2026-07-03']);
    expect(JSON.parse(some.stdout).manifest.marketCount).toBe(4);
    const other = await download(data, ['--from', '2026-07-02']);
    expect([other.status, other.stderr]).toEqual([
      2,
      expect.stringMatching(/holds another download: to .*2026-07-03.*, not null/),
    ]);
    const named = await download(data, ['--name', 'july']);
    expect(digestOf(named)).toBe(whole);
  });

  it('says what cannot be asked for', async () => {
    const data = temporaryFolder();
    for (const [flags, status, says] of [
      [['--city', 'atlantis'], 2, /no such city is known/],
      [['--from', '2026-13-01'], 2, /is no day/],
      [['--from', '2026-07-03', '--to', '2026-07-01'], 2, /is after/],
      [['--from', '2031-01-01', '--name', 'later'], 2, /there is no market of KXHIGHCHI between/],
    ] as const) {
      const ended = await download(data, flags);
      expect([ended.status, ended.stderr]).toEqual([status, expect.stringMatching(says)]);
      expect(ended.stderr).not.toMatch(/^\s+at /m);
    }
    const request = JSON.parse(readFileSync(join(data, 'downloads', 'later', 'request.json'), 'utf8'));
    expect(request).toMatchObject({ environment: 'local', series: ['KXHIGHCHI'], from: '2031-01-01' });
  });
});

describe('tapedeck download weather', () => {
  const folder = temporaryFolder();

  it('brings forecasts, highs and readings beside the trades, each at its issue time, and goes on where it was', async () => {
    const weather = await new WeatherServer().open();
    try {
      // The third page of an archive fails for good: what was there is kept.
      weather.mishap = (path, count) => (count === 3 && path.includes('open-meteo') ? 404 : null);
      const flags = ['--weather-url', weather.url, '--name', 'highs'];
      const stopped = await download(folder, ['weather', ...flags]);
      expect(stopped.status).toBe(9);
      expect(stopped.stderr).toMatch(/gave no usable answer: it answered 404/);
      expect(stopped.stderr).toMatch(/download highs goes on where it is/);
      const before = weather.asked.length;
      weather.mishap = () => null;
      const ended = await download(folder, ['weather', ...flags]);
      expect([ended.status, ended.stderr]).toEqual([0, '']);
      const kept = weather.asked.slice(0, before - 1);
      expect(kept.length).toBeGreaterThan(0);
      expect(weather.asked.slice(before).filter((path) => kept.includes(path))).toEqual([]);
      const { notes } = JSON.parse(ended.stdout).manifest.importReport;
      expect(JSON.stringify(notes)).toContain('signals of weather/forecasts/chicago');
      const sql = `SELECT name, count(*) AS n, count(*) FILTER (local_time_us <> issue) AS early, min(about) AS first, max(about) AS last
        FROM (SELECT (detail->>'$.signal.name') AS name, (detail->>'$.signal.about') AS about, local_time_us,
          (detail->'$.signal.issueTime')::BIGINT AS issue FROM tape_events WHERE tape = 'highs' AND kind = 'detail'
          AND (detail->>'$.type') = 'signal') GROUP BY ALL ORDER BY name`;
      const queried = spawnSync(
        process.execPath,
        [compiledProgram(), 'query', sql, '--data', folder, '--format', 'json'],
        { encoding: 'utf8' },
      );
      expect(queried.stderr).toBe('');
      const rows = JSON.parse(queried.stdout) as { name: string; n: number; early: number; first: string }[];
      expect(rows.map(({ name }) => name)).toEqual([
        'forecast-high/chicago',
        'observed-max/chicago',
        'official-high/chicago',
      ]);
      for (const { early, n } of rows) expect([early, n > 5]).toEqual([0, true]);
      // A hundred days before the first market, so that the forecast can be judged by its errors from the first day on.
      expect(rows[0]!.first).toBe('2026-03-23');
      // Without weather it is another download.
      const other = await download(folder, ['--name', 'highs']);
      expect(other.stderr).toContain('holds another download: weather true, not undefined');
    } finally {
      weather.close();
    }
  });

  it('is refused for a series of which no weather is known', async () => {
    const args = ['download', 'weather', '--series', 'KXINX', '--data', folder];
    const refused = spawnSync(process.execPath, [compiledProgram(), ...args], { encoding: 'utf8' });
    expect([refused.status, refused.stderr]).toEqual([
      2,
      expect.stringContaining('no weather is known of series KXINX'),
    ]);
  });
});
