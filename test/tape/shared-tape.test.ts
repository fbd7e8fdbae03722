import { once } from 'node:events';
import { MessageChannel } from 'node:worker_threads';
import { expect, test } from 'vitest';
import { openTape, type SharedTape, Tape } from '../../src/tape/open-tape.ts';
import { dataFolder, readRows, sealRows, trades } from './tape-fixture.ts';

/** What another thread would be given. */
async function posted(shared: SharedTape): Promise<SharedTape> {
  const { port1, port2 } = new MessageChannel();
  const arrived = once(port2, 'message');
  port1.postMessage(shared);
  const [message] = await arrived;
  port1.close();
  return message;
}

test('a resident tape is read once, and another thread reads the same bytes', async () => {
  const folder = dataFolder();
  await sealRows(folder, trades(500));
  const tape = await openTape(folder, 'test');
  const shared = await posted(await tape.share());
  const other = Tape.shared(shared);
  expect((await other.columns()).price.buffer).toBeInstanceOf(SharedArrayBuffer);
  expect(await readRows(other)).toEqual(await readRows(tape));
  expect(other.markets).toEqual(tape.markets);
  expect(other.results).toEqual(tape.results);
  // One memory: what one thread writes the other sees.
  const mine = (await tape.columns()).price;
  mine[0] = mine[0]! + 1;
  expect((await other.columns()).price[0]).toBe(mine[0]);
});

test('a tape too large to be held is streamed by each thread for itself', async () => {
  const folder = dataFolder();
  await sealRows(folder, trades(500));
  const tape = await openTape(folder, 'test', { maxResidentRows: 100 });
  const shared = await posted(await tape.share());
  expect(shared.columns).toBeNull();
  const other = Tape.shared(shared);
  expect(other.resident).toBe(false);
  expect(await readRows(other)).toEqual(await readRows(tape));
});
