import { expect, test } from 'vitest';
import { BookChecks } from '../../src/cli/book-checks.ts';
import type { Time } from '../../src/core/time.ts';

const KEY = 4_700 * 2;
const answer = (orderbook_fp: unknown) => ({ ticker: 'T', orderbook_fp }) as never;
const yes_dollars = [['0.4700', '3.00']];

function counted(...bodies: unknown[]): BookChecks {
  const checks = new BookChecks(() => new Map([[KEY, 300]]));
  for (const body of bodies) {
    checks.asking(['T']);
    checks.answered([answer(body)], 0 as Time);
  }
  checks.finish();
  return checks;
}

test('a book that is asked for agrees with the frames, or differs and says where', () => {
  const { counts, differences } = counted({ yes_dollars, no_dollars: [] }, { yes_dollars: [], no_dollars: [] });
  expect(counts).toEqual({ agreed: 1, differed: 1, untrusted: 0 });
  expect(differences).toEqual(['T: bid 0.4700 is 3.00 by the frames and 0.00 over REST']);
});

test('an answer that has not the form of a book is compared with nothing', () => {
  const { counts } = counted({ yes_dollars, no: [] }, { yes_dollars: 'none', no_dollars: [] }, null);
  expect(counts).toEqual({ agreed: 0, differed: 0, untrusted: 3 });
});
