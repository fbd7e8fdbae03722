import { describeReal } from '../../real-data.ts';
import { auditWhale } from './audit-suite.ts';
import { weatherSource } from './source-sql.ts';
import { SAME_TIME } from './sweep-sql.ts';

describeReal('kalshi-weather-trades', 'whale on every trade of five cities, found again by SQL', (folder) => {
  auditWhale({
    set: 'kalshi-weather-trades',
    folder,
    source: weatherSource,
    windows: SAME_TIME,
    resolutionUs: 1_000_000,
    trades: 1_086_414,
    largePrints: 2_986,
    sweeps: 4_869,
    same: { 'when it is run again, in blocks of 1,000 rows': { rows: 1_000 } },
  });
});
