import { beforeEach, describe, expect, it } from 'vitest';
import type { MarketIndex } from '../../../src/core/market.ts';
import type { Money } from '../../../src/core/money.ts';
import type { Order, OrderId } from '../../../src/core/order.ts';
import type { Price } from '../../../src/core/price.ts';
import { contracts, type Quantity } from '../../../src/core/quantity.ts';
import { BID } from '../../../src/core/side.ts';
import { SECOND, type Time } from '../../../src/core/time.ts';
import type { VenueAnswer } from '../../../src/core/venue-event.ts';
import { SURELY_DEAD_AFTER } from '../../../src/kalshi/execution/desk-order.ts';
import { OrderDesk } from '../../../src/kalshi/execution/order-desk.ts';
import type { FillNews, OrderNews } from '../../../src/kalshi/execution/own-messages.ts';
import type { WriteOutcome } from '../../../src/kalshi/rest-answer.ts';

const START = (1_790_000_000 * SECOND) as Time;
const ID = 1 as OrderId;
const LOST: WriteOutcome<never> = { kind: 'unknown', why: 'timed-out', detail: 'no answer within 10 s' };
const NOT_FOUND: WriteOutcome<never> = {
  kind: 'refused',
  refusal: { status: 404, code: 'not_found', message: 'not found', details: '' },
};

let desk: OrderDesk;
let told: VenueAnswer[];
let alarms: string[];

beforeEach(() => {
  told = [];
  alarms = [];
  desk = new OrderDesk({ answer: ({ answer }) => told.push(answer), alarm: (what) => alarms.push(what) });
});

const at = (seconds: number): Time => (START + seconds * SECOND) as Time;
const dead = (since: number): Time => at(since + SURELY_DEAD_AFTER / SECOND);
const types = (): string[] => told.map(({ type }) => type);

function send(terms: Partial<Order> = {}): void {
  desk.sent({ ...order(1), ...terms }, 'T', 'c-1');
}

function placed(filled = 0, remaining = 10 - filled, seconds = 1): void {
  const answer = {
    orderId: 'o-1',
    clientOrderId: 'c-1',
    filled: contracts(filled),
    remaining: contracts(remaining),
    averagePrice: null,
    averageFee: null,
    time: at(seconds),
  };
  desk.placed(ID, { kind: 'answered', answer }, at(seconds));
}

function news(over: Partial<OrderNews> & { seconds?: number } = {}): OrderNews {
  const { seconds = 1, ...fields } = over;
  return {
    orderId: 'o-1',
    clientOrderId: 'c-1',
    ticker: 'T',
    status: 'resting',
    price: 4_000 as Price,
    filled: 0 as Quantity,
    remaining: contracts(10),
    reason: null,
    updated: at(seconds),
    ...fields,
  };
}

function fill(tradeId: string, count: number, over: Partial<FillNews> = {}): FillNews {
  return {
    tradeId,
    orderId: 'o-1',
    clientOrderId: null,
    ticker: 'T',
    side: BID,
    price: 4_000 as Price,
    quantity: contracts(count),
    taker: false,
    fee: 0 as Money,
    time: at(2),
    ...over,
  };
}

describe('an order whose answer comes', () => {
  it('is accepted, filled once by whichever source tells first, and done when all of it is filled', () => {
    send();
    placed();
    desk.fill(fill('t-1', 4), at(2));
    desk.fill(fill('t-1', 4), at(3), true);
    desk.fill(fill('t-2', 6), at(3));
    expect(types()).toEqual(['accepted', 'filled', 'filled']);
    expect(desk.openCount).toBe(0);
    expect(desk.needs(at(9))).toEqual({ tickers: [], orderIds: [] });
  });

  it('is accepted by a message that overtakes the answer, and only once', () => {
    send();
    desk.hear(news(), null, at(1));
    placed();
    expect(types()).toEqual(['accepted']);
    expect(alarms).toEqual([]);
  });

  it('takes a fill that comes before anything else, by its client order id', () => {
    send();
    desk.fill(fill('t-1', 10, { clientOrderId: 'c-1' }), at(1));
    placed(10, 0);
    expect(types()).toEqual(['filled']);
    expect(desk.openCount).toBe(0);
  });

  it('keeps fills of an id that it does not know yet until the answer names it', () => {
    send();
    desk.fill(fill('t-1', 3), at(1));
    expect(told).toEqual([]);
    placed(3);
    expect(types().sort()).toEqual(['accepted', 'filled']);
  });

  it('is done by fills that waited for its id, and the answer that names it says no more', () => {
    send();
    desk.fill(fill('t-1', 10), at(1));
    placed(10, 0);
    expect(types()).toEqual(['filled']);
    expect(desk.openCount).toBe(0);
  });

  it('is told as ended only when every fill that the exchange speaks of was told, and asks for those that do not come', () => {
    send({ timeInForce: 'immediate-or-cancel' });
    placed(6, 0);
    expect(types()).toEqual(['accepted']);
    expect(desk.needs(at(1)).orderIds).toEqual([]);
    expect(desk.needs(at(2)).orderIds).toEqual(['o-1']);
    desk.fill(fill('t-1', 6), at(2), true);
    expect(told.at(-1)).toEqual({ type: 'cancelled', reason: 'immediate-remainder', quantity: contracts(4) });
    expect(desk.counts.fillsFetched).toBe(1);
  });

  it.each([
    ['insufficient_balance', '', 'insufficient-balance'],
    ['invalid_order', 'post only cross', 'post-only-cross'],
    ['too_many_requests', '', 'rate-limited'],
    ['MARKET_INACTIVE', '', 'market-not-open'],
    ['something_new', '', 'invalid-order'],
  ])('refused with %s %s is rejected as %s', (code, details, reason) => {
    send();
    desk.placed(ID, { kind: 'refused', refusal: { status: 400, code, message: '', details } }, at(1));
    expect(told).toEqual([{ type: 'rejected', reason }]);
    // The exchange keeps a row of what it refused: no news.
    desk.hear(news({ status: 'cancelled', remaining: 0 as Quantity }), at(9), at(9));
    expect(alarms).toEqual([]);
  });
});

describe('an order whose answer is lost', () => {
  beforeEach(() => {
    send();
    desk.placed(ID, LOST, at(10));
  });

  it('is in doubt, and asks for its market', () => {
    expect(types()).toEqual(['in-doubt']);
    expect(desk.needs(at(10)).tickers).toEqual(['T']);
    expect(desk.inDoubt).toBe(1);
  });

  it('was there after all: accepted once it is listed', () => {
    desk.listed('T', [news({ seconds: 1 })], at(11), at(11));
    expect(types()).toEqual(['in-doubt', 'accepted']);
    expect(desk.counts.createdAfterAll).toBe(1);
  });

  it('is not given up by a list that lacks it while it could still arrive, and is by one that is true beyond that', () => {
    desk.listed('T', [], (dead(10) - 1) as Time, at(90));
    expect(types()).toEqual(['in-doubt']);
    desk.listed('T', [], dead(10), at(91));
    expect(told.at(-1)).toEqual({ type: 'rejected', reason: 'never-arrived' });
    expect(desk.openCount).toBe(0);
  });

  it('is not given up by the list of another market', () => {
    desk.listed('U', [], dead(100), at(200));
    expect(desk.inDoubt).toBe(1);
  });

  it('is an alarm when it turns up after it was given up', () => {
    desk.listed('T', [], dead(10), at(91));
    desk.hear(news(), null, at(92));
    expect(alarms).toHaveLength(1);
  });

  it('is in doubt, not rejected, where the exchange says that it knows the id', () => {
    told.length = 0;
    desk.sent(order(2), 'T', 'c-2');
    const refusal = { status: 409, code: 'order_already_exists', message: '', details: '' };
    desk.placed(2 as OrderId, { kind: 'refused', refusal }, at(11));
    expect(types()).toEqual(['in-doubt']);
  });

  it('had filled and ended: told in full, and in order', () => {
    const gone = news({ status: 'cancelled', filled: contracts(3), remaining: 0 as Quantity, reason: 'CloseCancel' });
    desk.listed('T', [gone], at(12), at(12));
    expect(types()).toEqual(['in-doubt', 'accepted']);
    desk.fill(fill('t-1', 3), at(13), true);
    expect(types()).toEqual(['in-doubt', 'accepted', 'filled', 'cancelled']);
    expect(told.at(-1)).toEqual({ type: 'cancelled', reason: 'market-closed', quantity: contracts(7) });
  });
});

describe('a cancel', () => {
  beforeEach(() => {
    send();
    placed();
    told.length = 0;
  });

  it('that is answered ends the order', () => {
    desk.changing(ID, 'cancel');
    desk.cancelAnswered(
      ID,
      { kind: 'answered', answer: { orderId: 'o-1', reducedBy: contracts(10), time: at(3) } },
      at(3),
    );
    expect(told).toEqual([{ type: 'cancelled', reason: 'requested', quantity: contracts(10) }]);
  });

  it('that is answered with less than we thought rests waits for the fills between', () => {
    desk.changing(ID, 'cancel');
    desk.cancelAnswered(
      ID,
      { kind: 'answered', answer: { orderId: 'o-1', reducedBy: contracts(8), time: at(3) } },
      at(3),
    );
    expect(told).toEqual([]);
    desk.fill(fill('t-1', 2), at(4));
    expect(types()).toEqual(['filled', 'cancelled']);
  });

  it.each([
    ['a 404', NOT_FOUND],
    ['a lost answer', LOST],
  ])(
    'with %s is in doubt until a list shows its end; "resting" proves nothing while it could still arrive',
    (_, outcome) => {
      desk.changing(ID, 'cancel');
      desk.cancelAnswered(ID, outcome, at(3));
      expect(types()).toEqual(['in-doubt']);
      desk.listed('T', [news()], at(4), at(4));
      expect(types()).toEqual(['in-doubt']);
      desk.listed('T', [news({ status: 'cancelled', remaining: 0 as Quantity, seconds: 3 })], at(5), at(5));
      expect(told.at(-1)).toEqual({ type: 'cancelled', reason: 'requested', quantity: contracts(10) });
      expect(desk.counts.cancelledAfterAll).toBe(1);
    },
  );

  it('that never arrived leaves the order resting, once a list says so that is new enough', () => {
    desk.changing(ID, 'cancel');
    desk.cancelAnswered(ID, LOST, at(3));
    desk.listed('T', [news()], dead(3), at(90));
    expect(told.at(-1)).toEqual({ type: 'cancel-rejected', reason: 'never-arrived' });
    expect(desk.inDoubt).toBe(0);
  });

  it('is not sent for an order that has ended at the exchange', () => {
    desk.hear(news({ status: 'executed', filled: contracts(10), remaining: 0 as Quantity }), null, at(3));
    expect(desk.changing(ID, 'cancel')).toBeNull();
  });

  it('that is refused outright leaves the order as it is', () => {
    desk.changing(ID, 'cancel');
    const refusal = { status: 429, code: 'too_many_requests', message: '', details: '' };
    desk.cancelAnswered(ID, { kind: 'refused', refusal }, at(3));
    expect(told).toEqual([{ type: 'cancel-rejected', reason: 'rate-limited' }]);
  });
});

describe('an amend', () => {
  const to = { price: 4_100 as Price, quantity: contracts(15) };

  beforeEach(() => {
    send();
    placed();
    told.length = 0;
    desk.changing(ID, 'amend', to.price, to.quantity);
  });

  it('that is lost is done when the order is listed as it was to be', () => {
    desk.amendAnswered(ID, LOST, at(3));
    desk.listed('T', [news({ price: to.price, remaining: to.quantity, seconds: 3 })], at(4), at(4));
    expect(told.at(-1)).toEqual({ type: 'amended', ...to });
  });

  it('that is lost is not done when the order is listed as it was, after it could have arrived', () => {
    desk.amendAnswered(ID, LOST, at(3));
    desk.listed('T', [news()], at(20), at(20));
    expect(desk.inDoubt).toBe(1);
    desk.listed('T', [news()], dead(3), at(60));
    expect(told.at(-1)).toEqual({ type: 'amend-rejected', reason: 'never-arrived' });
  });

  it('holds the fill that would finish the order as it was, until it is known whether it grew', () => {
    desk.fill(fill('t-1', 10), at(3));
    expect(told).toEqual([]);
    desk.amendAnswered(
      ID,
      { kind: 'answered', answer: { orderId: 'o-1', filled: null, remaining: contracts(5), time: at(3) } },
      at(4),
    );
    expect(types()).toEqual(['amended', 'filled']);
    expect(desk.openCount).toBe(1);
  });

  it('that came too late for an order that had filled lets it end', () => {
    desk.fill(fill('t-1', 10), at(3));
    desk.amendAnswered(ID, NOT_FOUND, at(4));
    desk.listed(
      'T',
      [news({ status: 'executed', filled: contracts(10), remaining: 0 as Quantity, seconds: 3 })],
      at(5),
      at(5),
    );
    expect(types()).toEqual(['in-doubt', 'filled']);
    expect(desk.openCount).toBe(0);
  });

  it('is settled by rows that say no time, and what comes after is not taken for old', () => {
    desk.amendAnswered(ID, LOST, at(3));
    const row = { ...news({ price: to.price, remaining: to.quantity }), updated: null };
    desk.listed('T', [row], at(9), at(9));
    expect(told.at(-1)).toEqual({ type: 'amended', ...to });
    desk.changing(ID, 'cancel');
    desk.cancelAnswered(ID, LOST, at(10));
    desk.listed('T', [news({ price: to.price, remaining: to.quantity, seconds: 3 })], dead(10), at(60));
    expect(told.at(-1)).toEqual({ type: 'cancel-rejected', reason: 'never-arrived' });
  });

  it('is not taken for done by an old message that happens to show the same', () => {
    desk.amendAnswered(
      ID,
      { kind: 'answered', answer: { orderId: 'o-1', filled: null, remaining: contracts(15), time: at(5) } },
      at(5),
    );
    desk.changing(ID, 'amend', 4_000 as Price, contracts(10));
    desk.amendAnswered(ID, LOST, at(6));
    told.length = 0;
    desk.hear(news({ seconds: 1 }), null, at(7));
    expect(told).toEqual([]);
    expect(desk.counts.staleNews).toBe(1);
  });

  it('that leaves nothing has not filled all of it: its row says how much, the rest met an order of our own', () => {
    desk.amendAnswered(
      ID,
      { kind: 'answered', answer: { orderId: 'o-1', filled: null, remaining: 0 as Quantity, time: at(3) } },
      at(3),
    );
    expect(desk.needs(at(3)).tickers).toEqual(['T']);
    const row = news({ status: 'cancelled', remaining: 0 as Quantity, reason: 'SelfTradeCancel', seconds: 3 });
    desk.listed('T', [row], at(4), at(4));
    expect(told.at(-1)).toEqual({ type: 'cancelled', reason: 'self-trade', quantity: contracts(15) });
  });

  it('that grew the order and was lost is seen by fills that the old size had no room for', () => {
    desk.amendAnswered(ID, LOST, at(3));
    desk.fill(fill('t-1', 10), at(4));
    desk.fill(fill('t-2', 5), at(4));
    desk.listed(
      'T',
      [news({ status: 'executed', price: to.price, filled: contracts(15), remaining: 0 as Quantity })],
      at(5),
      at(5),
    );
    expect(types()).toEqual(['in-doubt', 'amended', 'filled', 'filled']);
    expect(alarms).toEqual([]);
  });
});

describe('a decrease', () => {
  beforeEach(() => {
    send();
    placed();
    told.length = 0;
  });

  it('leaves the total less by so much', () => {
    desk.decreasing(ID, contracts(4));
    desk.decreaseAnswered(
      ID,
      { kind: 'answered', answer: { orderId: 'o-1', remaining: contracts(6), time: at(3) } },
      at(3),
    );
    expect(told).toEqual([{ type: 'amended', price: 4_000, quantity: contracts(6) }]);
  });

  it('of all that rests ends it, when its row says how much had filled', () => {
    desk.decreasing(ID, contracts(20));
    desk.decreaseAnswered(
      ID,
      { kind: 'answered', answer: { orderId: 'o-1', remaining: 0 as Quantity, time: at(3) } },
      at(3),
    );
    expect(desk.needs(at(3)).tickers).toEqual(['T']);
    const row = news({ status: 'cancelled', remaining: 0 as Quantity, reason: 'Decrease', seconds: 3 });
    desk.listed('T', [row], at(4), at(4));
    expect(told).toEqual([{ type: 'cancelled', reason: 'requested', quantity: contracts(10) }]);
  });
});

describe('what cannot be', () => {
  beforeEach(() => {
    send();
    placed();
    told.length = 0;
  });

  it('is an alarm: a fill after the end', () => {
    desk.changing(ID, 'cancel');
    desk.cancelAnswered(
      ID,
      { kind: 'answered', answer: { orderId: 'o-1', reducedBy: contracts(10), time: at(3) } },
      at(3),
    );
    desk.fill(fill('t-9', 1), at(4));
    expect(alarms).toHaveLength(1);
    expect(types()).toEqual(['cancelled']);
  });

  it('is an alarm: more filled than was asked for', () => {
    desk.hear(news({ status: 'executed', filled: contracts(12), remaining: 0 as Quantity }), null, at(2));
    desk.fill(fill('t-1', 12), at(3), true);
    expect(alarms).toHaveLength(1);
  });

  it('is an alarm: two ids for one order', () => {
    desk.hear(news({ orderId: 'o-2' }), null, at(2));
    expect(alarms).toHaveLength(1);
  });

  it('is an alarm: a fill on the other side', () => {
    desk.fill(fill('t-1', 1, { side: 1 }), at(2));
    expect(alarms).toHaveLength(1);
    expect(told).toEqual([]);
  });
});

describe('what the engine does at once', () => {
  it('meets the desk with its thinking done: a cancel from within "accepted" goes out', () => {
    let doomed: unknown = null;
    desk = new OrderDesk({
      answer: ({ answer }) => {
        told.push(answer);
        if (answer.type === 'accepted') doomed = desk.changing(ID, 'cancel');
      },
      alarm: (what) => alarms.push(what),
    });
    send();
    placed(2);
    expect(doomed).not.toBeNull();
    desk.fill(fill('t-1', 2), at(2));
    desk.cancelAnswered(
      ID,
      { kind: 'answered', answer: { orderId: 'o-1', reducedBy: contracts(8), time: at(3) } },
      at(3),
    );
    expect(types()).toEqual(['accepted', 'filled', 'cancelled']);
  });
});

function order(id: number): Order {
  return {
    id: id as OrderId,
    market: 0 as MarketIndex,
    side: BID,
    price: 4_000 as Price,
    quantity: contracts(10),
    timeInForce: 'good-till-cancelled',
    postOnly: false,
    reduceOnly: false,
    expireTime: null,
    selfTradePrevention: 'taker-at-cross',
    cancelOnPause: false,
    group: null,
    fairPrice: null,
    patience: null,
    follows: null,
    submitTime: START,
  };
}
