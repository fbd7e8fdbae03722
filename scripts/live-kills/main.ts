import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { Random } from '../../src/core/random.ts';
import { wholeNumber } from '../whole-number.ts';
import { Scene } from './scene.ts';
import { brokenBy, leaksIn } from './truth.ts';

/*
 * npm run live-kills                       a session of a monkey on a wire that fails, killed 100 times at random moments and taken up again
 * npm run live-kills -- --kills 5          as often as you say
 * npm run live-kills -- --seed other       other moments, other faults
 */

const { values } = parseArgs({
  options: {
    kills: { type: 'string', default: '100' },
    seed: { type: 'string', default: 'kills' },
    keep: { type: 'boolean', default: false },
  },
});
const kills = wholeNumber('--kills', values.kills);
const random = new Random(values.seed);
const folder = mkdtempSync(join(tmpdir(), 'tapedeck-kills-'));
const program = fileURLToPath(new URL('../../src/cli/main.js', import.meta.url));
const strategy = fileURLToPath(new URL('./monkey-strategy.js', import.meta.url));
const scene = await Scene.open({ seed: values.seed, folder, program, strategy, speed: 10, hour: 17, activity: 10 });
const { orders, fills } = scene.account;
const shares = {
  lostAnswers: 0.03,
  lostRequests: 0.03,
  droppedFrames: 0.002,
  doubledFrames: 0.01,
  disconnects: 0.0005,
};
const faults = scene.faults(shares);
let untimely = 0;
let trading = 0;
for (let kill = 0; kill < kills; kill++) {
  const before = orders.length;
  const { child, life } = scene.begin('--quiet');
  let over = false;
  void life.then(() => (over = true));
  // One in four dies while it starts, the others after they have sent an order.
  const starting = random.below(4) === 0;
  const until = performance.now() + 60_000;
  while (!starting && !over && orders.length === before && performance.now() < until) await wait(10);
  await Promise.race([wait(random.uniform() * 3_000), life]);
  if (orders.length > before) trading++;
  child.kill('SIGKILL');
  const { status, stderr } = await life;
  if (status !== null) {
    untimely++;
    console.log(`life ${kill + 1} ended by itself with ${status}: ${stderr.slice(-400)}`);
  }
  if (kill % 10 === 9) console.error(`${kill + 1} of ${kills} kills, ${orders.length} orders, ${fills.length} fills`);
}
scene.faults(null);
// Where nothing was at stake nothing was shown.
const idle: string[] = [];
if (trading < kills / 2) idle.push(`${trading} of ${kills} lives had sent an order when they were killed`);
if (fills.length < kills / 2) idle.push(`${fills.length} fills in ${kills} lives`);
for (const name of Object.keys(shares) as (keyof typeof shares)[]) {
  if (kills >= 100 && faults.counts[name] === 0) idle.push(`none of ${name}`);
}
const last = scene.begin();
await wait(45_000);
last.child.kill('SIGINT');
const ended = await last.life;
const broken = brokenBy(ended, scene.account);
const leaks = leaksIn(join(folder, 'data'), readFileSync(join(folder, 'key.pem'), 'utf8'));
await scene.close();
for (const what of broken) console.log(`BROKEN ${what}`);
for (const what of idle) console.log(`TOO LITTLE ${what}`);
for (const file of leaks) console.log(`LEAK ${file}`);
const sound = broken.length + leaks.length + untimely + idle.length === 0;
if (sound && !values.keep) rmSync(folder, { recursive: true, force: true });
else console.log(`kept: ${folder}`);
console.log(
  `${kills} kills, ${trading} of them after an order was sent: ${orders.length} orders and ${fills.length} fills at the exchange, ${broken.length} broken, ${untimely} lives that ended by themselves`,
);
process.exitCode = sound ? 0 : 1;
