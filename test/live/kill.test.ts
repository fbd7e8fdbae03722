import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { brokenBy, leaksIn } from '../../scripts/live-kills/truth.ts';
import { MINUTE, type Time } from '../../src/core/time.ts';
import { entriesOf } from '../cli/compiled.ts';
import { openScene, soon, wait } from './scene.ts';

test.concurrent('killed in the middle and taken up again, a session has no order twice, no fill lost, nothing left; a second one beside it is refused', async () => {
  const scene = await openScene({ seed: 'killed' });
  scene.faults({ lostAnswers: 0.02, droppedFrames: 0.002, doubledFrames: 0.01 });
  for (let kill = 0; kill < 3; kill++) {
    const { child, life } = scene.begin('--quiet');
    const before = scene.account.orders.length;
    await soon(() => scene.account.orders.length >= before + 10);
    await wait(137 * kill);
    child.kill('SIGKILL');
    expect((await life).status, (await life).stderr).toBeNull();
  }
  scene.faults(null);
  const last = scene.begin();
  let said = '';
  last.child.stderr!.on('data', (piece) => (said += piece));
  await soon(() => said.includes('taking up session'));
  const second = await scene.begin('--quiet').life;
  expect(second.status).toBe(6);
  expect(second.stderr).toContain('is the lease of a session that is run by process');
  await wait(36_000);
  last.child.kill('SIGINT');
  const ended = await last.life;
  expect(brokenBy(ended, scene.account)).toEqual([]);
  expect(ended.stderr).toContain('taking up session monkey-');
  expect(scene.account.orders.length).toBeGreaterThan(30);
  expect(scene.account.fills.length).toBeGreaterThan(5);
  const data = join(scene.folder, 'data');
  const pem = readFileSync(join(scene.folder, 'key.pem'), 'utf8');
  expect(leaksIn(scene.folder, pem), 'the scan finds the key where it lies').toEqual([join(scene.folder, 'key.pem')]);
  expect(leaksIn(data, pem)).toEqual([]);
});

test.concurrent('kill empties the account while the process hangs, and nothing more goes out when it wakes', async () => {
  const scene = await openScene({ seed: 'frozen' });
  const { child, life } = scene.begin();
  const resting = () => scene.account.orders.filter(({ status }) => status === 'resting');
  await soon(() => scene.account.fills.length > 0 && resting().length >= 2);
  child.kill('SIGSTOP');
  await wait(200);
  const began = performance.now();
  const killed = await scene.run('kill', '--reason', 'it hangs', '--json').life;
  expect(killed.status, killed.stderr).toBe(0);
  expect(performance.now() - began).toBeLessThan(30_000);
  const [account] = JSON.parse(killed.stdout).accounts;
  expect(account.left).toBe(0);
  // From the first request to the last look: the process itself takes longer to start.
  expect(account.took).toBeLessThan(3_000_000);
  expect(resting()).toEqual([]);
  const sent = scene.account.orders.length;
  child.kill('SIGCONT');
  const woken = await life;
  expect(woken.status).toBe(10);
  expect(woken.stderr).toContain('killed from outside: it hangs');
  expect(scene.account.orders.length).toBe(sent);
  expect(resting()).toEqual([]);
  const listed = await scene.run('sessions').life;
  expect(listed.stdout).toContain('killed: it hangs');
  // What became of its orders is in its tables: each that it had sent has its end there, and each fill.
  const [id = 'none'] = entriesOf(join(scene.folder, 'data'), 'sessions').filter((name) => name.startsWith('monkey-'));
  const rows = (name: string) =>
    readFileSync(join(scene.folder, 'data', 'sessions', id, `${name}.jsonl`), 'utf8')
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as { order_id: number; status: string });
  expect(rows('fills')).toHaveLength(scene.account.fills.length);
  const ended = new Map(rows('orders').map(({ order_id, status }) => [order_id, status]));
  const statuses = scene.account.orders.map(({ clientId }) => ended.get(Number(clientId!.split('-').at(-1))));
  expect(statuses.filter((status) => !['cancelled', 'executed', 'rejected'].includes(status!))).toEqual([]);
  expect(statuses).toContain('cancelled');
});

test.concurrent('orders that nobody here sent are refused until they are cleaned up', async () => {
  // Hardly anybody trades, and a session renews its orders: what rests when it is killed still rests minutes later.
  const scene = await openScene({ seed: 'leftovers', activity: 0.1 });
  const first = scene.begin('--quiet');
  const long = (order: { readonly expires: Time | null }) =>
    order.expires === null || order.expires > scene.exchange.now + 10 * MINUTE;
  const resting = () => scene.account.orders.filter((order) => order.status === 'resting' && long(order)).length;
  await soon(() => resting() >= 2);
  first.child.kill('SIGKILL');
  await first.life;
  expect(resting()).toBeGreaterThan(0);
  const elsewhere = await scene.run(
    'live',
    '--city',
    'chicago',
    '--url',
    scene.url,
    '--speed',
    '10',
    '--strategy',
    'noop',
    '--data',
    join(scene.folder, 'other'),
    '--hours',
    '0.05',
  ).life;
  expect(elsewhere.status).toBe(9);
  expect(elsewhere.stderr).toMatch(/\d+ orders rest that this session did not send: td-[0-9a-f]{6}-1-\d+/);
  const cleaned = await scene.run('cleanup').life;
  expect(cleaned.status, cleaned.stderr).toBe(0);
  expect(cleaned.stdout).toContain('none rests now');
  expect(scene.account.orders.filter(({ status }) => status === 'resting')).toEqual([]);
  const sessions = readdirSync(join(scene.folder, 'data', 'sessions')).filter((name) => name.startsWith('monkey-'));
  expect(sessions).toHaveLength(1);
  expect(existsSync(join(scene.folder, 'data', 'sessions', sessions[0]!, 'log.jsonl'))).toBe(true);
});

test.concurrent('a disk that takes no more ends a session with its exit code, and everything is cancelled', async () => {
  const scene = await openScene({ seed: 'full' });
  const { life } = scene.runLimited(150, ...scene.liveArgs);
  const { status, stderr } = await life;
  expect(status, stderr).toBe(6);
  expect(stderr).toContain('"code":"disk-full"');
  expect(stderr).toMatch(
    /the session cannot go on: everything was cancelled( \(\d+ orders one by one\))? and nothing rests/,
  );
  expect(scene.account.orders.length).toBeGreaterThan(5);
  expect(scene.account.orders.filter((order) => order.status === 'resting')).toEqual([]);
});
