import { beforeAll, describe, expect, test } from 'vitest';
import { TRADE } from '../../../src/core/market-event.ts';
import { BID, direction } from '../../../src/core/side.ts';
import { HOUR, MINUTE, type Time } from '../../../src/core/time.ts';
import type { SyntheticConfig } from '../../../src/sim/synthetic/config.ts';
import { generate } from '../../../src/sim/synthetic/generator.ts';
import type { SyntheticSweep } from '../../../src/sim/synthetic/sweep.ts';
import { probabilityAt } from '../../../src/sim/synthetic/truth.ts';
import { RebuiltBook, RecordingSink, SMALL } from './recording-sink.ts';

const SEEDS = 100;
/** Long after a refill, and about as fast as anyone who reads the feed can answer. */
const ANSWER = 100_000;

/** A mean over events, which are independent, with its standard error. All in cents a contract. */
class ByEvent {
  readonly #sums = new Map<string, { sum: number; count: number }>();

  add(event: string, value: number): void {
    const cell = this.#sums.get(event) ?? { sum: 0, count: 0 };
    this.#sums.set(event, { sum: cell.sum + value, count: cell.count + 1 });
  }

  result(): { mean: number; error: number; events: number; count: number } {
    const cells = [...this.#sums.values()];
    const count = cells.reduce((total, cell) => total + cell.count, 0);
    const mean = cells.reduce((total, cell) => total + cell.sum, 0) / count;
    const square = cells.reduce((total, cell) => total + (cell.sum - mean * cell.count) ** 2, 0);
    return { mean, error: Math.sqrt(square) / count, events: cells.length, count };
  }
}

/** What was traded, quoted and swept over many seeds, against what was true. */
class Study {
  readonly spreads = new Map<number, number>();
  readonly tradedBins = Array.from({ length: 10 }, () => new ByEvent());
  readonly atLastPrice = new ByEvent();
  readonly atLastPriceFair = new ByEvent();
  readonly atLastPriceSurprise = new ByEvent();
  readonly follow = new ByEvent();
  readonly followFair = new ByEvent();
  readonly fadeFair = new ByEvent();
  readonly halfSpread = new ByEvent();
  readonly sumOfAsks = new ByEvent();
  readonly sumOfBids = new ByEvent();

  constructor(change: Partial<SyntheticConfig>, seeds: number) {
    for (let seed = 0; seed < seeds; seed++)
      this.#one({ ...SMALL, days: 2, activity: 0.3, sweepsPerEvent: 20, ...change, seed });
  }

  #one(config: SyntheticConfig): void {
    const sink = new RecordingSink();
    const truth = generate(config, sink);
    const markets = truth.events.flatMap((event) => event.markets.map((market) => ({ event, market })));
    const books = markets.map(() => new RebuiltBook());
    const due = [...truth.sweeps];
    let nextLook = 0;
    const cluster = (index: number) => `${config.seed} ${markets[index]!.event.event}`;
    for (const row of sink.rows) {
      while (due[0] !== undefined && due[0].time + ANSWER < row.exchangeTime) {
        const swept = due.shift()!;
        const { event, market } = markets[swept.market]!;
        const fair = 100 * probabilityAt(event, market, (swept.time + ANSWER) as Time);
        this.#sweep(swept, cluster(swept.market), market.settledYes, fair, books[swept.market]!);
      }
      if (row.kind === 'detail') continue;
      books[row.market]!.apply(row);
      const cents = row.price / 100;
      if (row.kind === TRADE) {
        const paid = markets[row.market]!.market.settledYes ? 100 : 0;
        this.tradedBins[Math.floor(cents / 10)]!.add(cluster(row.market), paid - cents);
      }
      if (row.exchangeTime < nextLook) continue;
      nextLook = row.exchangeTime + 10 * MINUTE;
      this.#look(row.exchangeTime, truth.events, sink, books, String(config.seed));
    }
  }

  #sweep(swept: SyntheticSweep, cluster: string, settledYes: boolean, fair: number, book: RebuiltBook): void {
    const sign = direction(swept.side);
    const paid = settledYes ? 100 : 0;
    const last = swept.lastPrice / 100;
    this.atLastPrice.add(cluster, sign * (paid - last));
    this.atLastPriceFair.add(cluster, sign * (100 * swept.probability - last));
    this.atLastPriceSurprise.add(cluster, sign * (paid - 100 * swept.probability));
    const [entry, exit] = swept.side === BID ? [book.ask, book.bid] : [book.bid, book.ask];
    this.follow.add(cluster, sign * (paid - entry));
    this.followFair.add(cluster, sign * (fair - entry));
    this.fadeFair.add(cluster, sign * (exit - fair));
    this.halfSpread.add(cluster, (book.ask - book.bid) / 2);
  }

  #look(
    now: number,
    events: ReturnType<typeof generate>['events'],
    sink: RecordingSink,
    books: RebuiltBook[],
    seed: string,
  ): void {
    for (const { event, markets } of events) {
      const { openTime, closeTime } = sink.markets[markets[0]!.market]!;
      if (now < openTime! + HOUR || now >= closeTime!) continue;
      const own = markets.map(({ market }) => books[market]!);
      for (const { bid, ask } of own) {
        if (bid > 0 && ask < 100) this.spreads.set(ask - bid, (this.spreads.get(ask - bid) ?? 0) + 1);
      }
      this.sumOfAsks.add(
        `${seed} ${event}`,
        own.reduce((sum, { ask }) => sum + ask, 0),
      );
      this.sumOfBids.add(
        `${seed} ${event}`,
        own.reduce((sum, { bid }) => sum + bid, 0),
      );
    }
  }
}

describe(`over ${SEEDS} seeds`, () => {
  let study: Study;
  beforeAll(() => {
    study = new Study({}, SEEDS);
  });

  test('a spread is 1 cent most often, and wider than 5 now and then', () => {
    const all = [...study.spreads.values()].reduce((sum, count) => sum + count, 0);
    const narrow = [1, 2, 3, 4, 5].reduce((sum, spread) => sum + (study.spreads.get(spread) ?? 0), 0);
    expect(all).toBeGreaterThan(10_000);
    expect(narrow / all).toBeGreaterThan(0.85);
    expect(narrow / all).toBeLessThan(0.98);
    expect(Math.max(...study.spreads.values())).toBe(study.spreads.get(1));
  });

  test('the asks of an event sum to more than a dollar and its bids to less, by a few cents', () => {
    expect(study.sumOfAsks.result().mean).toBeGreaterThan(102);
    expect(study.sumOfAsks.result().mean).toBeLessThan(112);
    expect(study.sumOfBids.result().mean).toBeLessThan(98);
    expect(study.sumOfBids.result().mean).toBeGreaterThan(88);
  });

  test.each([0, 1, 2, 3, 4, 5, 6, 7, 8, 9])(
    'contracts traded at %i0 cents and up settle yes as often as their price says',
    (bin) => {
      const { mean, error, events } = study.tradedBins[bin]!.result();
      expect(events).toBeGreaterThan(20);
      // One cent is the grid's own bias: nothing trades below 1 cent or above 99.
      expect(Math.abs(mean)).toBeLessThan(3 * error + 1);
    },
  );

  test('a sweep says nothing of the outcome', () => {
    const { mean, error, events, count } = study.atLastPriceSurprise.result();
    expect(events).toBeGreaterThan(100);
    expect(count).toBeGreaterThan(1_000);
    expect(Math.abs(mean)).toBeLessThan(3 * error);
  });

  test('buying along at a sweep’s last price and holding loses what that price stood away from the truth', () => {
    const { mean, error } = study.atLastPrice.result();
    const fair = study.atLastPriceFair.result();
    expect(Math.abs(mean - fair.mean)).toBeLessThan(3 * error);
    expect(fair.mean + 3 * fair.error).toBeLessThan(-study.halfSpread.result().mean);
  });

  test('following after the book has refilled loses half a spread', () => {
    const half = study.halfSpread.result().mean;
    const fair = study.followFair.result();
    expect(Math.abs(fair.mean + half)).toBeLessThan(3 * fair.error + 0.1);
    const { mean, error } = study.follow.result();
    expect(Math.abs(mean + half)).toBeLessThan(3 * error);
  });

  test('fading after the book has refilled loses half a spread too', () => {
    const fair = study.fadeFair.result();
    expect(Math.abs(fair.mean + study.halfSpread.result().mean)).toBeLessThan(3 * fair.error + 0.1);
  });
});

describe('with a quarter of the sweeps informed', () => {
  let study: Study;
  beforeAll(() => {
    study = new Study({ informedSweepShare: 0.25 }, 30);
  });

  test('following earns, so that the tests above would see an edge if there were one', () => {
    const surprise = study.atLastPriceSurprise.result();
    expect(surprise.mean).toBeGreaterThan(3 * surprise.error);
    const { mean, error } = study.follow.result();
    expect(mean).toBeGreaterThan(3 * error);
  });
});
