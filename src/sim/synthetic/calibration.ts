/** Quantiles of a distribution, by per cent. */
export interface Quantiles {
  readonly p10: number;
  readonly p25: number;
  readonly p50: number;
  readonly p75: number;
  readonly p90: number;
  readonly p99: number;
}

export const MEASURED = {
  orders: {
    perCityDay: 851.2,
    byHour: [
      1.3, 3.8, 4.5, 3.9, 4.9, 4.5, 6.6, 8.7, 11.6, 12.9, 12.6, 14.3, 15.9, 19.9, 19, 20.5, 22.4, 13.8, 6.9, 0, 0, 0,
      8.6, 26.4, 43.9, 46.4, 52.3, 63.2, 76.3, 79.5, 75.3, 66.7, 41.2, 16.7, 11, 8.7, 8.1, 7, 7.5, 4,
    ],
    contracts: { p10: 2, p25: 10, p50: 36, p75: 112, p90: 320, p99: 1731 },
    yesShare: 0.519,
  },
  sweeps: {
    perCityDay: 6.6,
    certainShare: 0.81,
    dollars: { p10: 1080, p25: 1248, p50: 1643, p75: 2462, p90: 3950, p99: 10097 },
    byHour: [
      0, 1, 1, 6, 0, 0, 2, 1, 7, 8, 14, 8, 17, 30, 41, 65, 63, 20, 9, 0, 0, 0, 16, 57, 98, 105, 129, 214, 264, 287, 297,
      385, 412, 107, 74, 59, 41, 27, 73, 38,
    ],
  },
  depth: { byLegPrice: [777, 191, 141, 145, 221] },
} as const;
