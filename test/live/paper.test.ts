import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { openScene, soon } from './scene.ts';

const rowsOf = (folder: string, table: string) =>
  readFileSync(join(folder, `${table}.jsonl`), 'utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Record<string, number | string>);

test('on paper no order leaves: fills come by the rules of a backtest on the books of the exchange, and the replay is the same', async () => {
  const scene = await openScene({ seed: 'paper', strategy: 'maker', speed: 60 });
  // One that is killed is not taken up: the venue that stood behind it is gone.
  const first = scene.begin('--paper', '--cash', '5000');
  let begun = '';
  first.child.stderr!.on('data', (piece) => (begun += piece));
  await soon(() => begun.includes('  connected'));
  first.child.kill('SIGKILL');
  await first.life;

  const { child, life } = scene.begin('--paper', '--cash', '5000');
  let said = '';
  child.stderr!.on('data', (piece) => (said += piece));
  await soon(() => (said.match(/filled/g) ?? []).length >= 5);
  child.kill('SIGINT');
  const { status, stdout, stderr } = await life;
  expect(status, stderr).toBe(0);
  expect(stderr).toMatch(/SYNTHETIC.*PAPER: the books of .*no order leaves this machine/);
  expect(stderr).not.toContain('taking up');

  expect(scene.account.orders).toEqual([]);
  expect(scene.account.ledger.cash).toBe(scene.account.ledger.startingCash);
  const summary = JSON.parse(stdout.trimEnd().split('\n').at(-1)!);
  expect(summary).toMatchObject({ paper: true, lives: 1, amiss: null, startingCashE6: 5_000_000_000 });
  expect(summary.parity.difference).toBeNull();
  expect(summary.feesAlike).toBe(summary.fills);
  const fills = rowsOf(summary.folder, 'fills');
  expect(fills.length).toBeGreaterThanOrEqual(5);
  // Nothing fills sooner than a request takes to get there.
  const orders = new Map(rowsOf(summary.folder, 'orders').map((row) => [row.order_id, row]));
  for (const fill of fills) {
    const order = orders.get(fill.order_id!);
    expect(Number(fill.exchange_time_us) - Number(order!.submit_time_us)).toBeGreaterThanOrEqual(60_000);
  }
  // The same rules over its tape: the lane that it pretends by gives at most a little more or less.
  const [pessimistic] = summary.simulated.lanes;
  expect(pessimistic).toMatchObject({ lane: 'pessimistic' });
  expect(pessimistic.alike).toBeGreaterThan(0.8 * pessimistic.both);
});
