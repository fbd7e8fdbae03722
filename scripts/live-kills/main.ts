import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { Random } from '../../src/core/random.ts';
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
const kills = Number(values.kills);
const random = new Random(values.seed);
const folder = mkdtempSync(join(tmpdir(), 'tapedeck-kills-'));
const program = fileURLToPath(new URL('../../src/cli/main.js', import.meta.url));
const strategy = fileURLToPath(new URL('./monkey-strategy.js', import.meta.url));
const scene = await Scene.open({ seed: values.seed, folder, program, strategy, speed: 10, hour: 17, activity: 10 });
scene.faults({
  lostAnswers: 0.03,
  lostRequests: 0.03,
  droppedFrames: 0.002,
  doubledFrames: 0.01,
  disconnects: 0.0005,
});
let untimely = 0;
for (let kill = 0; kill < kills; kill++) {
  const { child, life } = scene.begin('--quiet');
  await Promise.race([wait(300 + random.uniform() * 2_700), life]);
  child.kill('SIGKILL');
  const { status, stderr } = await life;
  if (status !== null) {
    untimely++;
    console.log(`life ${kill + 1} ended by itself with ${status}: ${stderr.slice(-400)}`);
  }
  if (kill % 10 === 9)
    console.error(
      `${kill + 1} of ${kills} kills, ${scene.account.orders.length} orders, ${scene.account.fills.length} fills`,
    );
}
scene.faults(null);
const last = scene.begin();
await wait(45_000);
last.child.kill('SIGINT');
const ended = await last.life;
const broken = brokenBy(ended, scene.account);
const leaks = leaksIn(join(folder, 'data'), readFileSync(join(folder, 'key.pem'), 'utf8'));
await scene.close();
for (const what of broken) console.log(`BROKEN ${what}`);
for (const file of leaks) console.log(`LEAK ${file}`);
const sound = broken.length + leaks.length + untimely === 0;
if (sound && !values.keep) rmSync(folder, { recursive: true, force: true });
else console.log(`kept: ${folder}`);
const { orders, fills } = scene.account;
console.log(
  `${kills} kills: ${orders.length} orders and ${fills.length} fills at the exchange, ${broken.length} broken, ${untimely} lives that ended by themselves`,
);
process.exitCode = sound ? 0 : 1;
