import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import type { SweepSummary } from '../../src/study/sweep/sweep-summary.ts';
import { type Database, openDatabase, readRows } from '../../src/tape/duckdb.ts';
import { FEATURES } from '../../src/weather/features.ts';
import { describeReal } from '../real-data.ts';
import { tapedeck, temporaryFolder } from './compiled.ts';

const NAMES = FEATURES.map(({ name }) => name);

async function read(file: string, sql: string): Promise<Record<string, unknown>[]> {
  const database: Database = await openDatabase();
  try {
    return await readRows(database.connection, sql.replace('FILE', `'${file}'`));
  } finally {
    database.close();
  }
}

describe('features', () => {
  const data = temporaryFolder();
  const out = join(data, 'features.parquet');

  it('are listed in their order, with unit and meaning', async () => {
    const { stdout } = await tapedeck(['features', 'list', '--json']);
    expect(JSON.parse(stdout).map(({ name }: { name: string }) => name)).toEqual(NAMES);
  });

  it('of a SYNTHETIC tape are written, one row an event and hour, and its label stays unknown', async () => {
    const small = ['--cities', '2', '--days', '2', '--name', 'small', '--data', data, '--quiet'];
    expect((await tapedeck(['synth', ...small])).status).toBe(0);
    const args = ['features', 'export', '--tape', 'small', '--out', out, '--hours=-3,9', '--data', data];
    const { status, stdout, stderr } = await tapedeck([...args, '--json']);
    expect(status, stderr).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ rows: 8, events: 4, labelled: 0, synthetic: true, findings: [] });
    expect((await tapedeck(args)).stdout).toContain('8 SYNTHETIC rows');
    const rows = await read(out, 'SELECT * FROM FILE ORDER BY time_us, event');
    expect(Object.keys(rows[0]!)).toEqual([
      'city',
      'event',
      'day',
      'hour',
      'time_us',
      'high',
      'ladder',
      'implied',
      ...NAMES,
    ]);
    for (const row of rows) {
      expect(row.hours_to_end).toBe(24 - Number(row.hour));
      expect(Number(row.forecast_age)).toBeGreaterThan(0);
      expect(row.market_less_forecast).not.toBeNull();
    }
  });

  it.each([
    ['without a tape', ['features', 'export', '--out', out], 'needs --tape'],
    [
      'with hours that are none',
      ['features', 'export', '--tape', 'small', '--out', out, '--hours', 'noon'],
      'not a list of hours',
    ],
    ['of a tape that is not there', ['features', 'export', '--tape', 'nowhere', '--out', out], 'nowhere'],
    ['into what is no folder', ['features', 'export', '--tape', 'small', '--out', '/dev/null/f.parquet'], '/dev/null'],
    [
      'into a folder that is not there',
      ['features', 'export', '--tape', 'small', '--out', join(data, 'no', 'f.parquet')],
      'no',
    ],
  ])('%s are refused in one line', async (_, args, says) => {
    const { status, stderr } = await tapedeck([...args, '--data', data]);
    expect(status).not.toBe(0);
    expect(stderr).toContain(says);
    expect(stderr).not.toMatch(/\n +at /);
  });
});

describeReal('kalshi-weather-trades', 'features of real days', (folder) => {
  const data = temporaryFolder();
  const out = join(data, 'features.parquet');

  beforeAll(async () => {
    const imported = [
      'import',
      folder,
      '--mapping',
      'kalshi-weather-days',
      '--name',
      'days',
      '--data',
      data,
      '--quiet',
    ];
    expect((await tapedeck(imported)).status).toBe(0);
    const { status, stderr } = await tapedeck(['features', 'export', '--tape', 'days', '--out', out, '--data', data]);
    expect(status, stderr).toBe(0);
    expect(stderr).not.toContain('warning:');
  });

  it('have every day with a forecast, and the high that a model is to learn', async () => {
    const [all] = await read(
      out,
      `SELECT count(*) AS n, count(high) AS known, count(DISTINCT city) AS cities, min(day) AS first FROM FILE`,
    );
    expect(all).toEqual({ n: 2_584, known: 2_584, cities: 5, first: '2024-04-01' });
  });

  it('have every day of every city that is forecast where they are asked for it, markets or none', async () => {
    const every = join(data, 'every-day.parquet');
    const args = ['features', 'export', '--tape', 'days', '--out', every, '--hours=-3', '--every-day', '--data', data];
    expect((await tapedeck(args)).status).toBe(0);
    const [all] = await read(
      every,
      `SELECT count(*) AS n, count(DISTINCT city) AS cities, count(event) AS with_market, count(DISTINCT city || day) AS days,
         count(implied) FILTER (event IS NULL) AS implied FROM FILE`,
    );
    expect(all).toEqual({ n: 7 * 334, cities: 7, with_market: 1_284, days: 7 * 334, implied: 0 });
  });

  it('are what the source says, on a day looked up by hand: Chicago, 2024-10-05, 21:00 of the evening before', async () => {
    const [row] = await read(out, `SELECT * FROM FILE WHERE city = 'chicago' AND day = '2024-10-05' AND hour = -3`);
    expect(row).toMatchObject({
      high: 86,
      forecast: 78.8,
      forecast_age: 1,
      yesterday_less_forecast: null,
      hours_to_end: 27,
    });
    // The newest high that is known in the evening is that of the day before yesterday: of 2024-10-03.
    const [source] = await read(
      join(folder, 'city_days.csv'),
      `SELECT official_high_f - om_d1_forecast_f AS error FROM read_csv(FILE) WHERE city = 'chi' AND "date" = '2024-10-03'`,
    );
    expect(row!.last_error).toBeCloseTo(Number(source!.error), 9);
  });

  it('see no high of their own day or of the day before it in the evening', async () => {
    const [seen] = await read(out, 'SELECT count(yesterday_less_forecast) AS n FROM FILE WHERE hour = -3');
    expect(seen!.n).toBe(0);
    const [morning] = await read(
      out,
      'SELECT count(yesterday_less_forecast) AS n, count(*) AS rows FROM FILE WHERE hour = 9',
    );
    expect(Number(morning!.n)).toBeGreaterThan(1_250);
  });

  it('say what others found: the market is nearer to the high than the forecast', async () => {
    const [apart] = await read(
      out,
      `SELECT avg(abs(high - forecast - bias_90)) AS forecast, avg(abs(high - forecast - market_less_forecast)) AS market FROM FILE
       WHERE hour = -3 AND market_less_forecast IS NOT NULL AND bias_90 IS NOT NULL`,
    );
    expect(Number(apart!.market)).toBeLessThan(Number(apart!.forecast) - 0.3);
  });

  it('make an edge that the backtest does not believe, at neither end of the dial', async () => {
    const args = ['backtest', '--strategy', 'edge', '--city', 'chicago', '--tape', 'days', '--dial', '0:1:1'];
    const { status, stdout, stderr } = await tapedeck([...args, '--data', data, '--json']);
    expect(status, stderr).toBe(0);
    expect(stderr).toMatch(/the models have learnt from \d+ of the \d+ days of this tape/);
    const { rows, verdict } = JSON.parse(stdout) as SweepSummary;
    expect(rows.map(({ swept }) => swept.aggressiveness).sort()).toEqual(['0', '1']);
    for (const { fills, survives, worstDrawdown } of rows) {
      expect(fills).toBeGreaterThan(50);
      expect(survives).toBe(false);
      expect(worstDrawdown).toBeGreaterThan(0.005);
    }
    expect(verdict.sentence).toContain('no.');
  });
});
