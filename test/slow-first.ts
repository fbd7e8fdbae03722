import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** Files that take a minute and more, the slowest first: begun last they would hold up the end while the other worker idles. */
const SLOW = [
  'test/cli/sweep',
  'test/browser/tearsheet',
  'test/live/kill',
  'test/live/errors',
  'test/live/parity',
  'test/docs-output',
  'test/live/',
  'test/study/audit/',
  'test/proof/',
];

/** Begins with the slow files; the others come as they would have. */
export default class SlowFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const rank = ({ moduleId }: TestSpecification): number => {
      const found = SLOW.findIndex((part) => moduleId.includes(part));
      return found < 0 ? SLOW.length : found;
    };
    return (await super.sort(files)).sort((one, other) => rank(one) - rank(other));
  }
}
