import { describeReal } from '../../real-data.ts';
import { auditWhale } from './audit-suite.ts';
import { indexSource } from './source-sql.ts';
import { WITHIN_50_MS } from './sweep-sql.ts';

describeReal('kalshi-index-trades', 'whale on the S&P 500 markets of January 2026, found again by SQL', (folder) => {
  auditWhale({
    set: 'kalshi-index-trades',
    folder,
    source: indexSource,
    windows: WITHIN_50_MS,
    resolutionUs: 0,
    trades: 25_540,
    largePrints: 257,
    sweeps: 256,
    same: {
      'when it is run again': {},
      'in blocks of 17 rows': { rows: 17 },
      'in blocks of 1,000 rows': { rows: 1_000 },
      'in blocks as long as the tape allows': { rows: 1_000_000_000 },
    },
  });
});
