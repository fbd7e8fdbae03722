import { describe, expect, it } from 'vitest';
import { contracts } from '../../src/core/quantity.ts';
import { decodeAmended, decodeDecreased, decodePlaced } from '../../src/kalshi/decode-order-answer.ts';
import { decodeFill, decodeOrder, decodeSettlementRow } from '../../src/kalshi/decode-portfolio.ts';
import { DriftSentinel, recordFields } from '../../src/kalshi/drift.ts';
import { type Body, type Decode, told, unknownFieldCount, unnoticedMutations } from './mutations.ts';

const ORDER: Body = {
  order_id: 'o-1',
  user_id: 'u-1',
  client_order_id: 'test:1',
  ticker: 'KXTEST-26SEP15-T1',
  side: 'yes',
  action: 'sell',
  outcome_side: 'no',
  book_side: 'ask',
  type: 'limit',
  status: 'canceled',
  yes_price_dollars: '0.3300',
  no_price_dollars: '0.6700',
  fill_count_fp: '2.00',
  remaining_count_fp: '0.00',
  initial_count_fp: '5.00',
  taker_fill_cost_dollars: '0.660000',
  maker_fill_cost_dollars: '0.000000',
  taker_fees_dollars: '0.031000',
  maker_fees_dollars: '0.000000',
  created_time: '2026-09-15T10:00:00.000001Z',
  last_update_time: '2026-09-15T10:00:01.000001Z',
  self_trade_prevention_type: 'maker',
  subaccount_number: 0,
};
const FILL: Body = {
  fill_id: 'f-1',
  trade_id: 'f-1',
  order_id: 'o-1',
  ticker: 'KXTEST-26SEP15-T1',
  market_ticker: 'KXTEST-26SEP15-T1',
  outcome_side: 'no',
  book_side: 'ask',
  count_fp: '2.00',
  yes_price_dollars: '0.3300',
  no_price_dollars: '0.6700',
  is_taker: false,
  fee_cost: '0.000000',
  created_time: '2026-09-15T10:00:01.000001Z',
  ts: 1_789_000_001,
  subaccount_number: 0,
  exchange_index: 0,
};
const SETTLEMENT: Body = {
  ticker: 'KXTEST-26SEP15-T1',
  exchange_index: 0,
  event_ticker: 'KXTEST-26SEP15',
  market_result: 'no',
  yes_count_fp: '0.00',
  yes_total_cost_dollars: '0.000000',
  no_count_fp: '2.00',
  no_total_cost_dollars: '1.340000',
  revenue: 200,
  settled_time: '2026-09-16T11:18:00.000001Z',
  fee_cost: '0.000000',
};
const PLACED: Body = {
  order_id: 'o-1',
  client_order_id: 'test:1',
  fill_count: '1.00',
  remaining_count: '4.00',
  average_fill_price: '0.3300',
  average_fee_paid: '0.0155',
  ts_ms: 1_789_000_000_123,
};

describe('a record of the order path', () => {
  it.each<[string, Body, Decode]>([
    ['an order', ORDER, decodeOrder],
    ['a fill', FILL, decodeFill],
    ['a settlement', SETTLEMENT, decodeSettlementRow],
    [
      'a create answer',
      PLACED,
      (value, drift) => decodePlaced(value, { clientOrderId: 'test:1', quantity: contracts(5) }, drift),
    ],
    ['an amend answer', { order_id: 'o-1', ts_ms: 5 }, (value, drift) => decodeAmended(value, [], drift)],
    [
      'a decrease answer',
      { order_id: 'o-1', remaining_count: '1.00', ts_ms: 5 },
      (value, drift) => decodeDecreased(value, 'o-1', drift),
    ],
  ])('%s is noticed with any field dropped, renamed or retyped; an unknown one passes, counted', (_, body, decode) => {
    expect(unnoticedMutations(body, decode)).toEqual([]);
    expect(unknownFieldCount(body, decode)).toBe(2);
  });

  it.each([
    ['an unknown status', { status: 'pending' }],
    ['sides that contradict', { book_side: 'bid' }],
    ['prices that do not sum to a dollar', { no_price_dollars: '0.6600' }],
    ['a count below zero', { remaining_count_fp: '-1.00' }],
  ])('with %s is not believed', (_, change) => {
    expect(() => decodeOrder({ ...ORDER, ...change }, new DriftSentinel())).toThrow(
      expect.objectContaining({ code: 'wire-drift' }),
    );
  });

  it('is read whole', () => {
    expect(decodeOrder(ORDER, new DriftSentinel())).toMatchObject({
      clientOrderId: 'test:1',
      side: 1,
      status: 'cancelled',
      price: 3_300,
      filled: 200,
      cost: 660_000,
      fees: 31_000,
    });
    expect(decodeSettlementRow(SETTLEMENT, new DriftSentinel())).toMatchObject({ revenue: 2_000_000, no: 200 });
  });
});

describe('the drift sentinel', () => {
  const fields = recordFields('thing', {
    required: { text: 'a', dollars: 'd', time: 't' },
    usual: { integer: 'u' },
    optional: { list: 'o' },
  });

  it('counts per record and field, and lets a record of public data through', () => {
    const drift = new DriftSentinel();
    for (let at = 0; at < 3; at++) drift.check(fields, { a: 1, d: '0.5', t: '', o: null, x: 1 });
    expect(drift.report()).toEqual([
      { record: 'thing', field: 'a', change: 'retyped', count: 3 },
      { record: 'thing', field: 'u', change: 'missing', count: 3 },
      { record: 'thing', field: 'x', change: 'new', count: 3 },
    ]);
  });

  it('keeps a bounded table, however many new fields come', () => {
    const drift = new DriftSentinel();
    for (let at = 0; at < 2_000; at++) drift.check(fields, { a: '', d: '1', t: '', u: 1, [`n${at}`]: 1 });
    expect(drift.report().length).toBeLessThanOrEqual(501);
    expect(drift.report().find(({ field }) => field === '…')?.count).toBe(1_500);
    expect(told(drift)).toContain('thing: n0 new');
  });
});
