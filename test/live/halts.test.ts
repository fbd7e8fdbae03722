import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { contracts } from '../../src/core/quantity.ts';
import { openScene, soon } from './scene.ts';

/** What the exchange says of the account changes behind the session's back. */
const outside = (scene: Awaited<ReturnType<typeof openScene>>, market: number, quantity: number) =>
  scene.account.ledger.applyFill({
    order: 1_000_000 as never,
    market: market as never,
    side: 0,
    price: 5_000 as never,
    quantity: contracts(quantity),
    fee: 0 as never,
  });

const resting = (scene: Awaited<ReturnType<typeof openScene>>) =>
  scene.account.orders.filter(({ status }) => status === 'resting').length;

test.concurrent('a rejection for insufficient funds halts, with both balances; everything is cancelled', async () => {
  const scene = await openScene({ seed: 'poor' });
  const { child, life } = scene.begin();
  await soon(() => scene.account.orders.length >= 5);
  // Nearly all of its cash is gone, by a trade that the session does not know of.
  outside(scene, 11, 19_990);
  let said = '';
  child.stderr!.on('data', (piece) => (said += piece));
  await soon(() => said.includes('HALTED'));
  expect(said).toMatch(
    /HALTED: insufficient funds: \d+(\.\d+)? dollars of cash, \d+(\.\d+)? of them free by our ledger/,
  );
  await soon(() => resting(scene) === 0);
  child.kill('SIGKILL');
  await life;
});

test.concurrent('an account that is not what it should be halts: a position that nobody here bought', async () => {
  const scene = await openScene({ seed: 'diverged' });
  const config = join(scene.folder, 'config.json');
  writeFileSync(config, JSON.stringify({ account_check_seconds: 2 }));
  const { child, life } = scene.begin('--config', config);
  await soon(() => scene.account.orders.length >= 5);
  let said = '';
  child.stderr!.on('data', (piece) => (said += piece));
  const [held] = scene.account.fills.map(({ trade }) => trade.market.market.index);
  outside(scene, held ?? 2, 3);
  await soon(() => said.includes('HALTED'));
  expect(said).toMatch(/HALTED: the account is not what it should be: .*(held at the exchange and|the balance is)/);
  await soon(() => resting(scene) === 0);
  child.kill('SIGKILL');
  await life;
});

test.concurrent('a loss cap that is reached halts; what the session may lose is asked for in dollars', async () => {
  const scene = await openScene({ seed: 'losing' });
  const { child, life } = scene.begin('--loss-cap', '0.5');
  let said = '';
  child.stderr!.on('data', (piece) => (said += piece));
  await soon(() => said.includes('HALTED'));
  expect(said).toMatch(/HALTED: daily loss: \$\d+\.\d\d since 00:00 in New York, limit \$0\.50/);
  await soon(() => resting(scene) === 0);
  child.kill('SIGINT');
  const { status, stderr } = await life;
  expect(status, stderr).toBe(10);
  expect(stderr).toContain('"code":"session-halted"');
});

test.concurrent('a session that is taken up keeps its own limits, and a loss cap lowers what a day may lose', async () => {
  const scene = await openScene({ seed: 'lower' });
  const first = scene.begin();
  await soon(() => scene.account.fills.length >= 5);
  first.child.kill('SIGKILL');
  await first.life;
  const faster = scene.liveArgs.map((arg, at, all) => (all[at - 1] === '--speed' ? '12' : arg));
  const { status: refused, stderr: why } = await scene.run(...faster).life;
  expect([refused, why]).toEqual([7, expect.stringContaining('but its exchange ran at --speed 10')]);
  // Other limits on the command line, under which it would send nothing more: they are of its first life.
  writeFileSync(join(scene.folder, 'limits.json'), JSON.stringify({ open_orders: 1, order_cost_dollars: 0.01 }));
  const second = scene.begin();
  const before = scene.account.orders.length;
  await soon(() => scene.account.orders.length >= before + 5);
  second.child.kill('SIGKILL');
  expect((await second.life).stderr).toContain('taking up session');

  const { child, life } = scene.begin('--loss-cap', '0.01');
  let said = '';
  child.stderr!.on('data', (piece) => (said += piece));
  await soon(() => said.includes('HALTED'));
  expect(said).toContain('taking up session');
  expect(said).toMatch(/HALTED: daily loss: .* limit \$0\.01/);
  child.kill('SIGKILL');
  await life;
});
