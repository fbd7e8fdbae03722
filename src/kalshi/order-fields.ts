import { recordFields } from './drift.ts';

/** The records of the order path, as the OpenAPI description of October 2026 has them. Nothing is concluded from one that differs. */

export const ORDER = recordFields('order', {
  fatal: true,
  required: {
    text: 'order_id user_id client_order_id ticker outcome_side book_side type status',
    dollars:
      'yes_price_dollars no_price_dollars taker_fill_cost_dollars maker_fill_cost_dollars taker_fees_dollars maker_fees_dollars',
    count: 'fill_count_fp remaining_count_fp initial_count_fp',
  },
  usual: { time: 'created_time last_update_time', text: 'self_trade_prevention_type', integer: 'subaccount_number' },
  optional: {
    text: 'side action order_group_id last_update_reason',
    time: 'expiration_time',
    boolean: 'cancel_order_on_pause',
    integer: 'exchange_index',
  },
});

export const FILL = recordFields('fill', {
  fatal: true,
  required: {
    text: 'fill_id trade_id order_id ticker market_ticker outcome_side book_side',
    count: 'count_fp',
    dollars: 'yes_price_dollars no_price_dollars fee_cost',
    boolean: 'is_taker',
  },
  usual: { time: 'created_time', integer: 'ts subaccount_number exchange_index' },
  optional: { text: 'side action' },
});

export const MARKET_POSITION = recordFields('market position', {
  fatal: true,
  required: {
    text: 'ticker',
    count: 'position_fp',
    dollars: 'total_traded_dollars market_exposure_dollars realized_pnl_dollars fees_paid_dollars',
    time: 'last_updated_ts',
  },
  usual: { integer: 'exchange_index' },
});

export const SETTLEMENT = recordFields('settlement', {
  fatal: true,
  required: {
    text: 'ticker event_ticker market_result',
    count: 'yes_count_fp no_count_fp',
    dollars: 'yes_total_cost_dollars no_total_cost_dollars fee_cost',
    integer: 'revenue',
    time: 'settled_time',
  },
  usual: { integer: 'exchange_index' },
  optional: { integer: 'value' },
});

export const BALANCE = recordFields('balance', {
  fatal: true,
  required: { integer: 'balance portfolio_value updated_ts', dollars: 'balance_dollars' },
  usual: { list: 'balance_breakdown' },
});

export const QUEUE_POSITION = recordFields('queue position', {
  fatal: true,
  required: { text: 'order_id market_ticker', count: 'queue_position_fp' },
});

export const CREATE_ANSWER = recordFields('create answer', {
  fatal: true,
  required: { text: 'order_id', count: 'fill_count remaining_count', integer: 'ts_ms' },
  usual: { text: 'client_order_id' },
  optional: { dollars: 'average_fill_price average_fee_paid' },
});

export const CANCEL_ANSWER = recordFields('cancel answer', {
  fatal: true,
  required: { text: 'order_id', count: 'reduced_by', integer: 'ts_ms' },
  optional: { text: 'client_order_id' },
});

export const AMEND_ANSWER = recordFields('amend answer', {
  fatal: true,
  required: { text: 'order_id', integer: 'ts_ms' },
  optional: {
    text: 'client_order_id',
    count: 'remaining_count fill_count',
    dollars: 'average_fill_price average_fee_paid',
  },
});

export const DECREASE_ANSWER = recordFields('decrease answer', {
  fatal: true,
  required: { text: 'order_id', count: 'remaining_count', integer: 'ts_ms' },
  optional: { text: 'client_order_id' },
});

/** An item of a batch that went well. One that did not has an `error`, and proves nothing else. */
export const BATCH_CREATE_ITEM = recordFields('batch create item', {
  fatal: true,
  required: { text: 'order_id', count: 'fill_count remaining_count' },
  usual: { text: 'client_order_id', integer: 'ts_ms' },
  optional: { dollars: 'average_fill_price average_fee_paid', object: 'error' },
});

export const BATCH_CANCEL_ITEM = recordFields('batch cancel item', {
  fatal: true,
  required: { text: 'order_id', count: 'reduced_by' },
  usual: { integer: 'ts_ms' },
  optional: { text: 'client_order_id', object: 'error' },
});

export const GROUP = recordFields('order group', {
  fatal: true,
  required: { text: 'id', boolean: 'is_auto_cancel_enabled' },
  optional: { count: 'contracts_limit_fp', integer: 'exchange_index' },
});

export const GROUP_DETAIL = recordFields('order group detail', {
  fatal: true,
  required: { boolean: 'is_auto_cancel_enabled', list: 'orders' },
  optional: { count: 'contracts_limit_fp', integer: 'exchange_index' },
});

export const GROUP_CREATED = recordFields('order group created', {
  fatal: true,
  required: { text: 'order_group_id', integer: 'subaccount' },
  optional: { integer: 'exchange_index' },
});
