import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** Files that take half a minute and more, the slowest first: begun last they would hold up the end while the other workers idle. */
const BUSY = [
  'test/browser/tearsheet',
  'test/cli/sweep',
  'test/cli/features',
  'test/cli/report',
  'test/study/audit/weather',
  'test/cli/evaluate',
  'test/docs-output',
  'test/cli/bad-argv',
  'test/cli/backtest',
  'test/tape/import/real-sets',
  'test/cli/new-strategy',
  'test/tape/round-trip',
  'test/proof/',
];

/** Files that mostly wait, for real time and other processes, the slowest first. */
const WAITING = [
  'test/live/kill',
  'test/live/errors',
  'test/live/parity',
  'test/cli/download',
  'test/cli/record',
  'test/live/held',
  'test/live/lifeline',
  'test/live/',
];

/** The slow files first, after each that waits two that compute: seldom do both workers wait. The others come as they would have. */
export default class SlowFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const left = new Set(await super.sort(files));
    const taken = (parts: readonly string[]) =>
      parts.flatMap((part) => {
        const found = [...left].filter(({ moduleId }) => moduleId.includes(part));
        for (const file of found) left.delete(file);
        return found;
      });
    const [waiting, busy] = [taken(WAITING), taken(BUSY)];
    const mixed: TestSpecification[] = [];
    while (waiting.length + busy.length > 0) mixed.push(...waiting.splice(0, 1), ...busy.splice(0, 2));
    return [...mixed, ...left];
  }
}
