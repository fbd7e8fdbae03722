import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { packageRoot } from '../../src/cli/package-root.ts';
import { DEMO_CONFIG, LIFECYCLE_CONFIG, MEASURED_CONFIG } from '../../src/sim/synthetic/config.ts';
import { openDatabase } from '../../src/tape/duckdb.ts';
import { type Moments, measure } from './moments.ts';
import { measureRates } from './rates.ts';
import { hasRealData, loadReal, TRADES_FROM, TRADES_TO } from './real.ts';
import { loadSynthetic } from './synthetic.ts';
import { comparison, rateTable } from './table.ts';

const root = packageRoot();
const CALIBRATION = join(root, 'src', 'sim', 'synthetic', 'calibration.ts');
const PAGE = join(root, 'docs', 'synthetic.md');

/** Puts text between two marks of the page. */
function fill(page: string, mark: string, text: string): string {
  const [begin, end] = [`<!-- ${mark} -->`, `<!-- /${mark} -->`];
  const [from, to] = [page.indexOf(begin), page.indexOf(end)];
  if (from < 0 || to < from) throw new Error(`${PAGE} has no place for "${mark}"`);
  return `${page.slice(0, from + begin.length)}\n${text}\n${page.slice(to)}`;
}

function writeCalibration(moments: Moments): boolean {
  const before = readFileSync(CALIBRATION, 'utf8');
  const text = `/**
 * What was measured of recorded markets, by \`npm run calibrate\`; not written by hand. Orders, sweeps and belief: Kalshi's daily-high
 * markets of five cities, ${TRADES_FROM} to ${TRADES_TO}. Quotes: New York, 5 to 11 December 2025. Depth: all cities on one evening, 16 July 2026.
 * How each figure is made: scripts/calibrate/moments.ts.
 */
export const MEASURED = ${JSON.stringify(moments)} as const;
`;
  writeFileSync(CALIBRATION, text);
  execFileSync(process.execPath, [
    join(root, 'node_modules', '@biomejs', 'biome', 'bin', 'biome'),
    'format',
    '--write',
    CALIBRATION,
  ]);
  return readFileSync(CALIBRATION, 'utf8') !== before;
}

if (!hasRealData()) {
  console.error('The recorded data are not at hand (../shared/data): nothing was measured, nothing was written.');
  process.exit(1);
}
const database = await openDatabase();
try {
  await loadReal(database.connection);
  const real = await measure(database.connection);
  await loadSynthetic(database.connection, MEASURED_CONFIG);
  const synthetic = await measure(database.connection);
  const bursts = { perEvent: 2, peak: 5_000, seconds: 2 };
  const rates = {
    'demo (`DEMO_CONFIG`)': measureRates(DEMO_CONFIG),
    'measured pace (`MEASURED_CONFIG`), 2 days': measureRates({ ...MEASURED_CONFIG, days: 2 }),
    'every state (`LIFECYCLE_CONFIG`)': measureRates(LIFECYCLE_CONFIG),
    'two bursts an event of 5,000 rows a second, 2 days': measureRates({ ...DEMO_CONFIG, days: 2, bursts }),
    'a slow day at a tenth of the pace': measureRates({ ...DEMO_CONFIG, days: 1, activity: 0.1 }),
  };
  const page = fill(readFileSync(PAGE, 'utf8'), 'calibrate', comparison(real, synthetic));
  writeFileSync(PAGE, fill(page, 'rates', rateTable(rates)));
  const changed = writeCalibration(real);
  console.log(comparison(real, synthetic));
  console.log(rateTable(rates));
  console.log(
    changed ? 'calibration.ts changed: run it once more, so that the generator uses it' : 'calibration.ts is as it was',
  );
} finally {
  database.close();
}
