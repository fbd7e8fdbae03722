import { describe, expect, it } from 'vitest';
import { parseTime } from '../../src/core/time.ts';
import { FeeBook } from '../../src/ledger/fee-book.ts';
import { isAssumed, KNOWN_FEES } from '../../src/ledger/known-fees.ts';

const book = new FeeBook(KNOWN_FEES);
const at = (series: string, date: string) => book.lookup(series, `${series}-X`, parseTime(`${date}T12:00:00Z`));

describe('the fees that come built in', () => {
  it.each(['HIGHNY', 'KXHIGHCHI', 'KXHIGHTATL', 'KXLOWTNYC'])(
    'charges takers of %s in full and makers nothing',
    (series) => {
      expect(at(series, '2024-10-01')).toMatchObject({ type: 'quadratic', multiplierE4: 10_000 });
      expect(at(series, '2026-09-24')).toMatchObject({ type: 'quadratic', multiplierE4: 10_000 });
    },
  );

  it.each(['KXINX', 'KXINXU', 'KXNASDAQ100', 'INX'])(
    'charges %s half until 3 July 2026 and in full from then on',
    (series) => {
      expect(at(series, '2026-01-15').multiplierE4).toBe(5_000);
      expect(at(series, '2026-07-03').multiplierE4).toBe(5_000);
      expect(at(series, '2026-07-04').multiplierE4).toBe(10_000);
    },
  );

  it.each(['KXBTC', 'KXINXY', 'KXMLBGAME', 'KXTEMPNYCH', 'NASDAQ100Y'])('knows nothing of %s', (series) => {
    expect(() => at(series, '2026-01-15')).toThrow(`no fee schedule for series ${series}`);
  });

  it('knows nothing before the venue opened', () => {
    expect(() => at('HIGHNY', '2021-06-30')).toThrow('no fee schedule');
  });

  it('says which dates are assumed, and that a declaration is not', () => {
    const time = parseTime('2024-10-01T00:00:00Z');
    expect(isAssumed(at('KXHIGHNY', '2024-10-01'), time)).toBe(true);
    expect(isAssumed(at('KXHIGHNY', '2026-02-05'), parseTime('2026-02-05T00:00:00Z'))).toBe(false);
    expect(isAssumed({ series: 'A', event: null, from: time, type: 'quadratic', multiplierE4: 1 }, time)).toBe(false);
  });
});
