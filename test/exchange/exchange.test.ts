import { describe, expect, it } from 'vitest';
import { dollars } from '../../src/core/money.ts';
import type { Price } from '../../src/core/price.ts';
import { contracts } from '../../src/core/quantity.ts';
import { ASK, BID, type Side } from '../../src/core/side.ts';
import { seconds, type Time } from '../../src/core/time.ts';
import { CHANNELS } from '../../src/exchange/channels.ts';
import { Exchange } from '../../src/exchange/exchange.ts';
import type { News } from '../../src/exchange/feed.ts';
import { Ids } from '../../src/exchange/ids.ts';
import type { CreateRequest } from '../../src/exchange/order-requests.ts';
import { Subscription } from '../../src/exchange/subscription.ts';
import { averageText, cashText, countText, wholeCents } from '../../src/exchange/wire-format.ts';
import { WorldClock } from '../../src/exchange/world-clock.ts';
import { MORNING, QUIET } from './scene.ts';

function request(ticker: string, side: Side, price: number, count: number): CreateRequest {
  return {
    ticker,
    side,
    clientId: `${side} ${price} ${count}`,
    count: contracts(count),
    price: price as Price,
    expires: null,
    timeInForce: 'good_till_canceled',
    postOnly: false,
    selfTrade: 'taker_at_cross',
    cancelOnPause: false,
    reduceOnly: false,
    groupId: '',
  };
}

describe('two accounts', () => {
  it('trade with each other: what one pays in price the other gets or locks, to the millionth', () => {
    const exchange = new Exchange(QUIET);
    exchange.advance(MORNING);
    const [seller, buyer] = [exchange.openAccount(dollars(500)), exchange.openAccount(dollars(500))];
    const market = exchange.world.markets.find(({ bid, ask }) => ask - bid >= 100 && ask > 1_000 && ask < 9_000)!;
    const news: News[] = [];
    exchange.feed.listen((item) => news.push(item));
    const at = market.ask - 100;
    exchange.orders.create(seller, request(market.ticker, ASK, Math.max(at, market.bid + 100), 7), MORNING);
    const price = market.ask;
    const { quantity } = exchange.orders.create(buyer, request(market.ticker, BID, price, 7), MORNING);
    expect(quantity).toBe(700);
    expect([seller.position(market), buyer.position(market)]).toEqual([-700, 700]);
    const [one, other] = [seller.ledger.audit(), buyer.ledger.audit()];
    // Together the two legs of a contract are worth a dollar.
    expect(one.openCost + other.openCost).toBe(7_000_000);
    expect(one.cash + other.cash + one.fees + other.fees).toBe(1_000_000_000 - 7_000_000);
    expect(one.fees).toBe(0);
    expect(other.fees).toBeGreaterThan(0);

    const told = (account: typeof buyer) => {
      const asked = { tickers: [market.ticker], inYes: false, quietAcks: false, numbered: true };
      const subscription = new Subscription(1, 'orderbook_delta', asked);
      const messages = news.map((item) => CHANNELS.orderbook_delta!.message(item, subscription, account));
      return messages.flatMap((message) => message?.msg.client_order_id ?? []);
    };
    expect(told(seller)).toEqual([`1 ${price} 7`]);
    expect(told(buyer)).toEqual([`0 ${price} 7`]);
  });
});

describe('the clock of a world', () => {
  it('runs so many times as fast as that on the wall, and never back', () => {
    const wall = { time: 5_000_000 };
    const clock = new WorldClock({ now: () => wall.time as Time }, MORNING, 60);
    expect(clock.now()).toBe(MORNING);
    wall.time += seconds(2);
    expect(clock.now() - MORNING).toBe(seconds(120));
    wall.time -= seconds(1);
    expect(clock.now() - MORNING).toBe(seconds(120));
  });
});

describe('numbers on the wire', () => {
  it('have the places that the venue gives them', () => {
    expect([countText(0), countText(5), countText(-1_234)]).toEqual(['0.00', '0.05', '-12.34']);
    expect([cashText(98_018_600 as never), cashText(-50 as never)]).toEqual(['98.0186', '-0.0001']);
    expect([wholeCents(98_018_600), wholeCents(9_999)]).toEqual([9_801, 0]);
  });

  it('average to the nearest millionth', () => {
    const average = (money: number, quantity: number) => averageText(money as never, quantity as never);
    expect([average(520_000, 100), average(1_000_000, 300), average(0, 100)]).toEqual(['0.5200', '0.333333', '0.0000']);
  });
});

describe('identifiers', () => {
  it('have the form of a UUID, are all different, and the same for the same seed', () => {
    const [one, same, other] = [new Ids('a'), new Ids('a'), new Ids('b')];
    const drawn = Array.from({ length: 100 }, () => one.next());
    expect(new Set(drawn).size).toBe(100);
    for (const id of drawn) expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    expect(Array.from({ length: 100 }, () => same.next())).toEqual(drawn);
    expect(other.next()).not.toBe(drawn[0]);
  });
});
