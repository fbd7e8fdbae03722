import { parseDecimal } from '../core/decimal.ts';
import { malformed, type WireObject, wireObject } from './wire.ts';

type Kind = 'text' | 'integer' | 'flag' | 'decimal' | 'object' | 'list' | 'any';

/** The fields of each message beside book and trades: `!` must be there, others may be absent or null. Decimals are texts to 6 places. */
const FIELDS: Readonly<Record<string, string>> = {
  fill: `trade_id!text order_id!text client_order_id:text market_ticker!text exchange_index:integer is_taker!flag side:text action:text
    purchased_side:text outcome_side:text book_side:text yes_price_dollars!decimal count_fp!decimal fee_cost:decimal
    post_position_fp:decimal ts:any ts_ms:integer subaccount:integer`,
  user_order: `order_id!text user_id:text ticker!text exchange_index:integer status!text side:text is_yes:flag outcome_side:text
    book_side:text yes_price_dollars!decimal fill_count_fp!decimal remaining_count_fp!decimal initial_count_fp!decimal
    taker_fill_cost_dollars:decimal maker_fill_cost_dollars:decimal taker_fees_dollars:decimal maker_fees_dollars:decimal
    client_order_id:text order_group_id:text self_trade_prevention_type:text created_time:text created_ts_ms:integer
    last_update_time:text last_updated_ts_ms:integer expiration_time:text expiration_ts_ms:integer last_update_reason:text
    subaccount_number:integer`,
  market_position: `user_id:text market_ticker!text position_fp!decimal position_cost_dollars:decimal realized_pnl_dollars:decimal
    fees_paid_dollars:decimal position_fee_cost_dollars:decimal volume_fp:decimal subaccount:integer`,
  market_lifecycle_v2: `event_type!text market_ticker!text exchange_index:integer open_ts:integer close_ts:integer
    additional_metadata:object price_level_structure:text price_ranges:list is_deactivated:flag result:text
    determination_ts:integer settlement_value:decimal settled_ts:integer strike_type:text floor_strike:any cap_strike:any
    custom_strike:any yes_sub_title:text`,
  event_lifecycle: `event_ticker!text exchange_index:integer title:text subtitle:text collateral_return_type:text series_ticker:text
    strike_date:integer strike_period:text`,
  event_fee_update: 'event_ticker!text fee_type_override:text fee_multiplier_override:any',
  order_group_updates: 'event_type!text order_group_id!text contracts_limit_fp:decimal ts_ms:integer',
  ticker: `market_id:text market_ticker!text price_dollars:decimal yes_bid_dollars:decimal yes_ask_dollars:decimal
    yes_bid_size_fp:decimal yes_ask_size_fp:decimal last_trade_size_fp:decimal volume_fp:decimal open_interest_fp:decimal
    dollar_volume:integer dollar_open_interest:integer ts:any ts_ms:integer time:any`,
};

const TABLES = new Map(
  Object.entries(FIELDS).map(([type, text]) => [
    type,
    text
      .trim()
      .split(/\s+/)
      .map((word) => {
        const [, name = '', mark = '', kind = ''] = /^(\w+)([!:])(\w+)$/.exec(word) ?? [];
        return { name, needed: mark === '!', kind: kind as Kind };
      }),
  ]),
);

/** A message of a channel beside book and trades, each field checked to be of its documented kind. */
export interface ChannelMessage {
  readonly type: string;
  readonly fields: WireObject;
  /** Fields that the reference of October 2026 does not name. */
  readonly unknown: readonly string[];
}

export function isChannelMessage(type: string): boolean {
  return TABLES.has(type);
}

/** Checks the `msg` of such a message. Throws a Fault (`malformed-input`) that names the field that is missing or of another kind. */
export function decodeChannelMessage(type: string, value: unknown): ChannelMessage {
  const fields = wireObject(value, `${type}.msg`);
  const table = TABLES.get(type) ?? [];
  for (const { name, needed, kind } of table) {
    const field = fields[name];
    if (field === undefined || field === null) {
      if (needed) throw malformed(`${type}.${name}`, 'is missing');
    } else if (!isOf(kind, field)) throw malformed(`${type}.${name}`, `is ${JSON.stringify(field)}, not a ${kind}`);
  }
  return { type, fields, unknown: Object.keys(fields).filter((name) => !table.some((known) => known.name === name)) };
}

function isOf(kind: Kind, value: unknown): boolean {
  if (kind === 'text') return typeof value === 'string';
  if (kind === 'integer') return Number.isSafeInteger(value);
  if (kind === 'flag') return typeof value === 'boolean';
  if (kind === 'object') return typeof value === 'object' && !Array.isArray(value);
  if (kind === 'list') return Array.isArray(value);
  if (kind === 'any') return true;
  if (typeof value !== 'string') return false;
  if (value === '') return true;
  try {
    parseDecimal(value, 6);
    return true;
  } catch {
    return false;
  }
}
