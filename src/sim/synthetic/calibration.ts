/**
 * What was measured of recorded markets, by `npm run calibrate`; not written by hand. Orders, sweeps and belief: Kalshi's daily-high
 * markets of five cities, 2024-12-01 to 2025-02-28. Quotes: New York, 5 to 11 December 2025. Depth: all cities on one evening, 16 July 2026.
 * How each figure is made: scripts/calibrate/moments.ts.
 */
export const MEASURED = {
  cityDays: 450,
  prints: 637382,
  orders: {
    count: 383023,
    perCityDay: 851.2,
    byHour: [
      1.34, 3.78, 4.5, 3.944, 4.893, 4.496, 6.569, 8.729, 11.611, 12.876, 12.589, 14.324, 15.867, 19.949, 19.018,
      20.538, 22.371, 13.807, 6.938, 0.013, 0.02, 0.036, 8.571, 26.367, 43.882, 46.384, 52.349, 63.227, 76.336, 79.482,
      75.302, 66.716, 41.242, 16.716, 11.049, 8.696, 8.118, 7.018, 7.513, 3.989,
    ],
    printsAnOrder: 1.66,
    walkedShare: 0.206,
    yesShare: 0.519,
    markoutCents: -1.02,
    markoutByContractCents: -0.35,
    contracts: { p10: 2, p25: 10, p50: 36, p75: 112, p90: 320, p99: 1731 },
    dollars: { p10: 0.7, p25: 2.5, p50: 11.3, p75: 48.2, p90: 138.2, p99: 940.5 },
  },
  sweeps: {
    count: 2976,
    perCityDay: 6.61,
    certainShare: 0.811,
    walkedShare: 0.602,
    meanReachCents: 5.3,
    dollars: { p10: 1091, p25: 1248.5, p50: 1643.3, p75: 2461.6, p90: 3949.7, p99: 10097.3 },
    byHour: [
      0, 0.002, 0.002, 0.013, 0, 0, 0.004, 0.002, 0.016, 0.018, 0.031, 0.018, 0.038, 0.067, 0.091, 0.144, 0.14, 0.044,
      0.02, 0, 0, 0, 0.036, 0.127, 0.218, 0.233, 0.287, 0.476, 0.587, 0.638, 0.66, 0.856, 0.916, 0.238, 0.164, 0.131,
      0.091, 0.06, 0.162, 0.084,
    ],
  },
  printsByPrice: [0.225, 0.149, 0.133, 0.121, 0.094, 0.071, 0.055, 0.043, 0.04, 0.068],
  beliefError: [2.54, 2.23, 2, 1.81, 1.33, 0.89, 0.67],
  quotes: { markets: 36, changesAMarketHour: 281, spreads: [0.455, 0.2, 0.118, 0.129, 0.098] },
  depth: {
    sides: 912,
    best: { p10: 1, p25: 4, p50: 10, p75: 45.8, p90: 123.9, p99: 1001.3 },
    within5: [777, 191, 141, 145, 221],
    medianLevels: 36,
  },
} as const;
