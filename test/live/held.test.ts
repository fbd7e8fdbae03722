import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { Time } from '../../src/core/time.ts';
import { openScene, soon } from './scene.ts';

test('a position whose market has closed and not paid yet is taken up by the next session, to the last digit', async () => {
  // Two hours before the first event closes; the second trades on.
  const scene = await openScene({ seed: 'held', hour: 28, speed: 60 });
  const first = scene.begin();
  const [early] = scene.exchange.world.lives;
  const held = () =>
    scene.exchange.world.markets.filter(
      (market) =>
        market.closeTime === early!.close && scene.account.position(market) !== 0 && market.status !== 'finalized',
    );
  await soon(() => held().length > 0);
  first.child.kill('SIGINT');
  expect((await first.life).status).toBe(0);
  scene.skipTo((early!.close + 1) as Time);
  expect(held().filter(({ status }) => status !== 'active').length).toBeGreaterThan(0);
  const config = join(scene.folder, 'config.json');
  writeFileSync(config, JSON.stringify({ account_check_seconds: 1 }));
  const second = scene.run(...scene.argsOf('noop'), '--config', config);
  let told = '';
  second.child.stdout!.on('data', (piece) => (told += piece));
  await soon(() => told.includes('"type":"agreed"'));
  second.child.kill('SIGINT');
  const { status, stdout, stderr } = await second.life;
  expect(status, stderr).toBe(0);
  const summary = JSON.parse(stdout.trimEnd().split('\n').at(-1)!);
  expect(summary).toMatchObject({ amiss: null, cashE6: scene.account.ledger.cash });
  expect(summary.accountChecks).toBeGreaterThan(0);
  expect(summary.openCostE6).toBe(scene.account.ledger.openCost);
});
