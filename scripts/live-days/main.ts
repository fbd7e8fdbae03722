import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { type DayTold, lifeIn } from './life.ts';

/*
 * npm run live-days                     sessions over the days on which clocks change, with markets that pause, close early, open again, are disputed, amended, voided
 * npm run live-days -- --speed 600      as fast as you say; --hours 42 of each
 */

const { values } = parseArgs({
  options: {
    speed: { type: 'string', default: '600' },
    hours: { type: 'string', default: '42' },
    cities: { type: 'string', default: 'chicago,new-york,miami' },
  },
});

/** Both begin in the evening before the clocks change in Chicago and New York. */
const STARTS = ['2030-03-10T02:00:00Z', '2030-11-03T02:00:00Z'];
const PROGRAM = join(import.meta.dirname, '../../src/cli/main.js');

interface Summary {
  readonly folder: string;
  readonly orders: number;
  readonly fills: number;
  readonly rejected: number;
  readonly amiss: string | null;
  readonly halted: string | null;
  readonly feesAlike: number;
  readonly parity: { readonly difference: string | null };
}

const data = mkdtempSync(join(tmpdir(), 'tapedeck-live-days-'));
let broken = 0;
try {
  const all: DayTold[] = [];
  for (const start of STARTS) {
    const summary = await session(start);
    const told = lifeIn(join(summary.folder, 'log.jsonl'));
    all.push(told);
    const { orders, fills, rejected, feesAlike } = summary;
    console.log(`SYNTHETIC, from ${start}, ${values.hours} hours at ${values.speed} times`);
    console.log(
      `  markets    ${Object.entries(told)
        .map(([what, times]) => `${times} ${what}`)
        .join(', ')}`,
    );
    console.log(
      `  session    ${orders} orders, ${rejected} rejected, ${fills} fills, ${feesAlike} charged as our schedule says`,
    );
    const wrong = [summary.amiss, summary.halted, summary.parity.difference].filter((each) => each !== null);
    if (fills === 0) wrong.push('nothing was filled');
    if (feesAlike !== fills) wrong.push(`${fills - feesAlike} fees differ`);
    console.log(
      `  account    ${wrong.length === 0 ? 'as the exchange has it, to the last digit; the replay is the same' : wrong.join('; ')}`,
    );
    broken += wrong.length;
  }
  const missing = Object.keys(all[0]!).filter((what) => all.every((told) => told[what as keyof DayTold] === 0));
  if (missing.length > 0) console.log(`these days had none of: ${missing.join(', ')}`);
  broken += missing.length;
} finally {
  rmSync(data, { recursive: true, force: true });
}
console.log(broken === 0 ? 'nothing broken' : `${broken} broken`);
process.exitCode = broken === 0 ? 0 : 1;

function session(start: string): Promise<Summary> {
  const { cities, speed, hours } = values;
  const place = [
    '--city',
    cities,
    '--lifecycle',
    '--activity',
    '1',
    '--speed',
    speed,
    '--start',
    start,
    '--hours',
    hours,
  ];
  const args = [PROGRAM, 'live', ...place, '--strategy', 'maker', '--json', '--quiet', '--data', data];
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  let stdout = '';
  child.stdout.on('data', (piece) => (stdout += piece));
  return new Promise((done, failed) => {
    child.on('close', (status) => {
      if (status !== 0) {
        failed(new Error(`the session ended with status ${status}`));
        return;
      }
      try {
        done(JSON.parse(stdout.trimEnd().split('\n').at(-1)!) as Summary);
      } catch {
        failed(new Error('the session ended without a summary'));
      }
    });
  });
}
