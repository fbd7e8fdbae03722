import { afterAll } from 'vitest';

const acts: (() => unknown)[] = [];

afterAll(async () => {
  const ended = await Promise.allSettled(acts.reverse().map((act) => act()));
  for (const end of ended) if (end.status === 'rejected') throw end.reason;
});

/** Does `act` once the test file is done. `afterAll` inside a running test is never called; this may be asked for anywhere. */
export function atEnd(act: () => unknown): void {
  acts.push(act);
}
