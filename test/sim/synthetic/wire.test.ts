import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { DELTA, SNAPSHOT, TRADE } from '../../../src/core/market-event.ts';
import { ASK, BID } from '../../../src/core/side.ts';
import type { Time } from '../../../src/core/time.ts';
import { LIFECYCLE_CONFIG } from '../../../src/sim/synthetic/config.ts';
import { generate } from '../../../src/sim/synthetic/generator.ts';
import type { OrderBook } from '../../../src/sim/synthetic/order-book.ts';
import type { Witness } from '../../../src/sim/synthetic/witness.ts';
import { RebuiltBook, RecordingSink, SMALL } from './recording-sink.ts';

/** Rebuilds each book from the rows as they come and compares it with the generator's own after every operation. */
class Comparison implements Witness {
  readonly #sink: RecordingSink;
  readonly #books = new Map<number, RebuiltBook>();
  readonly #closed = new Set<number>();
  #applied = 0;
  operations = 0;

  constructor(sink: RecordingSink) {
    this.#sink = sink;
  }

  operation(book: OrderBook, _now: Time): void {
    for (; this.#applied < this.#sink.rows.length; this.#applied++) {
      const row = this.#sink.rows[this.#applied]!;
      if (row.kind === 'detail') {
        const { detail } = row;
        if (detail?.type === 'coverage') {
          if (detail.change.covered) this.#closed.delete(detail.change.market);
          else this.#closed.add(detail.change.market);
        }
        continue;
      }
      const rebuilt = this.#books.get(row.market) ?? new RebuiltBook();
      this.#books.set(row.market, rebuilt);
      rebuilt.apply(row);
    }
    const rebuilt = this.#books.get(book.market);
    if (rebuilt === undefined) return;
    this.operations++;
    if (this.#closed.has(book.market)) throw new Error('an operation after the close');
    for (let level = 0; level < book.grid.size; level++) {
      const price = book.grid.priceAt(level);
      for (const side of [BID, ASK] as const) {
        if (rebuilt.sizes[side][price] !== book.total(side, level)) throw new Error(`books differ at ${price}`);
        if (rebuilt.sizes[side][price]! < 0) throw new Error(`negative size at ${price}`);
      }
    }
    if (rebuilt.bid >= rebuilt.ask) throw new Error(`bid ${rebuilt.bid} meets ask ${rebuilt.ask}`);
  }
}

test('books rebuilt from the rows equal the generator’s own after every operation, never crossed, locked or negative', () => {
  fc.assert(
    fc.property(fc.integer(), fc.double({ min: 0.05, max: 0.4, noNaN: true }), (seed, activity) => {
      const sink = new RecordingSink();
      const comparison = new Comparison(sink);
      generate(
        { ...SMALL, lifecycle: LIFECYCLE_CONFIG.lifecycle, seed, activity, sweepsPerEvent: 20 },
        sink,
        comparison,
      );
      expect(comparison.operations).toBeGreaterThan(500);
    }),
    { numRuns: 25 },
  );
});

describe('what the wire shows', () => {
  const sink = new RecordingSink();
  const truth = generate(SMALL, sink);
  const rows = sink.rows;

  test('neither clock runs backwards, and nothing is known before it happened', () => {
    let [exchange, local] = [0, 0];
    for (const row of rows) {
      expect(row.exchangeTime).toBeGreaterThanOrEqual(exchange);
      expect(row.localTime).toBeGreaterThanOrEqual(local);
      expect(row.localTime).toBeGreaterThan(row.exchangeTime);
      ({ exchangeTime: exchange, localTime: local } = row);
    }
    const delays = rows.map((row) => row.localTime - row.exchangeTime).sort((a, b) => a - b);
    expect(delays[delays.length >> 1]).toBeGreaterThan(2_000);
    expect(delays[delays.length >> 1]).toBeLessThan(6_000);
  });

  test('every print is followed by the fall of the level it was filled at, by just its size', () => {
    let owed = 0;
    let prints = 0;
    let from = rows[0]!;
    for (const row of rows) {
      if (row.kind === TRADE) {
        if (owed > 0) expect([row.market, row.side, row.price]).toEqual([from.market, from.side, from.price]);
        owed += row.quantity;
        prints++;
        from = row;
      } else if (owed > 0) {
        expect(row).toMatchObject({ kind: DELTA, market: from.market, price: from.price, quantity: -owed });
        expect(row.side).toBe(1 - from.side);
        expect(row.exchangeTime).toBe(from.exchangeTime);
        owed = 0;
      }
    }
    expect(owed).toBe(0);
    expect(prints).toBeGreaterThan(300);
  });

  test('prices are whole cents, sizes whole hundredths, and some sizes are fractions of a contract', () => {
    const sized = rows.filter((row) => row.kind !== 'detail');
    expect(sized.every((row) => row.price % 100 === 0 && row.price >= 100 && row.price <= 9_900)).toBe(true);
    expect(sized.every((row) => Number.isInteger(row.quantity) && row.quantity !== 0)).toBe(true);
    const fractions = sized.filter((row) => row.quantity % 100 !== 0).length / sized.length;
    expect(fractions).toBeGreaterThan(0.05);
    expect(fractions).toBeLessThan(0.6);
  });

  test('a market opens with its life, its coverage and one whole snapshot, and after the close shows no book', () => {
    for (const market of sink.markets.keys()) {
      const own = rows.filter((row) =>
        row.detail === undefined
          ? row.market === market
          : (row.detail.type === 'lifecycle' || row.detail.type === 'coverage') && row.detail.change.market === market,
      );
      const said = (row: (typeof rows)[number] | undefined) =>
        row?.detail?.type === 'lifecycle'
          ? row.detail.change.status
          : row?.detail?.type === 'coverage'
            ? row.detail.change.covered
            : row?.kind;
      expect(own.slice(0, 4).map(said)).toEqual(['initialized', 'active', true, SNAPSHOT]);
      expect(own.slice(-4).map(said)).toEqual(['closed', false, 'determined', 'finalized']);
      const snapshot = own.filter((row) => row.kind === SNAPSHOT);
      expect(snapshot.length).toBeGreaterThan(5);
      expect(snapshot.map((row) => row.more)).toEqual(snapshot.map((_, index) => index + 1 < snapshot.length));
      const book = own.filter((row) => row.kind !== 'detail');
      expect(book[0]!.exchangeTime).toBe(sink.markets[market]!.openTime);
      expect(book.at(-1)!.exchangeTime).toBeLessThan(sink.markets[market]!.closeTime!);
    }
  });

  test('markets settle hours after they close, exactly one bracket of an event yes', () => {
    const settled = rows.flatMap((row) =>
      row.detail?.type === 'settlement' ? [{ ...row.detail.settlement, row }] : [],
    );
    expect(settled.length).toBe(6);
    expect(settled.filter(({ value }) => value === 10_000).length).toBe(1);
    for (const { market, outcome, value, row } of settled) {
      expect(outcome === 'yes' ? 10_000 : 0).toBe(value);
      expect(row.exchangeTime - sink.markets[market]!.closeTime!).toBeGreaterThan(4 * 3_600_000_000);
      expect(truth.events[0]!.markets.find((known) => known.market === market)!.settledYes).toBe(outcome === 'yes');
    }
  });

  test('a forecast or an observation is known only after its issue', () => {
    const signals = rows.flatMap((row) => (row.detail?.type === 'signal' ? [{ ...row.detail.signal, row }] : []));
    expect(signals.length).toBeGreaterThan(5);
    for (const { issueTime, row, name, about, value } of signals) {
      expect(row.localTime).toBeGreaterThan(issueTime + 2_000_000);
      expect(['forecast-high/synthville', 'observed-max/synthville']).toContain(name);
      expect(about).toBe('2030-01-05');
      expect(Number.isInteger(value)).toBe(true);
    }
  });

  test('the highest temperature so far is told every hour, never falls, and ends within a degree of what settles', () => {
    const seen = rows.flatMap(({ detail }) =>
      detail?.type === 'signal' && detail.signal.name === 'observed-max/synthville' ? [detail.signal] : [],
    );
    expect(seen.length).toBe(24);
    seen.forEach(({ issueTime, value }, at) => {
      expect((issueTime - seen[0]!.issueTime) / 3_600_000_000).toBe(at);
      if (at > 0) expect(value).toBeGreaterThanOrEqual(seen[at - 1]!.value);
    });
    expect(Math.abs(seen.at(-1)!.value - truth.events[0]!.path.settledHigh)).toBeLessThanOrEqual(1);
  });

  test('every series has its fees before its first market opens', () => {
    const fees = rows.findIndex((row) => row.detail?.type === 'fees');
    expect(rows[fees]!.detail).toMatchObject({
      change: { series: 'SYNHIGHVIL', type: 'quadratic', multiplierE4: 10_000 },
    });
    expect(fees).toBeLessThan(rows.findIndex((row) => row.detail?.type === 'lifecycle'));
  });

  test('the truth counts the rows', () => {
    expect(truth.rows).toBe(rows.length);
  });
});
