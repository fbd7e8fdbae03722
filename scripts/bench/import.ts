import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runImport } from '../../src/cli/import-run.ts';
import { Random } from '../../src/core/random.ts';
import { timed } from './calibration.ts';

const ROWS = 1_000_000;

export interface ImportBench {
  readonly rows: number;
  readonly seconds: number;
  readonly digest: string;
}

/** Writes a SYNTHETIC CSV of a million prints and imports it by a mapping, as a user would. */
export async function benchImport(rows = ROWS): Promise<ImportBench> {
  const folder = mkdtempSync(join(tmpdir(), 'tapedeck-bench-'));
  try {
    const source = join(folder, 'source');
    mkdirSync(source);
    writeFileSync(join(source, 'trades.csv'), csv(rows));
    const mapping = join(folder, 'mapping.json');
    writeFileSync(mapping, JSON.stringify(MAPPING));
    const started = timed(() =>
      runImport({ source, mapping, name: 'bench', dataFolder: folder, createdBy: 'import bench' }),
    );
    const from = performance.now();
    const { manifest } = await started.result;
    return { rows, seconds: started.seconds + (performance.now() - from) / 1_000, digest: manifest.digest };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function csv(rows: number): string {
  const random = new Random('import bench');
  const lines = ['market,time,price,count,taker'];
  let time = 1_893_456_000;
  for (let row = 0; row < rows; row++) {
    if (random.below(3) === 0) time++;
    lines.push(
      `SYN-30JAN01-B${random.below(600)},${time},${1 + random.below(99)},${1 + random.below(300)},${random.below(2)}`,
    );
  }
  return `${lines.join('\n')}\n`;
}

const MAPPING = {
  tapedeck: 'mapping/1',
  name: 'import-bench',
  origin: 'SYNTHETIC rows of the import bench',
  licence: 'none',
  rows: 'trades',
  source: { format: 'csv', files: ['trades.csv'] },
  market: 'market',
  time: { column: 'time', unit: 'seconds' },
  price: { column: 'price', unit: 'cents' },
  quantity: { column: 'count', unit: 'contracts' },
  takerSide: { column: 'taker', yes: ['1'], no: ['0'] },
  markets: {
    ticker: 'market',
    event: { sql: "'SYN-30JAN01'" },
    series: { sql: "'SYN'" },
    day: { sql: "'2030-01-01'" },
    priceGrid: 'linear_cent',
    mutuallyExclusive: false,
  },
  grade: { depth: 'none', trades: true, sampling: 'continuous' },
  coverage: { basis: 'declared', claim: 'every print', span: 'event-rows' },
};
