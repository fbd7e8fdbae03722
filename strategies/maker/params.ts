import { cents, duration, integer, type ParamsOf, quantity } from '../../src/engine/params.ts';

export const MAKER_PARAMS = {
  halfSpread: cents({ standard: 2, min: 0, max: 49, help: 'distance of each quote from the centre' }),
  size: quantity({ standard: 5, min: 0.01, role: 'size', help: 'quantity of each quote' }),
  skew: cents({ standard: 0.5, min: 0, max: 49, help: 'how far the centre moves against us for each `size` we hold' }),
  maxPosition: quantity({
    standard: 25,
    min: 0.01,
    role: 'size',
    help: 'most contracts held in one market, either way',
  }),
  maxMarkets: integer({
    standard: 4,
    min: 1,
    max: 1_000,
    help: 'markets quoted at one time, first come first served: each has up to two open orders',
  }),
  refresh: duration({ standard: 5, min: 0.01, help: 'shortest time between two changes of a quote' }),
  tolerance: cents({
    standard: 1,
    min: 0,
    max: 49,
    help: 'a quote this close to where it should be, or closer, stays',
  }),
  closeBuffer: duration({
    standard: 600,
    min: 0,
    help: 'no quotes this long before the close; markets whose close is not known are quoted only with 0',
  }),
} as const;

export type MakerParams = ParamsOf<typeof MAKER_PARAMS>;
