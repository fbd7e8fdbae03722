import type { Harmonics } from './climatology.ts';

/** Fitted to NOAA's daily highs to 2023-12-31 by `npm run climatology`. */
export const CLIMATOLOGY: readonly Harmonics[] = [
  { city: 'new-york', years: [1997, 2023], mean: [63.09, -21.03, -7.42, -0.71, 0.2], deviation: [8.28, 1.75, 1.53] },
  { city: 'chicago', years: [1997, 2023], mean: [60.61, -24.76, -8.08, -1.84, -0.21], deviation: [9.79, 1.84, 1.53] },
  { city: 'miami', years: [1997, 2023], mean: [84.65, -6.53, -2.5, -0.91, 0.16], deviation: [3.61, 1.54, 0.83] },
  { city: 'austin', years: [2022, 2023], mean: [82.21, -18.61, -5.96, -1.15, 2.32], deviation: [7.91, 4.42, 1.06] },
  { city: 'denver', years: [2022, 2023], mean: [65.31, -23.02, -9.51, -1.43, 1.82], deviation: [11.28, 3.07, 1.55] },
  { city: 'los-angeles', years: [2022, 2023], mean: [70.77, -3.49, -5.21, -1.06, 1.37], deviation: [5.21, 1.81, 0.47] },
  {
    city: 'philadelphia',
    years: [2022, 2023],
    mean: [67.18, -20.32, -6.63, -0.63, 1.42],
    deviation: [7.86, 1.99, 1.42],
  },
];
