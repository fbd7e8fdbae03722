const acts: (() => unknown)[] = [];

/** Does `act` once the test file is done. `afterAll` inside a running test is never called; this may be asked for anywhere. */
export function atEnd(act: () => unknown): void {
  acts.push(act);
}

/** Does what was asked for, the last first. `test/each-file.ts` calls it after each file. */
export async function doAtEnd(): Promise<void> {
  const ended = await Promise.allSettled(
    acts
      .splice(0)
      .reverse()
      .map((act) => act()),
  );
  for (const end of ended) if (end.status === 'rejected') throw end.reason;
}
