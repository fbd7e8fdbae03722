import { readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { entriesOf, write } from '../cli/compiled.ts';
import { openScene } from './scene.ts';

/** Buys one contract at the ask when it is told of its end, never before, and wants one more for each that it gets. */
const LAST_WORD = `import { defineStrategy } from 'tapedeck/engine/strategy';
export default defineStrategy({ name: 'last-word', summary: '', params: {}, create: () => ({
  onStop(context) {
    for (const { index } of context.markets) {
      const book = context.book(index);
      if (book?.bestAsk === undefined) continue;
      context.submit({ market: index, side: 0, price: 9_900, quantity: 100, timeInForce: 'immediate-or-cancel' });
      return;
    }
  },
  onFill({ market }, context) {
    context.submit({ market, side: 0, price: 9_900, quantity: 100, timeInForce: 'immediate-or-cancel' });
  },
}) });
`;

test.concurrent('an exchange that runs faster than is said is refused, and a port that is taken, before there is a session', async () => {
  const scene = await openScene({ seed: 'refused' });
  const named = ['live', '--city', 'chicago', '--url', scene.url, '--strategy', 'noop'];
  const { status, stderr } = await scene.run(...named).life;
  expect([status, stderr]).toEqual([2, expect.stringMatching(/runs about [\d.]+ times as fast as the clock/)]);
  const [, pace] = /about ([\d.]+) times/.exec(stderr)!;
  // Ten: measured over some thirds of a second, on a machine that is busy.
  expect(Math.abs(Math.log2(Number(pace) / 10))).toBeLessThan(1);
  const wrong = await scene.run(...named, '--speed', '60').life;
  expect([wrong.status, wrong.stderr]).toEqual([2, expect.stringContaining('and 60 times as fast was expected')]);
  const other = createServer();
  await new Promise<void>((ready) => other.listen(0, '127.0.0.1', ready));
  const { port } = other.address() as { port: number };
  const taken = await scene.run(...named, '--speed', '10', '--monitor', String(port)).life;
  other.close();
  expect([taken.status, taken.stderr]).toEqual([
    2,
    expect.stringContaining(`--monitor ${port} cannot be used: it is taken`),
  ]);
  expect(entriesOf(join(scene.folder, 'data'), 'sessions')).toEqual([]);
});

test.concurrent('what a strategy asks for at its end still leaves, and what it asks for after it does not: the report says why', async () => {
  const scene = await openScene({ seed: 'last word' });
  const args = scene.argsOf(write(scene.folder, 'last-word.ts', LAST_WORD));
  const { status, stdout, stderr } = await scene.run(...args, '--hours', '0.02').life;
  expect(status, stderr + stdout).toBe(0);
  expect(scene.account.orders).toHaveLength(1);
  expect(scene.account.fills.length).toBeGreaterThan(0);
  const { folder } = JSON.parse(stdout.trimEnd().split('\n').at(-1)!) as { folder: string };
  const rows = readFileSync(join(folder, 'orders.jsonl'), 'utf8').trimEnd().split('\n');
  const [, ...after] = rows.map((row) => JSON.parse(row) as { status: string; reason: string });
  expect(after).toHaveLength(scene.account.fills.length);
  expect(new Set(after.map(({ status, reason }) => `${status}: ${reason}`))).toEqual(
    new Set(['refused: the session has ended']),
  );
});
