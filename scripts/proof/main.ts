import { writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join, resolve } from 'node:path';
import { MINUTE } from '../../src/core/time.ts';
import { DEMO_CONFIG, type SyntheticConfig } from '../../src/sim/synthetic/config.ts';
import { claims, type Proof } from './claims.ts';
import { splitTruth } from './decreases.ts';
import { fairBets } from './fair-bets.ts';
import { TELLINGS } from './generated-tape.ts';
import { claimTable, proofPage } from './page.ts';
import { queueTruth } from './queue.ts';
import { study } from './study.ts';
import { studyPoints } from './study-sums.ts';
import { studyTasks } from './study-task.ts';

/*
 * npm run proof              everything, docs/proof.md anew
 * npm run proof -- --quick   the same with few seeds; nothing is written
 */

const QUEUE_CONFIG: SyntheticConfig = { ...DEMO_CONFIG, days: 2, activity: 1 };

/** Price in cents, days, bets a day. */
const FAIR = [5, 20, 50, 80, 95].flatMap((cents) =>
  [10, 15, 30, 60].flatMap((days) => [1, 5].map((each) => [cents, days, each] as const)),
);

const quick = process.argv.includes('--quick');
const started = Date.now();
const proof = await prove();
const judged = claims(proof, quick);
console.log(claimTable(judged));
if (!quick) {
  writeFileSync(join('docs', 'proof.md'), proofPage(proof, judged));
  console.log(`docs/proof.md written after ${Math.round((Date.now() - started) / 1_000)} s`);
}
if (judged.some(({ holds }) => !holds)) process.exitCode = 1;

async function prove(): Promise<Proof> {
  const seeds = Array.from({ length: quick ? 1 : 5 }, (_, seed) => `queue ${seed}`);
  const queues = TELLINGS.map((telling) => said('queue', () => queueTruth(QUEUE_CONFIG, seeds, telling, 10 * MINUTE)));
  const splits = TELLINGS.map((telling) => said('decreases', () => splitTruth(QUEUE_CONFIG, seeds, telling)));
  const fair = quick ? [[50, 15, 5] as const, [95, 15, 5] as const] : FAIR;
  const bets = said('fair bets', () =>
    fair.map(([cents, days, each]) => fairBets(cents, days, each, quick ? 200 : 400)),
  );
  const records = await study({
    tasks: quick ? studyTasks(6, 0) : studyTasks(200, 100),
    workers: Math.min(2, availableParallelism()),
    folder: resolve('data', 'proof'),
    onProgress: (done, total) => {
      if (done % 50 === 0 || done === total) console.error(`study ${done}/${total}`);
    },
  });
  return { queues, splits, fair: bets, points: studyPoints(records) };
}

function said<T>(what: string, work: () => T): T {
  const from = Date.now();
  const result = work();
  console.error(`${what}: ${((Date.now() - from) / 1_000).toFixed(1)} s`);
  return result;
}
