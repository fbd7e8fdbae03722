import { expect, it } from 'vitest';
import { contracts } from '../../src/core/quantity.ts';
import { decodeBook } from '../../src/kalshi/decode-book.ts';
import { decodeMarket, marketBodies } from '../../src/kalshi/decode-market.ts';
import { decodeCancelled, decodePlaced } from '../../src/kalshi/decode-order-answer.ts';
import { decodeBalance, decodeFill, decodeOrder, decodePosition } from '../../src/kalshi/decode-portfolio.ts';
import { decodeTrade } from '../../src/kalshi/decode-trade.ts';
import { DriftSentinel } from '../../src/kalshi/drift.ts';
import * as market from '../../src/kalshi/market-fields.ts';
import { PortfolioReads } from '../../src/kalshi/portfolio-reads.ts';
import { readRefusal } from '../../src/kalshi/rest-answer.ts';
import { describeRecorded } from '../ledger/demo-fixtures.ts';
import { type Body, type Decode, told, unknownFieldCount, unnoticedMutations } from './mutations.ts';
import { clientOf, scriptedExchange } from './scripted-exchange.ts';

describeRecorded('recorded REST bodies of the demo exchange', (read) => {
  const list = (file: string, name: string) => (read(file) as Record<string, Body[]>)[name]!;
  const first = (file: string, name: string) => list(file, name)[0]!;
  const order = () => (read('orders__get_after_create.json') as { order: Body }).order;
  const placed = () => read('orders__create_v2_taker_ioc.json') as Body;
  const cancelled = () => read('orders__cancel_v2.json') as Body;
  const sent = () => ({ clientOrderId: String(placed().client_order_id), quantity: contracts(1) });

  it('orders, fills, positions and balance decode', () => {
    const drift = new DriftSentinel();
    const orders = list('portfolio__orders_list.json', 'orders').map((row) => decodeOrder(row, drift));
    expect(orders.length).toBeGreaterThan(3);
    expect(decodeOrder(order(), drift)).toMatchObject({ status: 'resting', price: 100, remaining: 100, side: 0 });
    const fills = list('fills__after_taker.json', 'fills').map((row) => decodeFill(row, drift));
    expect(fills[0]).toMatchObject({ price: 5_200, quantity: 100, fee: 17_500, taker: true });
    const positions = list('portfolio__positions.json', 'market_positions').map((row) => decodePosition(row, drift));
    expect(positions[0]).toMatchObject({ quantity: 300, exposure: 2_500_000, fees: 18_900 });
    expect(decodeBalance(read('auth__balance_ok.json'), drift)).toEqual({ cash: 98_018_600, portfolio: 1_980_000 });
    expect(told(drift)).toEqual([
      'fill: exchange_index missing',
      'market position: exchange_index missing',
      'market position: resting_orders_count new',
      // Of orders made by the endpoints that are gone since.
      'order: self_trade_prevention_type missing',
    ]);
  });

  it('answers to creates and cancels decode', () => {
    const drift = new DriftSentinel();
    expect(decodePlaced(placed(), sent(), drift)).toMatchObject({
      filled: 100,
      averagePrice: 520_000,
      averageFee: 17_500,
    });
    expect(decodeCancelled(cancelled(), String(cancelled().order_id), drift)).toMatchObject({ reducedBy: 100 });
    expect(told(drift)).toEqual([]);
  });

  it('markets, trades and a book decode, and only what was removed since is new', () => {
    const drift = new DriftSentinel();
    for (const file of ['markets__page1.json', 'markets__high_temp.json', 'markets__status_settled.json']) {
      for (const { market: row } of marketBodies(read(file))) decodeMarket(drift.check(market.MARKET, row), null);
    }
    for (const row of list('trades__public_recorded.json', 'trades')) decodeTrade(drift.check(market.TRADE, row));
    const book = (read('orderbook__base.json') as Body).orderbook_fp;
    expect(decodeBook(drift.check(market.ORDER_BOOK, book))).toEqual({
      bids: [{ price: 4_700, quantity: 300 }],
      asks: [{ price: 5_200, quantity: 300 }],
    });
    expect(told(drift)).toEqual([
      'market: fractional_trading_enabled new',
      'market: liquidity_dollars new',
      'market: response_price_units new',
    ]);
  });

  it('limits and costs meter the client', async () => {
    const exchange = await scriptedExchange();
    const { rest, drift } = clientOf(exchange);
    exchange.script(
      { status: 200, body: read('account__limits.json') },
      { status: 200, body: read('account__endpoint_costs.json') },
    );
    const limits = await new PortfolioReads(rest, drift).meter();
    expect(limits.write).toEqual({ capacity: 100, refillPerSecond: 100 });
    expect(told(drift)).toEqual([]);
  });

  it.each([
    ['orders__post_only_cross.json', 'invalid_order', 'invalid order', 'post only cross'],
    [
      'orders__numeric_field_types.json',
      'bad_request',
      'bad request',
      'json: cannot unmarshal number into Go struct field CreateOrderV2Request.count of type string',
    ],
    [
      'markets__limit_over_max.json',
      'validation',
      "Parameter validation failed for GetMarkets: Key: 'GetMarketsParams.Limit' Error:Field validation for 'Limit' failed on the 'lte' tag",
      '',
    ],
    ['orders__duplicate_client_order_id.json', 'order_already_exists', 'order already exists', ''],
    ['orders__insufficient_balance.json', 'insufficient_balance', 'insufficient balance', ''],
    ['orders__cancel_unknown_id.json', 'not_found', 'not found', ''],
    ['auth__bad_signature.json', 'authentication_error', 'authentication_error', 'INCORRECT_API_KEY_SIGNATURE'],
    ['auth__skew_plus5min.json', 'header_timestamp_expired', 'header timestamp expired', ''],
  ])('the refusal %s is read', (file, code, message, details) => {
    expect(readRefusal(400, read(file))).toEqual({ status: 400, code, message, details });
  });

  it.each<[string, () => Body, Decode]>([
    ['an order', order, decodeOrder],
    ['a fill', () => first('fills__after_taker.json', 'fills'), decodeFill],
    ['a position', () => first('portfolio__positions.json', 'market_positions'), decodePosition],
    ['a balance', () => read('auth__balance_ok.json') as Body, decodeBalance],
    ['a create answer', placed, (value, drift) => decodePlaced(value, sent(), drift)],
    ['a cancel answer', cancelled, (value, drift) => decodeCancelled(value, String(cancelled().order_id), drift)],
  ])('%s is noticed with any field dropped, renamed or retyped; an unknown one passes, counted', (_, body, decode) => {
    expect(unnoticedMutations(body(), decode)).toEqual([]);
    expect(unknownFieldCount(body(), decode)).toBe(2);
  });
});
