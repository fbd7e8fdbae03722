import { MINUTE, SECOND } from '../../core/time.ts';

/** How long after a fill its mark is taken, and the column of `markouts` that holds it. After these comes the market's close. */
export const HORIZONS = [
  { name: '1 s', column: 'after_1s_e5', after: SECOND },
  { name: '10 s', column: 'after_10s_e5', after: 10 * SECOND },
  { name: '60 s', column: 'after_60s_e5', after: MINUTE },
  { name: '10 min', column: 'after_10min_e5', after: 10 * MINUTE },
] as const;
