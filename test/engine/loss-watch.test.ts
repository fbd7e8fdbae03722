import { describe, expect, it } from 'vitest';
import type { MarketIndex } from '../../src/core/market.ts';
import { dollars } from '../../src/core/money.ts';
import { contracts } from '../../src/core/quantity.ts';
import { Random } from '../../src/core/random.ts';
import { ASK, BID } from '../../src/core/side.ts';
import { DAY, HOUR, parseTime, SECOND, type Time } from '../../src/core/time.ts';
import { STANDARD_LIMITS } from '../../src/engine/limits.ts';
import { LossWatch } from '../../src/engine/loss-watch.ts';
import { Account } from '../../src/ledger/account.ts';
import { play, WIDE_LIMITS } from '../sim/replay-of.ts';
import { order, scripted, send } from '../sim/scripted.ts';
import { delta, opens, type Row, settles, snapshot, testMarket } from '../sim/tape-of.ts';

const NOON = parseTime('2026-11-28T17:00:00Z');

/** A watch over an account that begins with $10,000; `bids` are the best bids by market, a book that cannot be read is not among `books`. */
function scene({ releasesDaily = false } = {}) {
  const account = new Account(dollars(10_000));
  const bids = new Map<number, number>();
  const unreadable = new Set<number>();
  const closed = new Set<number>();
  const state = {
    sequence: 0,
    // Every market may have changed, so that each look looks at all.
    touched: new Float64Array(10).fill(Number.POSITIVE_INFINITY),
    status: (market: MarketIndex) => (closed.has(market) ? 'closed' : 'active'),
    readable: (market: MarketIndex) =>
      unreadable.has(market) ? undefined : { bestBid: bids.get(market), bestAsk: undefined },
  };
  const done: string[] = [];
  const limits = { settings: STANDARD_LIMITS, halt: null as string | null, sizeFactor: 1 };
  const watch = new LossWatch(
    account,
    state as never,
    limits as never,
    { noBooks: false, releasesDaily },
    {
      halt: (reason) => {
        limits.halt = reason;
        done.push(`halt ${reason}`);
      },
      release: () => {
        limits.halt = null;
        done.push('release');
      },
      pause: (reason) => void done.push(`pause ${reason}`),
      lift: (reason) => void done.push(`lift ${reason}`),
      size: (factor) => {
        limits.sizeFactor = factor;
        done.push(`size ${factor}`);
      },
    },
  );
  let number = 0;
  const trade = (market: number, side: 0 | 1, price: number, quantity: number, now: Time = NOON) => {
    account.applyFill({
      order: ++number as never,
      market: market as MarketIndex,
      side,
      price: price as never,
      quantity: contracts(quantity),
      fee: 0 as never,
    });
    watch.changed(market as MarketIndex, now);
  };
  const later = (seconds: number): Time => (NOON + seconds * SECOND) as Time;
  return { watch, account, bids, unreadable, closed, done, trade, limits, later };
}

/** A market of which anything can change; `every` has each look look at everything. */
function world(seed: string, every: boolean) {
  const random = new Random(seed);
  const account = new Account(dollars(10_000));
  const bids: (number | undefined)[] = [];
  const asks: (number | undefined)[] = [];
  const [unreadable, closed] = [new Set<number>(), new Set<number>()];
  const state = {
    sequence: 0,
    touched: new Float64Array(6).fill(every ? Number.POSITIVE_INFINITY : 0),
    status: (market: number) => (closed.has(market) ? 'closed' : 'active'),
    readable: (market: number) =>
      unreadable.has(market) ? undefined : { bestBid: bids[market], bestAsk: asks[market] },
  };
  const limits = { settings: STANDARD_LIMITS, halt: null, sizeFactor: 1 };
  const done: string[] = [];
  const told = (what: string) => (more?: unknown) => void done.push(`${what} ${more}`);
  const actions = {
    ...{ halt: told('halt'), release: told('release'), pause: told('pause'), lift: told('lift') },
    size: (factor: number) => {
      limits.sizeFactor = factor;
    },
  };
  const options = { noBooks: false, releasesDaily: false };
  const watch = new LossWatch(account, state as never, limits as never, options, actions);
  const seen: number[] = [];
  let now: number = NOON;
  for (let step = 0; step < 3_000; step++) {
    now += Math.floor(random.uniform() * 3 * SECOND);
    const market = Math.floor(random.uniform() * 6);
    state.sequence++;
    const what = random.uniform();
    if (what < 0.1) {
      const fill = {
        market,
        side: random.uniform() < 0.5 ? BID : ASK,
        price: 5_000,
        quantity: contracts(1 + (step % 3)),
      };
      account.applyFill({ ...fill, order: step + 1, fee: 0 } as never);
      watch.changed(market as MarketIndex, now as Time);
    } else {
      if (!every) state.touched[market] = state.sequence;
      const price = random.uniform() < 0.3 ? undefined : 100 * (1 + Math.floor(random.uniform() * 98));
      if (what < 0.5) bids[market] = price;
      else if (what < 0.9) asks[market] = price;
      else (what < 0.95 ? unreadable : closed)[random.uniform() < 0.5 ? 'add' : 'delete'](market);
    }
    if (now >= watch.next) watch.look(now as Time);
    seen.push(watch.peak, watch.worth(now as Time), watch.dayLoss(now as Time), limits.sizeFactor);
  }
  return { seen, done };
}

describe('what an account may lose', () => {
  it('is the same whether each look looks at all positions or only at those whose market has changed', () => {
    for (let seed = 0; seed < 40; seed++) {
      const all = world(`loss ${seed}`, true);
      expect(world(`loss ${seed}`, false)).toEqual(all);
      expect(new Set(all.seen).size).toBeGreaterThan(500);
    }
  });

  it('halts at the smaller of $500 and 5 % lost since 00:00 in New York, at what could be sold for now', () => {
    const { watch, trade, bids, done, limits, later } = scene();
    watch.look(NOON);
    expect(watch.dayLimit).toBe(dollars(500));
    trade(0, 0, 5_000, 1_000);
    bids.set(0, 4_500);
    watch.look(later(1));
    expect(watch.dayLoss(later(1))).toBe(dollars(50));
    bids.set(0, 1);
    watch.look(later(2));
    expect(done).toEqual([]);
    bids.set(0, 0);
    watch.look(later(3));
    expect(done).toEqual(['halt daily loss: $500.00 since 00:00 in New York, limit $500.00']);
    watch.look(later(4));
    expect(done).toHaveLength(1);
    // A person lets it go on: from there it may lose as much again, and no more.
    limits.halt = null;
    watch.look(later(5));
    expect(watch.dayLoss(later(5))).toBe(0);
    trade(1, 0, 5_000, 950);
    bids.set(1, 0);
    watch.look(later(6));
    expect(done).toEqual([expect.any(String), 'halt daily loss: $475.00 since 00:00 in New York, limit $475.00']);
  });

  it('takes no quote that is gone for a moment for a loss, and one that stays away for the whole', () => {
    const { watch, trade, bids, unreadable, later } = scene();
    watch.look(NOON);
    trade(0, 0, 5_000, 100);
    const lossAt = (second: number): number => {
      watch.look(later(second));
      return watch.dayLoss(later(second));
    };
    bids.set(0, 4_900);
    expect(lossAt(1)).toBe(dollars(1));
    bids.delete(0);
    expect(lossAt(10)).toBe(dollars(1));
    expect(lossAt(11)).toBe(dollars(50));
    bids.set(0, 4_800);
    expect(lossAt(12)).toBe(dollars(2));
    // A connection is lost: nothing is known, and nothing is made up.
    unreadable.add(0);
    expect(lossAt(500)).toBe(dollars(2));
  });

  it('takes a market that has closed and not paid for neither lost nor won, and somebody who only asks changes nothing', () => {
    const { watch, trade, bids, closed, done, later } = scene();
    watch.look(NOON);
    trade(0, 0, 5_000, 2_000);
    bids.set(0, 4_900);
    watch.look(later(1));
    // Seen by a page at a moment at which no look was due: the next look is as if nobody had asked.
    bids.set(0, 4_000);
    expect(watch.dayLoss(later(2))).toBe(dollars(200));
    closed.add(0);
    bids.delete(0);
    for (let second = 3; second < 100; second++) watch.look(later(second));
    expect(watch.dayLoss(later(100))).toBe(dollars(20));
    expect(done).toEqual([]);
  });

  it('counts a position whose book was never read at what it cost', () => {
    const { watch, trade, unreadable, later } = scene();
    watch.look(NOON);
    unreadable.add(0);
    trade(0, 0, 5_000, 100);
    expect(watch.dayLoss(later(1))).toBe(0);
  });

  it('begins the day at midnight in New York, summer and winter', () => {
    for (const [before, after] of [
      ['2026-11-28T04:59:59Z', '2026-11-28T05:00:00Z'],
      ['2026-07-01T03:59:59Z', '2026-07-01T04:00:00Z'],
    ]) {
      const { watch, trade, bids } = scene();
      watch.look(parseTime(before!));
      trade(0, 0, 5_000, 100);
      bids.set(0, 4_000);
      expect(watch.dayLoss(parseTime(before!))).toBe(dollars(10));
      watch.look(parseTime(after!));
      expect(watch.dayLoss(parseTime(after!))).toBe(0);
    }
  });

  it('lets a backtest go on at the next midnight, and a session never by itself', () => {
    for (const releasesDaily of [true, false]) {
      const { watch, trade, bids, done, later } = scene({ releasesDaily });
      watch.look(NOON);
      trade(0, 0, 5_000, 1_000);
      bids.set(0, 0);
      watch.look(later(1));
      watch.look(later(11 * 3_600));
      expect(done).toHaveLength(1);
      watch.look(later(12 * 3_600));
      expect(done.slice(1)).toEqual(releasesDaily ? ['release'] : []);
      watch.look(later(12 * 3_600 + 1));
      expect(done.slice(1)).toEqual(releasesDaily ? ['release'] : []);
    }
  });

  it('halves sizes at 10 % below the highest worth, while it lasts', () => {
    const { watch, trade, bids, done, limits, later } = scene();
    limits.settings = { ...STANDARD_LIMITS, dailyLoss: dollars(100_000), dailyLossShare: 1 };
    watch.look(NOON);
    trade(0, 0, 5_000, 4_000);
    bids.set(0, 2_501);
    watch.look(later(1));
    expect(done).toEqual([]);
    bids.set(0, 2_500);
    watch.look(later(2));
    watch.look(later(3));
    expect(done).toEqual(['size 0.5']);
    bids.set(0, 3_000);
    watch.look(later(4));
    expect(done).toEqual(['size 0.5', 'size 1']);
  });

  it('pauses for an hour after five losses in a row, and counts anew after a gain', () => {
    const { watch, trade, done } = scene();
    let now: Time = NOON;
    const lose = (market: number, sold = 4_900) => {
      now = (now + SECOND) as Time;
      trade(market, 0, 5_000, 1, now);
      trade(market, 1, sold, 1, now);
    };
    for (let market = 0; market < 4; market++) lose(market);
    lose(4, 5_100);
    for (let market = 5; market < 9; market++) lose(market);
    expect(done).toEqual([]);
    // Traded again in the market of the gain: what it made before is not its own.
    lose(4);
    expect(done).toEqual(['pause losses in a row']);
    watch.look((now + HOUR - SECOND) as Time);
    expect(done).toHaveLength(1);
    watch.look((now + HOUR) as Time);
    expect(done).toEqual(['pause losses in a row', 'lift losses in a row']);
    watch.look((now + DAY) as Time);
    expect(done).toHaveLength(2);
  });

  it('takes a position that turns over for one closed and one opened', () => {
    const { watch, trade, done, limits } = scene();
    limits.settings = { ...STANDARD_LIMITS, lossesInRow: 2 };
    watch.look(NOON);
    trade(0, 0, 5_000, 1);
    trade(0, 1, 4_900, 2);
    expect(watch.losses).toBe(1);
    trade(0, 0, 5_000, 1);
    expect(done).toEqual(['pause losses in a row']);
  });
});

describe('what a backtest may lose', () => {
  const markets = [testMarket(0), testMarket(1)];
  const rows = (...more: Row[]): Row[] => [
    ...markets.flatMap((_, market) => opens(market)),
    ...markets.flatMap((_, market) => snapshot(1, [[40, 500]], [[50, 500]], market)),
    ...more,
  ];
  const told = (lines: readonly string[]) =>
    lines.filter((line) => /halt|release|pause|lift|sizes|submit|refused|cancel \d/.test(line));

  it('a day’s loss cancels what rests and refuses what follows, reducing too, until midnight', () => {
    const hour = 3_600_000;
    const { journal } = play({
      rows: rows(
        delta(300, BID, 40, -500),
        delta(301, BID, 39, 500),
        delta(6 * hour, BID, 38, 1),
        delta(30 * hour, BID, 37, 1),
      ),
      // A block spans little more than an hour.
      blockRows: 1,
      markets,
      strategy: scripted([
        { at: 100, do: send(order(BID, 50, 100)) },
        { at: 200, do: send(order(BID, 30, 1)) },
        { at: 2_000, do: send(order(BID, 30, 1)) },
        { at: 2_001, do: send(order(ASK, 39, 1)) },
        { at: 6 * hour, do: send(order(BID, 30, 1)) },
      ]),
      // 100 contracts at 50 ¢ that sell at 39 ¢: $11, and the fee of a taker.
      limits: { ...WIDE_LIMITS, dailyLoss: dollars(12) },
    });
    const said = told(journal.lines);
    expect(said.filter((line) => line.includes('halt daily loss'))).toHaveLength(1);
    expect(said.map((line) => line.replace(/^\d{10,} /, '').replace(/: \$.*/, ''))).toEqual([
      'submit 1 10000/10000',
      'submit 2 100/100',
      'halt daily loss',
      'cancel 2',
      'refused 3 limit halt: daily loss',
      'refused 4 limit halt: daily loss',
      'release a new day',
      'submit 5 100/100',
    ]);
  });

  it('losses in a row pause what enters, and let out what leaves', () => {
    const { journal } = play({
      rows: rows(delta(7_000, BID, 38, 1)),
      markets,
      strategy: scripted([
        { at: 100, do: send(order(BID, 50, 10, { market: 1 as MarketIndex })) },
        { at: 200, do: send(order(BID, 50, 10)) },
        { at: 300, do: send(order(ASK, 40, 10)) },
        { at: 400, do: send(order(BID, 50, 1)) },
        { at: 500, do: send(order(ASK, 40, 10, { market: 1 as MarketIndex })) },
      ]),
      limits: { ...WIDE_LIMITS, lossesInRow: 1, lossPause: HOUR },
    });
    expect(told(journal.lines).map((line) => line.replace(/^\d{10,} /, ''))).toEqual([
      'submit 1 1000/1000',
      'submit 2 1000/1000',
      'submit 3 1000/1000',
      'pause losses in a row',
      'refused 4 limit pause: losses in a row',
      'submit 5 1000/1000',
    ]);
  });

  it('a drawdown halves what an order may cost', () => {
    const { journal } = play({
      rows: rows(delta(300, BID, 40, -500), delta(301, BID, 10, 500), delta(2_000, BID, 5, 1)),
      markets,
      strategy: scripted([
        { at: 100, do: send(order(BID, 50, 40)) },
        { at: 1_500, do: send(order(BID, 20, 200, { market: 1 as MarketIndex })) },
      ]),
      limits: { ...WIDE_LIMITS, orderCost: dollars(20), drawdown: 0.0001 },
    });
    expect(told(journal.lines).map((line) => line.replace(/^\d{10,} /, ''))).toEqual([
      'submit 1 4000/4000',
      'half sizes drawdown',
      'submit 2 5000/20000',
    ]);
  });

  it('what was ever paid in one market has a limit of its own, closed positions included', () => {
    const { journal } = play({
      rows: rows(delta(7_000, BID, 38, 1)),
      markets,
      strategy: scripted([
        { at: 100, do: send(order(BID, 50, 10)) },
        { at: 300, do: send(order(ASK, 40, 10)) },
        { at: 400, do: send(order(BID, 50, 10)) },
      ]),
      limits: { ...WIDE_LIMITS, marketCost: dollars(7) },
    });
    expect(told(journal.lines)).toEqual(['submit 1 1000/1000', 'submit 2 1000/1000', 'submit 3 400/1000']);
  });

  it('a market that pays nothing is a loss like another', () => {
    const { journal } = play({
      rows: rows(settles(1_000, 'no'), delta(2_000, BID, 39, 1, 1)),
      markets,
      strategy: scripted([
        { at: 100, do: send(order(BID, 50, 10)) },
        { at: 1_500, do: send(order(BID, 50, 10, { market: 1 as MarketIndex })) },
      ]),
      limits: { ...WIDE_LIMITS, lossesInRow: 1, lossPause: HOUR },
    });
    expect(told(journal.lines).at(-1)).toBe('refused 2 limit pause: losses in a row');
  });
});
