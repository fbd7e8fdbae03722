import { expect, test } from 'vitest';
import { dollars } from '../../src/core/money.ts';
import { Random } from '../../src/core/random.ts';
import type { Time } from '../../src/core/time.ts';
import { STANDARD_LIMITS } from '../../src/engine/limits.ts';
import { LoggedEngine } from '../../src/live/logged-engine.ts';
import { NO_JOURNAL } from '../../src/live/no-journal.ts';
import { openScene, soon } from './scene.ts';

const at = (time: number) => time as Time;

test('what was asked for before an end in order may still leave; once it is called off, a halt bars it as ever', () => {
  const facts = {
    fees: [],
    membership: 'direct',
    limits: STANDARD_LIMITS,
    startingCash: dollars(100),
    prefix: 'p',
    positions: [],
  };
  const session = new LoggedEngine({
    facts: facts as never,
    strategy: {},
    random: new Random('ending'),
    execution: {} as never,
    inference: { models: new Set(), ask: () => {} },
    log: { input: () => {}, output: () => {} } as never,
    tables: NO_JOURNAL,
    hearer: { signal: () => {}, changed: () => {} },
    readParams: () => ({}),
  });
  session.begin(at(1));
  session.stop(at(2));
  expect([session.barred, session.engine.limits.stopped]).toEqual([null, 'the session has ended']);
  // Its process was killed in the middle of that, and a person lets the next one go on.
  session.begin(at(3));
  session.release('goes on', at(4));
  expect([session.barred, session.engine.limits.stopped]).toEqual([null, null]);
  session.halt('enough', at(5));
  expect(session.barred).toBe('enough');
  session.stop(at(6));
  expect(session.barred).toBe('the session has ended');
});

test('a session that is on its way out is not resumed: not by the command, not on the page', async () => {
  const scene = await openScene({ seed: 'ending' });
  const { child, life } = scene.begin();
  let said = '';
  child.stderr!.on('data', (piece) => (said += piece));
  await soon(() => /monitor: \S+/.test(said) && scene.account.orders.length >= 5);
  const [, url, token] = /monitor: (\S+)\/#token=(\w+)/.exec(said)!;
  const post = (path: string) =>
    fetch(`${url}${path}`, {
      method: 'POST',
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      body: JSON.stringify({ reason: 'a person' }),
    });
  await soon(() => scene.account.orders.some((order) => order.status === 'resting'));
  // The exchange turns everything away, cancels too, and the end waits for it.
  scene.faults({ rateLimited: 1 });
  expect((await post('/halt')).status).toBe(200);
  await soon(() => said.includes('HALTED: a person'));
  child.kill('SIGINT');
  await soon(() => said.includes('ending: '));
  const resumed = await scene.run('resume', '--reason', 'all is well').life;
  expect([resumed.status, resumed.stderr]).toEqual([2, expect.stringMatching(/session \S+ is ending/)]);
  const refused = await post('/resume');
  expect([refused.status, await refused.json()]).toEqual([409, { error: 'the session is ending' }]);
  scene.faults(null);
  const { status, stderr } = await life;
  expect([status, stderr]).toEqual([10, expect.stringContaining('"code":"session-halted"')]);
  expect(said).not.toContain('released');
  expect(scene.account.orders.filter((order) => order.status === 'resting')).toEqual([]);
});
