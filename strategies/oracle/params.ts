import { cents, duration, type ParamsOf, percent, quantity } from '../../src/engine/params.ts';

export const ORACLE_PARAMS = {
  known: percent({
    standard: 20,
    min: 0,
    max: 100,
    help: 'share of its trades for which it is told the outcome; the others toss a coin',
  }),
  every: duration({ standard: 1_200, min: 1, help: 'mean time between two trades' }),
  contracts: quantity({ standard: 5, min: 1, help: 'size of each trade' }),
  minPrice: cents({ standard: 10, min: 0, max: 100, help: 'markets quoted below this are left alone' }),
  maxPrice: cents({ standard: 90, min: 0, max: 100, help: 'markets quoted above this are left alone' }),
} as const;

export type OracleParams = ParamsOf<typeof ORACLE_PARAMS>;
