import { cents, duration, type ParamsOf, percent, quantity } from '../../src/engine/params.ts';

export const RANDOM_PARAMS = {
  every: duration({ standard: 900, min: 1, help: 'mean time between two orders' }),
  contracts: quantity({ standard: 5, min: 1, help: 'largest size; each is drawn from one contract up to it' }),
  rests: percent({
    standard: 50,
    min: 0,
    max: 100,
    help: 'share of orders that rest at the own best price; the others take',
  }),
  restFor: duration({ standard: 600, min: 1, help: 'a resting order is cancelled by the venue after this' }),
  minPrice: cents({ standard: 5, min: 0, max: 100, help: 'markets quoted below this are left alone' }),
  maxPrice: cents({ standard: 95, min: 0, max: 100, help: 'markets quoted above this are left alone' }),
} as const;

export type RandomParams = ParamsOf<typeof RANDOM_PARAMS>;
