import { describe, expect, it } from 'vitest';
import type { MarketIndex } from '../../../src/core/market.ts';
import { contracts } from '../../../src/core/quantity.ts';
import { ASK, BID } from '../../../src/core/side.ts';
import { HOUR, parseTime, type Time } from '../../../src/core/time.ts';
import { CITIES, DEMO_CONFIG } from '../../../src/sim/synthetic/config.ts';
import type { TapeSink } from '../../../src/sim/synthetic/emit.ts';
import { World } from '../../../src/sim/synthetic/generator.ts';
import { isGuest, ownerKind } from '../../../src/sim/synthetic/owners.ts';
import type { Witness } from '../../../src/sim/synthetic/witness.ts';

const config = { ...DEMO_CONFIG, seed: 'guests', cities: CITIES.slice(0, 1), days: 1, activity: 0.5, depth: 2 };
const NOON = parseTime('2030-01-04T20:00:00Z');
const GUEST = -1;

function open(witness: Witness = {}): { world: World; rows: string[] } {
  const rows: string[] = [];
  let markets = 0;
  const sink: TapeSink = {
    market: () => markets++ as MarketIndex,
    row: (...row) => rows.push(row.join(' ')),
    detail: (...detail) => rows.push(JSON.stringify(detail)),
  };
  return { world: new World(config, sink, witness), rows };
}

describe('a world whose clock somebody else keeps', () => {
  it('makes the same rows, in whatever steps it is run', () => {
    const [whole, stepped] = [open(), open()];
    while (whole.world.advance());
    let time = parseTime('2030-01-03T00:00:00Z');
    for (let more = true; more; time = (time + 1.7 * HOUR) as Time) more = stepped.world.runUntil(time);
    expect(stepped.rows).toEqual(whole.rows);
    expect(whole.rows.length).toBeGreaterThan(1_000);
  });

  it('has a book for each market, in their order', () => {
    const { world } = open();
    expect(world.books.map(({ market }) => market)).toEqual([0, 1, 2, 3, 4, 5]);
  });
});

describe('an order of a guest', () => {
  it('waits in the queue like any other, is never withdrawn by others, and trades', () => {
    let filled = 0;
    const left: string[] = [];
    const ids = new Set<number>();
    const { world } = open({
      traded: ({ owner, quantity }) => {
        if (isGuest(owner)) filled += quantity;
      },
      left: ({ id, how }) => {
        if (ids.has(id)) left.push(how);
      },
    });
    world.runUntil(NOON);
    for (const book of world.books) {
      for (const side of [BID, ASK] as const) {
        const level = book.best(side);
        if (level === undefined) continue;
        const ahead = book.total(side, level);
        const order = world.exchange.submit(book, GUEST, side, level, contracts(20), NOON)!;
        expect(book.queueAhead(order)).toBe(ahead);
        ids.add(order.id);
      }
    }
    world.runUntil((NOON + 8 * HOUR) as Time);
    expect(filled).toBeGreaterThan(contracts(20));
    expect(new Set(left)).toEqual(new Set(['filled']));
    expect(ownerKind(GUEST)).toBe('guest');
  });

  it('that offers far too much is taken by a maker', () => {
    const takers = new Set<string>();
    const { world } = open({
      traded: ({ owner, taker }) => {
        if (isGuest(owner)) takers.add(ownerKind(taker));
      },
    });
    world.runUntil(NOON);
    const book = world.books.find(({ bestBid, bestAsk }) => bestAsk < 80 && bestBid > 20)!;
    world.exchange.submit(book, GUEST, BID, book.bestAsk - 1 + 10, contracts(100_000), NOON);
    world.runUntil((NOON + HOUR) as Time);
    expect(takers).toContain('maker');
  });

  it('can be made smaller, and keeps its place', () => {
    const { world } = open();
    world.runUntil(NOON);
    const book = world.books[2]!;
    const level = book.best(BID)!;
    const total = book.total(BID, level);
    const order = world.exchange.submit(book, GUEST, BID, level, contracts(9), NOON)!;
    world.exchange.decrease(order, contracts(4), NOON);
    expect([order.quantity, book.queueAhead(order), book.total(BID, level)]).toEqual([500, total, total + 500]);
    world.exchange.decrease(order, contracts(5), NOON);
    expect([order.quantity, book.total(BID, level)]).toEqual([0, total]);
  });
});
