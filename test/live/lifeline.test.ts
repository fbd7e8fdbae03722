import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { brokenBy } from '../../scripts/live-kills/truth.ts';
import { openScene, soon, wait } from './scene.ts';

const LIFE = 6;

test('resting orders are renewed while the session lives; of one that is frozen none rests for long, and it goes on where it was', async () => {
  const scene = await openScene({ seed: 'lifeline', speed: 10, strategy: 'maker' });
  const config = join(scene.folder, 'config.json');
  writeFileSync(config, JSON.stringify({ order_life_seconds: LIFE, account_check_seconds: 1 }));
  const { child, life } = scene.begin('--config', config);
  const resting = () => scene.account.orders.filter(({ status }) => status === 'resting');
  const age = () => Math.max(0, ...resting().map(({ created }) => (scene.exchange.now - created) / 10_000_000));
  // Older than its life at the beginning: it was renewed.
  await soon(() => age() > LIFE + 2);
  expect(age()).toBeGreaterThan(LIFE);
  expect(resting().every(({ terms }) => terms.cancelOnPause)).toBe(true);

  child.kill('SIGSTOP');
  expect(resting().length).toBeGreaterThan(0);
  await wait(LIFE * 1_000 + 1_500);
  expect(resting()).toEqual([]);
  expect(scene.account.orders.some(({ reason }) => reason === 'ExpiryCancel')).toBe(true);

  child.kill('SIGCONT');
  await soon(() => resting().length > 0);
  expect(resting().length).toBeGreaterThan(0);
  await wait(2_000);
  child.kill('SIGINT');
  expect(brokenBy(await life, scene.account)).toEqual([]);
});
