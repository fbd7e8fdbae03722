import { recordFields } from './drift.ts';

/** The records of public data, as the OpenAPI description of October 2026 has them. Objects and lists within are checked apart. */

export const EXCHANGE_STATUS = recordFields('exchange status', {
  required: { boolean: 'exchange_active trading_active' },
  optional: {
    boolean: 'intra_exchange_transfers_active',
    time: 'exchange_estimated_resume_time',
    list: 'exchange_index_statuses',
  },
});

export const SERIES = recordFields('series', {
  required: {
    text: 'ticker frequency title category contract_url contract_terms_url fee_type',
    list: 'categories',
    number: 'fee_multiplier',
  },
  optional: {
    list: 'tags settlement_sources additional_prohibitions',
    object: 'product_metadata',
    count: 'volume_fp',
    time: 'last_updated_ts',
    integer: 'exchange_index',
  },
});

export const EVENT = recordFields('event', {
  required: {
    text: 'event_ticker series_ticker sub_title title collateral_return_type',
    boolean: 'mutually_exclusive',
  },
  optional: {
    text: 'category strike_period fee_type_override',
    time: 'strike_date last_updated_ts',
    list: 'markets settlement_sources',
    object: 'product_metadata',
    number: 'fee_multiplier_override',
    integer: 'exchange_index',
  },
});

export const MARKET = recordFields('market', {
  required: {
    text: 'ticker event_ticker market_type yes_sub_title no_sub_title status result expiration_value rules_primary rules_secondary price_level_structure',
    time: 'created_time updated_time open_time close_time latest_expiration_time',
    integer: 'settlement_timer_seconds',
    dollars:
      'yes_bid_dollars yes_ask_dollars no_bid_dollars no_ask_dollars last_price_dollars notional_value_dollars previous_yes_bid_dollars previous_yes_ask_dollars previous_price_dollars',
    count: 'yes_bid_size_fp yes_ask_size_fp volume_fp volume_24h_fp open_interest_fp',
    boolean: 'can_close_early',
    list: 'price_ranges',
  },
  usual: { time: 'expected_expiration_time' },
  optional: {
    text: 'title subtitle strike_type functional_strike early_close_condition mve_collection_ticker primary_participant_key settlement_bounds_type',
    time: 'expiration_time settlement_ts occurrence_datetime fee_waiver_expiration_time',
    dollars: 'settlement_value_dollars settlement_floor_dollars',
    number: 'floor_strike cap_strike',
    object: 'custom_strike',
    list: 'mve_selected_legs',
    boolean: 'is_provisional',
    integer: 'exchange_index',
  },
});

export const PRICE_RANGE = recordFields('price range', { required: { dollars: 'start end step' } });

export const TRADE = recordFields('trade', {
  required: {
    text: 'trade_id ticker taker_outcome_side taker_book_side',
    count: 'count_fp',
    dollars: 'yes_price_dollars no_price_dollars',
    time: 'created_time',
    boolean: 'is_block_trade',
  },
  optional: { text: 'taker_side' },
});

/** An empty book may lack either list. */
export const ORDER_BOOK = recordFields('order book', { required: {}, usual: { list: 'yes_dollars no_dollars' } });

export const CANDLE = recordFields('candlestick', {
  required: {
    integer: 'end_period_ts',
    object: 'yes_bid yes_ask price',
    count: 'volume_fp open_interest_fp',
  },
});

export const HISTORICAL_CANDLE = recordFields('historical candlestick', {
  required: { integer: 'end_period_ts', object: 'yes_bid yes_ask price', count: 'volume open_interest' },
});

export const CUTOFF = recordFields('historical cutoff', {
  required: { time: 'market_settled_ts trades_created_ts orders_updated_ts' },
  optional: { time: 'market_positions_last_updated_ts' },
});

export const SERIES_FEE_CHANGE = recordFields('series fee change', {
  required: { text: 'id series_ticker fee_type', number: 'fee_multiplier', time: 'scheduled_ts' },
});

export const EVENT_FEE_CHANGE = recordFields('event fee change', {
  required: { text: 'id event_ticker series_ticker', time: 'scheduled_ts' },
  optional: { text: 'fee_type_override', number: 'fee_multiplier_override' },
});

export const BUCKET = recordFields('token bucket', { required: { number: 'refill_rate bucket_capacity' } });

export const ACCOUNT_LIMITS = recordFields('account limits', {
  required: { text: 'usage_tier', object: 'read write', list: 'grants' },
});

export const ENDPOINT_COST = recordFields('endpoint cost', { required: { text: 'method path', number: 'cost' } });
