import { z } from 'zod';
import { Fault } from '../core/fault.ts';
import { dollars } from '../core/money.ts';
import { contracts } from '../core/quantity.ts';
import { type Duration, HOUR } from '../core/time.ts';
import { type LimitSettings, STANDARD_LIMITS } from '../engine/limits.ts';
import { readJsonFile } from './read-json.ts';

const count = z.int().min(0);
const share = z.number().min(0).max(1);
const dollarAmount = z.number().min(0).max(1_000_000_000);

/** What a limits file may say, units in the names; a share is a fraction of one. What it leaves out stays as it is by standard. */
export const LIMITS_FILE = z.strictObject({
  open_orders: count.optional(),
  position_contracts: z.number().min(0).max(1_000_000_000).optional(),
  order_cost_dollars: dollarAmount.optional(),
  position_cost_dollars: dollarAmount.optional(),
  event_share: share.optional(),
  positions_in_series: count.optional(),
  positions: count.optional(),
  account_share_of_one: share.optional(),
  account_share_of_all: share.optional(),
  // More than has traded is no share, but how somebody says that this limit is not to count.
  volume_share: z.number().min(0).max(1_000_000).optional(),
  market_cost_dollars: dollarAmount.optional(),
  daily_loss_dollars: dollarAmount.optional().describe('from 00:00 in New York; halts'),
  daily_loss_share: share.optional().describe('of what the day began with; the smaller of the two halts'),
  drawdown: share.optional().describe('below the highest worth; halves sizes while it lasts'),
  losses_in_row: z.int().min(1).max(1_000_000_000).optional().describe('pauses'),
  loss_pause_hours: z.number().min(0).max(100_000).optional(),
});

/** Reads `--limits FILE.json`. Throws a Fault (`malformed-input`) that names each wrong field. */
export function readLimits(file: string): LimitSettings {
  const parsed = LIMITS_FILE.safeParse(readJsonFile('--limits', file));
  if (!parsed.success) throw schemaFault(file, parsed.error, Object.keys(LIMITS_FILE.shape));
  return limitsOf(parsed.data);
}

/** Limits as a file gives them, the others as they are by standard. */
export function limitsOf(given: z.infer<typeof LIMITS_FILE>): LimitSettings {
  const standard = STANDARD_LIMITS;
  return {
    openOrders: given.open_orders ?? standard.openOrders,
    positionContracts:
      given.position_contracts === undefined ? standard.positionContracts : contracts(given.position_contracts),
    orderCost: given.order_cost_dollars === undefined ? standard.orderCost : dollars(given.order_cost_dollars),
    positionCost:
      given.position_cost_dollars === undefined ? standard.positionCost : dollars(given.position_cost_dollars),
    eventShare: given.event_share ?? standard.eventShare,
    positionsInSeries: given.positions_in_series ?? standard.positionsInSeries,
    positions: given.positions ?? standard.positions,
    accountShareOfOne: given.account_share_of_one ?? standard.accountShareOfOne,
    accountShareOfAll: given.account_share_of_all ?? standard.accountShareOfAll,
    volumeShare: given.volume_share ?? standard.volumeShare,
    marketCost: given.market_cost_dollars === undefined ? standard.marketCost : dollars(given.market_cost_dollars),
    dailyLoss: given.daily_loss_dollars === undefined ? standard.dailyLoss : dollars(given.daily_loss_dollars),
    dailyLossShare: given.daily_loss_share ?? standard.dailyLossShare,
    drawdown: given.drawdown ?? standard.drawdown,
    lossesInRow: given.losses_in_row ?? standard.lossesInRow,
    lossPause:
      given.loss_pause_hours === undefined
        ? standard.lossPause
        : (Math.round(given.loss_pause_hours * HOUR) as Duration),
  };
}

/** Limits as a file gives them that {@link readLimits} reads. */
export function limitsFileOf(limits: LimitSettings): z.infer<typeof LIMITS_FILE> {
  return {
    open_orders: limits.openOrders,
    position_contracts: limits.positionContracts / 100,
    order_cost_dollars: limits.orderCost / 1e6,
    position_cost_dollars: limits.positionCost / 1e6,
    event_share: limits.eventShare,
    positions_in_series: limits.positionsInSeries,
    positions: limits.positions,
    account_share_of_one: limits.accountShareOfOne,
    account_share_of_all: limits.accountShareOfAll,
    volume_share: limits.volumeShare,
    market_cost_dollars: limits.marketCost / 1e6,
    daily_loss_dollars: limits.dailyLoss / 1e6,
    daily_loss_share: limits.dailyLossShare,
    drawdown: limits.drawdown,
    losses_in_row: limits.lossesInRow,
    loss_pause_hours: limits.lossPause / HOUR,
  };
}

/** The Fault of a file that a schema refuses: every issue with its field, and the fields there are. */
export function schemaFault(file: string, error: z.ZodError, fields: readonly string[]): Fault {
  const issues = error.issues.map(({ path, message }) => (path.length > 0 ? `${path.join('.')}: ${message}` : message));
  return new Fault('malformed-input', `${file}: ${issues.join('; ')}`, { next: `Fields: ${fields.join(', ')}.` });
}
