import type { CancelReason, RejectReason } from '../../core/order.ts';
import type { Refusal } from '../rest-answer.ts';

const REJECTIONS: Readonly<Record<string, RejectReason>> = {
  insufficient_balance: 'insufficient-balance',
  invalid_price: 'invalid-price',
  fill_or_kill_insufficient_resting_volume: 'fill-or-kill-not-filled',
  trading_is_paused: 'trading-paused',
  exchange_is_paused: 'trading-paused',
  market_inactive: 'market-not-open',
  too_many_requests: 'rate-limited',
  not_found: 'not-found',
};

const CANCELS: Readonly<Record<string, CancelReason>> = {
  SelfTradeCancel: 'self-trade',
  ExpiryCancel: 'expired',
  CloseCancel: 'market-closed',
  HaltCancel: 'paused',
  ReduceOnlyCancel: 'reduce-only',
};

/** Why a request was refused, in the engine's words. The exchange's codes are open-ended: one that is not known is an invalid order. */
export function rejectReason({ code, details }: Refusal): RejectReason {
  if (code === 'invalid_order' && details === 'post only cross') return 'post-only-cross';
  if (/order_group/.test(code) || /order group/.test(details)) return 'group-triggered';
  return REJECTIONS[code.toLowerCase()] ?? 'invalid-order';
}

/** Why an order ended without a fill, by the exchange's word for its last change; where it has none, somebody asked for it. */
export function cancelReason(word: string | null): CancelReason {
  return (word === null ? undefined : CANCELS[word]) ?? 'requested';
}
