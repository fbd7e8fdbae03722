import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { describe } from 'vitest';

/** Where recorded market data lies beside the project; never part of it. */
export const REAL_DATA = resolve(process.env.TAPEDECK_REAL_DATA ?? '../shared/data');

/**
 * A suite over recorded data of one set. Where the whole folder is absent the suite is skipped and its name says why; where
 * the folder is there but the set is not, the suite fails.
 */
export function describeReal(set: string, name: string, body: (folder: string) => void): void {
  const folder = resolve(REAL_DATA, set);
  if (!existsSync(REAL_DATA)) {
    describe.skip(`${name} [skipped: no real data at ${process.env.TAPEDECK_REAL_DATA ?? '../shared/data'}]`, () =>
      body(folder));
    return;
  }
  if (!existsSync(folder)) throw new Error(`real data is at hand but ${set} is missing from it`);
  describe(name, () => body(folder));
}
