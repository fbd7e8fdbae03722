import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { brokenBy } from '../../scripts/live-kills/truth.ts';
import { openScene, soon } from './scene.ts';

/** A session of the monkey on a scene, and what it says; `end` ends it in order, or by what stands in its way, and gives what does not hold. */
async function running(seed: string, risk = {}) {
  const scene = await openScene({ seed });
  const config = join(scene.folder, 'config.json');
  writeFileSync(config, JSON.stringify({ risk }));
  const { child, life } = scene.begin('--config', config);
  const heard = { said: '' };
  child.stderr!.on('data', (piece) => (heard.said += piece));
  const orders = () => scene.account.orders.length;
  await soon(() => orders() >= 5);
  const more = async (count: number) => {
    const before = orders();
    await soon(() => orders() >= before + count);
  };
  const end = async () => {
    child.kill('SIGINT');
    const last = await life;
    const { folder } = JSON.parse(last.stdout.trimEnd().split('\n').at(-1)!) as { folder: string };
    const updates = readFileSync(join(folder, 'order_updates.jsonl'), 'utf8')
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as { type: string; reason: string | null; order_id: number });
    return { broken: brokenBy(last, scene.account), updates, stderr: last.stderr };
  };
  return { scene, heard, more, end };
}

test.concurrent('a lost connection is made again, what was missed is read, and it trades on', async () => {
  const { scene, heard, more, end } = await running('disconnected');
  scene.faults({ disconnects: 0.05 });
  await soon(() => (heard.said.match(/connection lost/g) ?? []).length >= 3);
  scene.faults(null);
  await more(10);
  await soon(() => heard.said.lastIndexOf('  connected') > heard.said.lastIndexOf('connection lost'));
  expect((await end()).broken).toEqual([]);
});

test.concurrent('a rejected order is told with its reason, and never sent again', async () => {
  const { scene, more, end } = await running('rejected');
  await more(60);
  const { broken, updates } = await end();
  const rejected = updates.filter(({ type }) => type === 'rejected');
  expect(rejected.length).toBeGreaterThan(0);
  expect(rejected.every(({ reason }) => typeof reason === 'string' && reason !== '')).toBe(true);
  // One client order id each, whatever was said of it.
  const ids = scene.account.orders.map(({ clientId }) => clientId);
  expect(new Set(ids).size).toBe(ids.length);
  expect(broken).toEqual([]);
});

test.concurrent('what is turned away for its rate is a rejection, requests wait, and it trades on', async () => {
  const { scene, heard, more, end } = await running('rated');
  scene.faults({ rateLimited: 0.3 });
  await soon(() => /rejected: rate-limited/.test(heard.said));
  scene.faults(null);
  await more(10);
  const { broken, updates } = await end();
  expect(updates.some(({ type, reason }) => type === 'rejected' && reason === 'rate-limited')).toBe(true);
  expect(broken).toEqual([]);
});

test.concurrent('an answer that is lost puts its order in doubt, and the lists settle it, once', async () => {
  const { scene, heard, more, end } = await running('doubtful', { api_errors: 1 });
  scene.faults({ lostAnswers: 0.1, lostRequests: 0.1, falseNotFound: 0.1 });
  await soon(() => (heard.said.match(/order \d+ in doubt/g) ?? []).length >= 3);
  scene.faults(null);
  await more(5);
  expect((await end()).broken).toEqual([]);
});

test.concurrent('calls that fail again and again pause it; a minute after they did it enters again', async () => {
  const { scene, heard, more, end } = await running('unhealthy');
  scene.faults({ unavailable: 0.9 });
  await soon(() => heard.said.includes('PAUSED: too many calls fail'));
  scene.faults(null);
  await soon(() => heard.said.includes('released'));
  expect(heard.said).toContain('released: no more: paused: too many calls fail');
  await more(3);
  expect((await end()).broken).toEqual([]);
});
