import { describe, expect, it } from 'vitest';
import type { MarketIndex } from '../../src/core/market.ts';
import { dollars } from '../../src/core/money.ts';
import { contracts } from '../../src/core/quantity.ts';
import { DAY, HOUR, MINUTE, parseTime, SECOND, type Time } from '../../src/core/time.ts';
import { STANDARD_LIMITS } from '../../src/engine/limits.ts';
import { Account } from '../../src/ledger/account.ts';
import { type Hearing, RiskWatch, STANDARD_RISK } from '../../src/live/risk-watch.ts';

const NOON = parseTime('2026-11-28T17:00:00Z');
const WELL: Hearing = { calls: new Array(100).fill(true), silence: 0 as never, clockOffset: 0 as never };

/** A watch over an account that begins with $10,000; `bids` are the best bids by market. */
function scene(memory: ConstructorParameters<typeof RiskWatch>[3] = null) {
  const account = new Account(dollars(10_000));
  const bids = new Map<number, number>();
  const state = {
    readable: (market: MarketIndex) =>
      bids.has(market) ? { bestBid: bids.get(market), bestAsk: undefined } : undefined,
  };
  const done: string[] = [];
  const limits = { settings: STANDARD_LIMITS, halted: null as string | null };
  const engine = { account, state, limits };
  const watch = new RiskWatch(
    engine as never,
    STANDARD_RISK,
    {
      halt: (reason) => {
        limits.halted = reason;
        done.push(`halt ${reason}`);
      },
      pause: (reason) => {
        if (limits.halted !== null) return;
        limits.halted = reason;
        done.push(`pause ${reason}`);
      },
      lift: (reason) => {
        if (limits.halted !== reason) return;
        limits.halted = null;
        done.push(`lift ${reason}`);
      },
      limits: (settings) => {
        engine.limits.settings = settings;
        done.push('limits');
      },
    },
    memory,
  );
  let order = 0;
  const trade = (market: number, side: 0 | 1, price: number, quantity: number) =>
    account.applyFill({
      order: ++order as never,
      market: market as MarketIndex,
      side,
      price: price as never,
      quantity: contracts(quantity),
      fee: 0 as never,
    });
  return { watch, account, bids, done, trade, engine };
}

describe('the limits of a session that depend on what it has lost', () => {
  it('halts at the smaller of $500 and 5 % lost since 00:00 in New York, at what could be sold for now', () => {
    const { watch, trade, bids, done, engine } = scene();
    watch.look(NOON, WELL);
    expect(watch.dayLimit).toBe(dollars(500));
    trade(0, 0, 5_000, 1_000);
    bids.set(0, 4_500);
    watch.look((NOON + SECOND) as Time, WELL);
    expect(watch.dayLoss).toBe(dollars(50));
    expect(done).toEqual([]);
    // Nobody bids: it is worth nothing.
    bids.delete(0);
    watch.look((NOON + 2 * SECOND) as Time, WELL);
    expect(done).toEqual(['halt daily loss: $500.00 since 00:00 in New York, limit $500.00']);
    watch.look((NOON + 3 * SECOND) as Time, WELL);
    expect(done).toHaveLength(1);
    // A person lets it go on: from there it may lose as much again, and no more.
    engine.limits.halted = null;
    watch.look((NOON + 4 * SECOND) as Time, WELL);
    expect(watch.dayLoss).toBe(0);
    trade(1, 0, 5_000, 950);
    watch.look((NOON + 5 * SECOND) as Time, WELL);
    expect(done).toEqual([expect.any(String), 'halt daily loss: $475.00 since 00:00 in New York, limit $475.00']);
  });

  it('pauses again where a halt had stood in its place and is over', () => {
    const { watch, done, engine } = scene();
    engine.limits.halted = 'a person looks';
    watch.look(NOON, { ...WELL, silence: (20 * SECOND) as never });
    expect(done).toEqual([]);
    engine.limits.halted = null;
    watch.look((NOON + SECOND) as Time, { ...WELL, silence: (20 * SECOND) as never });
    expect(done).toEqual(['pause the feed is silent']);
    watch.look((NOON + 2 * SECOND) as Time, WELL);
    expect(done).toEqual(['pause the feed is silent', 'lift the feed is silent']);
  });

  it('begins the day at midnight in New York, summer and winter', () => {
    for (const [before, after] of [
      ['2026-11-28T04:59:59Z', '2026-11-28T05:00:00Z'],
      ['2026-07-01T03:59:59Z', '2026-07-01T04:00:00Z'],
    ]) {
      const { watch, trade, bids } = scene();
      watch.look(parseTime(before!), WELL);
      trade(0, 0, 5_000, 100);
      bids.set(0, 4_000);
      expect(watch.dayLoss).toBe(dollars(10));
      watch.look(parseTime(after!), WELL);
      expect(watch.dayLoss).toBe(0);
    }
  });

  it('halves sizes once at 10 % below the highest worth, and remembers it over lives', () => {
    const { watch, trade, bids, done, engine } = scene();
    watch.settings = { ...STANDARD_RISK, dailyLoss: dollars(100_000), dailyLossShare: 1 };
    watch.look(NOON, WELL);
    trade(0, 0, 5_000, 4_000);
    bids.set(0, 2_499);
    watch.look((NOON + SECOND) as Time, WELL);
    watch.look((NOON + 2 * SECOND) as Time, WELL);
    expect(done).toEqual(['limits']);
    expect(engine.limits.settings).toMatchObject({ orderCost: dollars(25), positionContracts: contracts(50) });
    const later = scene(watch.memory);
    later.watch.settings = watch.settings;
    later.watch.look((NOON + MINUTE) as Time, WELL);
    expect(later.done).toEqual([]);
    expect(later.watch.memory).toMatchObject({ halved: true, peak: dollars(10_000), dayStart: dollars(10_000) });
  });

  it('pauses for an hour after five losses in a row, and counts anew after a gain', () => {
    const { watch, trade, done } = scene();
    let now: Time = NOON;
    const look = () => {
      now = (now + SECOND) as Time;
      watch.look(now, WELL);
    };
    const lose = (market: number, sold = 4_900) => {
      trade(market, 0, 5_000, 1);
      look();
      trade(market, 1, sold, 1);
      look();
    };
    for (let market = 0; market < 4; market++) lose(market);
    lose(4, 5_100);
    for (let market = 5; market < 9; market++) lose(market);
    expect(done).toEqual([]);
    lose(9);
    expect(done).toEqual(['pause losses in a row']);
    watch.look((now + HOUR - SECOND) as Time, WELL);
    expect(done).toHaveLength(1);
    watch.look((now + HOUR) as Time, WELL);
    expect(done).toEqual(['pause losses in a row', 'lift losses in a row']);
    watch.look((now + DAY) as Time, WELL);
    expect(done).toHaveLength(2);
  });
});

describe('the limits of a session that depend on how it hears', () => {
  const cases: readonly (readonly [string, Partial<Hearing>, Partial<Hearing>])[] = [
    [
      'too many calls fail',
      { calls: [...new Array(89).fill(true), ...new Array(11).fill(false)] },
      { calls: [...new Array(90).fill(true), ...new Array(10).fill(false)] },
    ],
    ['the feed is silent', { silence: (15 * SECOND + 1) as never }, { silence: (15 * SECOND) as never }],
    [
      "the clock is off the exchange's",
      { clockOffset: (-3 * SECOND - 1) as never },
      { clockOffset: (3 * SECOND) as never },
    ],
  ];
  for (const [reason, bad, good] of cases) {
    it(`pauses while ${reason}, not before, and lifts it by itself`, () => {
      const { watch, done } = scene();
      watch.look(NOON, { ...WELL, ...good });
      expect(done).toEqual([]);
      watch.look((NOON + SECOND) as Time, { ...WELL, ...bad });
      watch.look((NOON + 2 * SECOND) as Time, { ...WELL, ...bad });
      expect(done).toEqual([`pause ${reason}`]);
      watch.look((NOON + 3 * SECOND) as Time, { ...WELL, ...good });
      expect(done).toEqual([`pause ${reason}`, `lift ${reason}`]);
    });
  }

  it('says nothing of a clock that is not known, or of a few calls', () => {
    const { watch, done } = scene();
    watch.look(NOON, { calls: new Array(9).fill(false), silence: 0 as never, clockOffset: null });
    expect(done).toEqual([]);
  });
});
