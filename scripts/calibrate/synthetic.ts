import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { DuckDBConnection } from '@duckdb/node-api';
import type { Market, MarketIndex } from '../../src/core/market.ts';
import { TRADE } from '../../src/core/market-event.ts';
import { ASK, BID, type Side } from '../../src/core/side.ts';
import { HOUR, type Time } from '../../src/core/time.ts';
import type { SyntheticConfig } from '../../src/sim/synthetic/config.ts';
import { generate } from '../../src/sim/synthetic/generator.ts';
import type { OrderBook } from '../../src/sim/synthetic/order-book.ts';
import type { SyntheticTruth } from '../../src/sim/synthetic/truth.ts';
import { sqlText } from '../../src/tape/duckdb.ts';

/** Hours after local midnight at which books are looked at: the evening before, as in the recorded snapshots. */
const DEPTH_HOURS = [-4, -3, -2];

/** A generated tape as lines of the tables that `measure` reads. */
class Tables {
  readonly lines = { prints: [] as string[], quotes: [] as string[], depth: [] as string[] };
  readonly markets: Omit<Market, 'index'>[] = [];
  readonly #books = new Map<MarketIndex, OrderBook>();
  readonly #shown = new Map<MarketIndex, string>();
  readonly #midnights: number[] = [];
  #nextLook = 0;

  market(market: Omit<Market, 'index'>): MarketIndex {
    this.#midnights.push(market.closeTime! - 24 * HOUR + 60_000_000);
    return (this.markets.push(market) - 1) as MarketIndex;
  }

  print(time: Time, market: MarketIndex, side: Side, price: number, quantity: number): void {
    const second = Math.ceil(time / 1e6);
    const hour = (second * 1e6 - this.#midnights[market]!) / HOUR;
    const { event, ticker } = this.markets[market]!;
    this.lines.prints.push(
      [event, ticker, second, hour.toFixed(4), price / 100, quantity / 100, side === BID ? 1 : 0].join(),
    );
  }

  operation(book: OrderBook, now: Time): void {
    this.#books.set(book.market, book);
    const cents = (side: Side): number => {
      const best = book.best(side);
      return best === undefined ? 100 * side : book.grid.priceAt(best) / 100;
    };
    const shown = `${cents(BID)},${cents(ASK)}`;
    if (this.#shown.get(book.market) !== shown) {
      this.#shown.set(book.market, shown);
      this.lines.quotes.push(`${this.markets[book.market]!.ticker},${now},${shown}`);
    }
    if (now >= this.#nextLook) this.#look(now);
  }

  #look(now: Time): void {
    this.#nextLook = (Math.floor(now / HOUR) + 1) * HOUR;
    for (const [market, book] of this.#books) {
      if (!DEPTH_HOURS.includes(Math.floor((now - this.#midnights[market]!) / HOUR))) continue;
      if (book.best(BID) === undefined || book.best(ASK) === undefined) continue;
      for (const side of [BID, ASK] as const) this.lines.depth.push(depthLine(book, side));
    }
  }
}

function depthLine(book: OrderBook, side: Side): string {
  const { grid } = book;
  const best = book.best(side)!;
  const yes = grid.priceAt(best);
  let [within5, levels] = [0, 0];
  for (let level = 0; level < grid.size; level++) {
    const size = book.total(side, level) / 100;
    if (size === 0) continue;
    levels++;
    if (Math.abs(grid.priceAt(level) - yes) <= 500) within5 += size;
  }
  return [(side === BID ? yes : 10_000 - yes) / 100, book.total(side, best) / 100, within5, levels].join();
}

/** Fills the tables that `measure` reads from a generated tape. Returns what is true of it. */
export async function loadSynthetic(connection: DuckDBConnection, config: SyntheticConfig): Promise<SyntheticTruth> {
  const tables = new Tables();
  const truth = generate(
    config,
    {
      market: (market) => tables.market(market),
      row: (time, _local, kind, market, side, price, quantity) => {
        if (kind === TRADE) tables.print(time, market, side, price, quantity);
      },
      detail: () => {},
    },
    tables,
  );
  const highs = truth.events.map(({ event, path }) => `${event},${path.settledHigh}`);
  const middles = truth.events.flatMap(({ markets }) =>
    markets.map(({ ticker, bracket: { lower, upper } }) => {
      const middle =
        lower === Number.NEGATIVE_INFINITY
          ? upper - 0.5
          : upper === Number.POSITIVE_INFINITY
            ? lower + 0.5
            : (lower + upper) / 2;
      return `${ticker},${middle}`;
    }),
  );
  const folder = mkdtempSync(join(tmpdir(), 'tapedeck-calibrate-'));
  try {
    const load = async (name: string, columns: string, lines: readonly string[]): Promise<void> => {
      const file = join(folder, `${name}.csv`);
      writeFileSync(file, lines.join('\n'));
      await connection.run(
        `CREATE OR REPLACE TEMP TABLE ${name} AS SELECT * FROM read_csv(${sqlText(file)}, header = false, columns = ${columns})`,
      );
    };
    await load(
      'prints',
      "{event: 'VARCHAR', market: 'VARCHAR', second: 'BIGINT', hour: 'DOUBLE', cents: 'DOUBLE', contracts: 'DOUBLE', buys: 'INTEGER'}",
      tables.lines.prints,
    );
    await load('quotes', "{market: 'VARCHAR', us: 'BIGINT', bid: 'DOUBLE', ask: 'DOUBLE'}", tables.lines.quotes);
    await load('depth', "{leg: 'DOUBLE', best: 'DOUBLE', within5: 'DOUBLE', levels: 'INTEGER'}", tables.lines.depth);
    await load('highs', "{event: 'VARCHAR', high: 'DOUBLE'}", highs);
    await load('middles', "{market: 'VARCHAR', degrees: 'DOUBLE'}", middles);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  return truth;
}
