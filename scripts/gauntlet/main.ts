import { parseArgs } from 'node:util';
import { wholeNumber } from '../whole-number.ts';
import { inMemory } from './in-memory.ts';
import type { Outcome } from './outcome.ts';
import { overSockets } from './over-sockets.ts';
import { PLANTS } from './plants.ts';
import { table } from './table.ts';

/*
 * npm run gauntlet                               2,000 seeds in memory, each twice, and 50 over real sockets; the planted mistakes first
 * npm run gauntlet -- --quick                    60 and 3
 * npm run gauntlet -- --seeds 100 --sockets 0    as many as you say
 * npm run gauntlet -- --seed 41                  one seed in memory, with everything that was said and decided
 * npm run gauntlet -- --plant retry-on-timeout   with a mistake in the trader: it must fail
 */

const { values } = parseArgs({
  options: {
    quick: { type: 'boolean', default: false },
    seeds: { type: 'string' },
    sockets: { type: 'string' },
    seed: { type: 'string' },
    plant: { type: 'string' },
  },
});
const plant = values.plant === undefined ? undefined : PLANTS[values.plant]?.plant;
if (values.plant !== undefined && plant === undefined) {
  throw new Error(`there is no plant "${values.plant}": ${Object.keys(PLANTS).join(', ')}`);
}

/** A planted mistake must be found within so many seeds, or the gauntlet proves nothing. */
const WITHIN = 50;
/** In a whole run each fault and each way out of a doubt must be met so often. */
const AT_LEAST = 50;

process.exitCode = values.seed === undefined ? await everything() : await one(values.seed);

async function one(seed: string): Promise<number> {
  const outcome = await inMemory(seed, plant);
  for (const line of outcome.lines) console.log(line);
  console.log(
    `seed ${seed} (${outcome.stage}): ${outcome.orders} orders, ${outcome.fills} fills, digest ${outcome.digest}`,
  );
  for (const what of outcome.broken) console.log(`BROKEN ${what}`);
  return outcome.broken.length > 0 ? 1 : 0;
}

async function everything(): Promise<number> {
  const { quick } = values;
  const seeds = wholeNumber('--seeds', values.seeds ?? (quick ? '60' : '2000'));
  const sockets = wholeNumber('--sockets', values.sockets ?? (quick ? '3' : '50'));
  const failures: string[] = plant === undefined ? await plantsNotFound() : [];
  const memory: Outcome[] = [];
  for (let seed = 0; seed < seeds; seed++) {
    const first = await inMemory(String(seed), plant);
    const second = await inMemory(String(seed), plant);
    memory.push(first);
    failures.push(...first.broken.map((what) => `seed ${seed}: ${what}`));
    if (first.digest !== second.digest)
      failures.push(`seed ${seed}: two runs gave ${first.digest} and ${second.digest}`);
    if (seed % 100 === 99) console.error(`${seed + 1} of ${seeds} seeds in memory, ${failures.length} failures`);
  }
  const wired = await overSockets(sockets, plant);
  failures.push(...wired.flatMap(({ seed, broken }) => broken.map((what) => `socket seed ${seed}: ${what}`)));
  for (const { seed, orders } of wired) if (orders === 0) failures.push(`socket seed ${seed}: no order was sent`);
  const { text, rare } = table(memory, wired, AT_LEAST);
  console.log(text);
  if (seeds >= 2_000) failures.push(...rare.map((name) => `"${name}" was met less than ${AT_LEAST} times`));
  for (const failure of failures.slice(0, 50)) console.log(`FAILED ${failure}`);
  console.log(`${memory.length + wired.length} seeds run, ${failures.length} failures`);
  return failures.length > 0 ? 1 : 0;
}

/** Each planted mistake must be found: names of those that were not. */
async function plantsNotFound(): Promise<string[]> {
  const missed: string[] = [];
  for (const [name, { plant, sign }] of Object.entries(PLANTS)) {
    let found: number | null = null;
    for (let seed = 0; seed < WITHIN && found === null; seed++) {
      if ((await inMemory(String(seed), plant)).broken.some((what) => sign.test(what))) found = seed;
    }
    console.log(`planted ${name}: ${found === null ? 'NOT FOUND' : `found at seed ${found}`}`);
    if (found === null) missed.push(`the planted mistake "${name}" was not found within ${WITHIN} seeds`);
  }
  return missed;
}
