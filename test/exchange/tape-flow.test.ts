import { describe, expect, it } from 'vitest';
import type { MarketIndex, MarketStatus } from '../../src/core/market.ts';
import { DELTA, DETAIL, type Detail, type MarketEventKind, SNAPSHOT, TRADE } from '../../src/core/market-event.ts';
import { dollars } from '../../src/core/money.ts';
import type { Price } from '../../src/core/price.ts';
import { CENT_GRID } from '../../src/core/price-grid.ts';
import { contracts } from '../../src/core/quantity.ts';
import { ASK, BID, type Side } from '../../src/core/side.ts';
import { packKey, type TapeBlock } from '../../src/core/tape-block.ts';
import { parseTime, type Time } from '../../src/core/time.ts';
import { Exchange } from '../../src/exchange/exchange.ts';
import type { CreateRequest } from '../../src/exchange/order-requests.ts';

const T0 = parseTime('2026-09-15T12:00:00Z');
const MARKET = 0 as MarketIndex;
const at = (seconds: number): Time => (T0 + seconds * 1_000_000) as Time;

type Row =
  | { at: number; kind: 'delta' | 'snapshot' | 'trade'; side: Side; cents: number; count: number; more?: boolean }
  | { at: number; kind: 'detail'; detail: Detail };

const KINDS: Record<'delta' | 'snapshot' | 'trade', MarketEventKind> = {
  delta: DELTA,
  snapshot: SNAPSHOT,
  trade: TRADE,
};

function block(rows: readonly Row[]): TapeBlock {
  const key = new Uint32Array(rows.length);
  const price = new Uint16Array(rows.length);
  const quantity = new Int32Array(rows.length);
  const localOffset = new Uint32Array(rows.length);
  const details = new Map<number, Detail>();
  rows.forEach((row, index) => {
    localOffset[index] = row.at * 1_000_000;
    if (row.kind === 'detail') {
      key[index] = packKey(DETAIL, MARKET, BID, false);
      details.set(index, row.detail);
      return;
    }
    key[index] = packKey(KINDS[row.kind], MARKET, row.side, row.more ?? false);
    price[index] = row.cents * 100;
    quantity[index] = row.count * 100;
  });
  const length = rows.length;
  return {
    firstSequence: 1,
    length,
    baseTime: T0,
    localOffset,
    delay: null,
    constantDelay: 0,
    key,
    price,
    quantity,
    details,
  };
}

const status = (seconds: number, to: MarketStatus): Row => {
  return { at: seconds, kind: 'detail', detail: { type: 'lifecycle', change: { market: MARKET, status: to } } };
};
/** A market that opens with 10 bid at 40 and 8 offered at 45. */
const OPEN: readonly Row[] = [
  status(0, 'active'),
  { at: 0, kind: 'snapshot', side: BID, cents: 40, count: 10, more: true },
  { at: 0, kind: 'snapshot', side: ASK, cents: 45, count: 8 },
];

function played(rows: readonly Row[]) {
  const exchange = new Exchange({
    seed: 'tape flow',
    markets: [
      {
        ...{ index: MARKET, ticker: 'KXHIGHCHI-26SEP15-B84.5', event: 'KXHIGHCHI-26SEP15', series: 'KXHIGHCHI' },
        ...{ title: '', strike: { type: 'between', floor: 84, cap: 85 }, grid: CENT_GRID, day: '2026-09-15' },
        ...{ openTime: at(0), closeTime: at(3_600), mutuallyExclusive: true },
      },
    ],
    blocks: [block([...OPEN, ...rows])],
  });
  const account = exchange.openAccount(dollars(1_000));
  const [record] = exchange.world.markets;
  return {
    exchange,
    account,
    record: record!,
    to: (seconds: number) => exchange.advance(at(seconds)),
    size: (side: Side, cents: number) => record!.book.total(side, record!.book.grid.levels[cents * 100]!) / 100,
    send: (side: Side, cents: number, count: number, over: Partial<CreateRequest> = {}) => {
      const request: CreateRequest = {
        ...{
          ticker: record!.ticker,
          clientId: '',
          side,
          count: contracts(count),
          price: (cents * 100) as Price,
          expires: null,
        },
        ...{ timeInForce: 'good_till_canceled', postOnly: false, selfTrade: 'taker_at_cross', cancelOnPause: false },
        ...{ reduceOnly: false, groupId: '', ...over },
      };
      return exchange.orders.create(account, request, exchange.now).order;
    },
  };
}

describe('an exchange that plays a tape', () => {
  it('shows its book and prints its trades, each at its time', () => {
    const { exchange, record, to, size } = played([
      { at: 10, kind: 'delta', side: BID, cents: 41, count: 5 },
      { at: 20, kind: 'delta', side: BID, cents: 40, count: -4 },
      { at: 30, kind: 'trade', side: ASK, cents: 41, count: 5 },
      { at: 30, kind: 'delta', side: BID, cents: 41, count: -5 },
    ]);
    const told: string[] = [];
    exchange.feed.listen((news) => {
      if (news.type === 'delta') told.push(`${news.side} ${news.price} ${news.change}`);
      else told.push(news.type);
    });
    to(5);
    expect(told.filter((line) => /^[01] /.test(line))).toEqual(['0 4000 1000', '1 4500 800']);
    expect([size(BID, 40), size(ASK, 45), size(BID, 41), record.status]).toEqual([10, 8, 0, 'active']);
    to(25);
    expect([size(BID, 40), size(BID, 41)]).toEqual([6, 5]);
    to(40);
    expect([size(BID, 40), size(BID, 41)]).toEqual([6, 0]);
    expect(told.filter((line) => line.startsWith('0 4100'))[0]).toBe('0 4100 500');
    expect(exchange.world.trades.map(({ side, price, quantity, time }) => [side, price, quantity, time])).toEqual([
      [ASK, 4_100, contracts(5), at(30)],
    ]);
  });

  it('fills a guest when prints have gone through what was ahead of it; cancels come from behind', () => {
    const { to, send } = played([
      { at: 10, kind: 'delta', side: BID, cents: 40, count: 20 },
      { at: 20, kind: 'delta', side: BID, cents: 40, count: -20 },
      { at: 30, kind: 'trade', side: ASK, cents: 40, count: 7 },
      { at: 30, kind: 'delta', side: BID, cents: 40, count: -7 },
      { at: 40, kind: 'trade', side: ASK, cents: 40, count: 5 },
      { at: 40, kind: 'delta', side: BID, cents: 40, count: -3 },
    ]);
    to(5);
    const order = send(BID, 40, 4);
    to(35);
    expect([order.filled, order.remaining]).toEqual([0, contracts(4)]);
    to(45);
    // Ten were ahead: seven and three of them traded, then two of the guest's.
    expect([order.filled, order.remaining]).toEqual([contracts(2), contracts(2)]);
  });

  it('gives a guest what is shown, and shows it again with the next change of the level', () => {
    const { account, record, to, size, send } = played([{ at: 30, kind: 'delta', side: ASK, cents: 45, count: 1 }]);
    to(5);
    const order = send(BID, 45, 6);
    expect([order.status, account.position(record), size(ASK, 45)]).toEqual(['executed', contracts(6), 2]);
    to(40);
    expect(size(ASK, 45)).toBe(9);
  });

  it('lets what the tape adds meet a guest that stands in its way', () => {
    const { to, size, send } = played([{ at: 30, kind: 'delta', side: ASK, cents: 42, count: 5 }]);
    to(5);
    const order = send(BID, 43, 3);
    to(40);
    expect([order.status, size(ASK, 42)]).toEqual(['executed', 2]);
  });

  it('prints what nobody shows too, and never trades the crowd with itself', () => {
    const { exchange, to, size } = played([
      { at: 10, kind: 'trade', side: BID, cents: 43, count: 2 },
      // The change of the other side comes late: for a moment the recorded book is crossed.
      { at: 20, kind: 'delta', side: BID, cents: 46, count: 3 },
      { at: 21, kind: 'delta', side: ASK, cents: 45, count: -8 },
    ]);
    to(15);
    expect(exchange.world.trades.map(({ price, quantity }) => [price, quantity])).toEqual([[4_300, contracts(2)]]);
    to(30);
    expect(exchange.world.trades).toHaveLength(1);
    expect([size(BID, 46), size(ASK, 45)]).toEqual([3, 0]);
  });

  it('shows nothing while it is paused or the tape knows nothing, and cancels guests at the close', () => {
    const covered = (seconds: number, held: boolean): Row => {
      const change = { market: MARKET, covered: held, reason: 'gap' };
      return { at: seconds, kind: 'detail', detail: { type: 'coverage', change } };
    };
    const { record, to, size, send } = played([
      covered(10, false),
      covered(20, true),
      { at: 20, kind: 'snapshot', side: BID, cents: 39, count: 1 },
      status(30, 'closed'),
    ]);
    to(5);
    const order = send(BID, 30, 1);
    to(15);
    expect([size(BID, 40), size(ASK, 45), size(BID, 30)]).toEqual([0, 0, 1]);
    to(25);
    expect([size(BID, 39), size(BID, 40)]).toEqual([1, 0]);
    to(35);
    expect([record.status, order.status, order.reason, size(BID, 39)]).toEqual([
      'closed',
      'canceled',
      'CloseCancel',
      0,
    ]);
  });

  it('pays what the tape says, though it never told of a result', () => {
    const detail: Detail = {
      type: 'settlement',
      settlement: { market: MARKET, outcome: 'yes', value: 10_000 as Price },
    };
    const { account, record, to, send } = played([{ at: 60, kind: 'detail', detail }]);
    to(5);
    send(BID, 45, 2);
    const before = account.ledger.cash;
    to(70);
    expect(record.status).toBe('finalized');
    expect(account.ledger.cash - before).toBe(dollars(2));
  });
});
