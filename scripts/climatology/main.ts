import { spawnSync } from 'node:child_process';
import { existsSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { type Database, openDatabase, readRows, sqlText } from '../../src/tape/duckdb.ts';
import { harmonicTerms } from '../../src/weather/climatology.ts';
import { leastSquares } from './least-squares.ts';

/*
 * npm run climatology    fits src/weather/climatology-table.ts to the highs beside the project: harmonics only, no row of them
 *
 * Nothing after LAST enters: models are trained and judged on later days.
 */
const LAST = '2023-12-31';

const daily = (file: string) =>
  `SELECT strftime("date"::TIMESTAMP, '%Y-%m-%d') AS day, value::DOUBLE AS high FROM read_csv(${sqlText(file)}, all_varchar = true) WHERE datatype = 'TMAX'`;
const reported = (file: string) =>
  `SELECT "date" AS day, nws_high::DOUBLE AS high FROM read_csv(${sqlText(file)}, all_varchar = true) WHERE nws_high IS NOT NULL`;

/** The longest record of each city's own station. */
const RECORDS: readonly (readonly [city: string, file: string, sql: (file: string) => string])[] = [
  ['new-york', 'ghcnd_nyc.csv.gz', daily],
  ['chicago', 'ghcnd_chicago.csv.gz', daily],
  ['miami', 'ghcnd_miami.csv.gz', daily],
  ['austin', 'KXHIGHAUS_nws.csv.gz', reported],
  ['denver', 'KXHIGHDEN_nws.csv.gz', reported],
  ['los-angeles', 'KXHIGHLAX_nws.csv.gz', reported],
  ['philadelphia', 'KXHIGHPHIL_nws.csv.gz', reported],
];

async function main(): Promise<number> {
  const folder = resolve(process.env.TAPEDECK_REAL_DATA ?? '../shared/data', 'weather-highs');
  if (!existsSync(folder)) {
    console.error(`no highs at ${folder}: set TAPEDECK_REAL_DATA to the folder that holds weather-highs`);
    return 1;
  }
  const database = await openDatabase();
  const lines: string[] = [];
  for (const [city, file, sql] of RECORDS) lines.push(await fitted(database, city, sql(join(folder, file))));
  database.close();
  const target = 'src/weather/climatology-table.ts';
  writeFileSync(
    target,
    `import type { Harmonics } from './climatology.ts';\n\n/** Fitted to NOAA's daily highs to ${LAST} by \`npm run climatology\`. */\nexport const CLIMATOLOGY: readonly Harmonics[] = [\n${lines.join('\n')}\n];\n`,
  );
  return spawnSync('npx', ['biome', 'format', '--write', target], { stdio: 'inherit' }).status ?? 1;
}

async function fitted({ connection }: Database, city: string, sql: string): Promise<string> {
  const rows = await readRows(connection, `SELECT * FROM (${sql}) WHERE day <= '${LAST}' ORDER BY day`);
  const days = rows.map(({ day, high }) => ({ day: String(day), high: Number(high) }));
  const terms = days.map(({ day }) => harmonicTerms(day, 2));
  const mean = leastSquares(
    terms,
    days.map(({ high }) => high),
  );
  // A normal's mean absolute deviation is √(2/π) of its standard deviation.
  const sizes = days.map(({ high }, at) => {
    const usual = terms[at]!.reduce((sum, term, k) => sum + term * mean[k]!, 0);
    return Math.abs(high - usual) * Math.sqrt(Math.PI / 2);
  });
  const deviation = leastSquares(
    days.map(({ day }) => harmonicTerms(day, 1)),
    sizes,
  );
  const year = (day: string) => Number(day.slice(0, 4));
  const round = (of: readonly number[]) => of.map((each) => Number(each.toFixed(2)));
  console.log(`${city}: ${days.length} days from ${days[0]!.day} to ${days.at(-1)!.day}`);
  return `  ${JSON.stringify({ city, years: [year(days[0]!.day), year(days.at(-1)!.day)], mean: round(mean), deviation: round(deviation) })},`;
}

process.exitCode = await main();
