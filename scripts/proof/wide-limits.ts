import { dollars } from '../../src/core/money.ts';
import { contracts } from '../../src/core/quantity.ts';
import { type LimitSettings, STANDARD_LIMITS } from '../../src/engine/limits.ts';

/** Limits that refuse nothing a proof asks for: what is judged must not be what the limits let through. */
export const WIDE_LIMITS: LimitSettings = {
  ...STANDARD_LIMITS,
  openOrders: 1_000_000,
  positionContracts: contracts(1e9),
  orderCost: dollars(1e8),
  positionCost: dollars(1e8),
  eventShare: 1,
  positionsInSeries: 1_000_000,
  positions: 1_000_000,
  accountShareOfOne: 1,
  accountShareOfAll: 1,
  volumeShare: Number.POSITIVE_INFINITY,
  marketCost: dollars(1e8),
  dailyLoss: dollars(1e8),
  dailyLossShare: 1,
  drawdown: 1,
  lossesInRow: Number.POSITIVE_INFINITY,
};

/** Cash that never runs out. */
export const WIDE_CASH = dollars(1e8);
