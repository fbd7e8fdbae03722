import { closeSync, mkdirSync, openSync, renameSync, rmSync, writeFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { sideName } from '../core/side.ts';
import type { SyntheticConfig } from '../sim/synthetic/config.ts';
import { ownerKind } from '../sim/synthetic/owners.ts';
import type { EventTruth, SyntheticTruth } from '../sim/synthetic/truth.ts';
import type { LeftOrder, RestedOrder, TruthTrade, Witness } from '../sim/synthetic/witness.ts';
import { openDatabase, sqlText } from '../tape/duckdb.ts';

/** Folder of a generated tape that says what was true of it. No reader of tapes looks into it. */
export const TRUTH_FOLDER = 'truth';

const BUFFERED = 1 << 20;

const COLUMNS = {
  orders: `{order_id: 'BIGINT', owner_kind: 'VARCHAR', owner: 'BIGINT', market: 'UINTEGER', side: 'VARCHAR', price_e4: 'INTEGER',
    quantity_e2: 'BIGINT', ahead_e2: 'BIGINT', rested_time_us: 'BIGINT', left_time_us: 'BIGINT', left_how: 'VARCHAR', unfilled_e2: 'BIGINT'}`,
  trades: `{taking: 'BIGINT', taker_kind: 'VARCHAR', order_id: 'BIGINT', owner_kind: 'VARCHAR', market: 'UINTEGER', taker_side: 'VARCHAR',
    price_e4: 'INTEGER', quantity_e2: 'BIGINT', exchange_time_us: 'BIGINT'}`,
  beliefs: `{event: 'VARCHAR', from_time_us: 'BIGINT', mean_f: 'DOUBLE', deviation_f: 'DOUBLE', forecast_f: 'DOUBLE'}`,
  sweeps: `{exchange_time_us: 'BIGINT', market: 'UINTEGER', side: 'VARCHAR', quantity_e2: 'BIGINT', cost_e6: 'BIGINT',
    last_price_e4: 'INTEGER', bid_e4: 'INTEGER', ask_e4: 'INTEGER', probability: 'DOUBLE', informed: 'BOOLEAN'}`,
} as const;

/** JSON lines on their way into a file, a megabyte at a time. */
class Lines {
  readonly path: string;
  readonly #descriptor: number;
  #text = '';

  constructor(folder: string, name: string) {
    this.path = join(folder, `${name}.ndjson`);
    this.#descriptor = openSync(this.path, 'w');
  }

  add(row: object): void {
    this.#text += `${JSON.stringify(row)}\n`;
    if (this.#text.length > BUFFERED) this.#flush();
  }

  close(): void {
    this.#flush();
    closeSync(this.#descriptor);
  }

  #flush(): void {
    writeSync(this.#descriptor, this.#text);
    this.#text = '';
  }
}

/**
 * Writes what only the generator knows: `orders.parquet` and `trades.parquet`, from which each queue can be rebuilt at any instant,
 * `beliefs.parquet`, `sweeps.parquet`, and `events.json`. Ends with `publish` or `discard`.
 */
export class TruthFiles implements Witness {
  readonly #folder: string;
  readonly #orders: Lines;
  readonly #trades: Lines;
  readonly #resting = new Map<number, RestedOrder>();

  /** `folder` is made anew; it should lie on the tape's own disk. */
  constructor(folder: string) {
    rmSync(folder, { recursive: true, force: true });
    mkdirSync(folder, { recursive: true });
    this.#folder = folder;
    this.#orders = new Lines(folder, 'orders');
    this.#trades = new Lines(folder, 'trades');
  }

  rested(order: RestedOrder): void {
    this.#resting.set(order.id, order);
  }

  traded({ taking, taker, order, owner, market, side, price, quantity, time }: TruthTrade): void {
    this.#trades.add({
      taking,
      taker_kind: ownerKind(taker),
      order_id: order,
      owner_kind: ownerKind(owner),
      market,
      taker_side: sideName(side),
      price_e4: price,
      quantity_e2: quantity,
      exchange_time_us: time,
    });
  }

  left(end: LeftOrder): void {
    const { id, owner, market, side, price, quantity, ahead, time } = this.#resting.get(end.id)!;
    this.#resting.delete(id);
    this.#orders.add({
      order_id: id,
      owner_kind: ownerKind(owner),
      owner,
      market,
      side: sideName(side),
      price_e4: price,
      quantity_e2: quantity,
      ahead_e2: ahead,
      rested_time_us: time,
      left_time_us: end.time,
      left_how: end.how,
      unfilled_e2: end.quantity,
    });
  }

  /** Makes the folder the truth of a tape: `<tapeFolder>/truth`. */
  async publish(config: SyntheticConfig, truth: SyntheticTruth, tapeFolder: string): Promise<string> {
    this.#orders.close();
    this.#trades.close();
    const beliefs = new Lines(this.#folder, 'beliefs');
    for (const { event, path } of truth.events) {
      for (const { time, mean, deviation, forecast } of path.steps) {
        beliefs.add({ event, from_time_us: time, mean_f: mean, deviation_f: deviation, forecast_f: forecast });
      }
    }
    const sweeps = new Lines(this.#folder, 'sweeps');
    for (const { time, market, side, quantity, cost, lastPrice, bid, ask, probability, informed } of truth.sweeps) {
      const prices = { last_price_e4: lastPrice, bid_e4: bid, ask_e4: ask };
      const sizes = { quantity_e2: quantity, cost_e6: cost };
      sweeps.add({ exchange_time_us: time, market, side: sideName(side), ...sizes, ...prices, probability, informed });
    }
    await this.#convert({ orders: this.#orders, trades: this.#trades, beliefs, sweeps });
    const events = { config, events: truth.events.map(plainEvent) };
    writeFileSync(join(this.#folder, 'events.json'), `${JSON.stringify(events, null, 2)}\n`);
    const target = join(tapeFolder, TRUTH_FOLDER);
    rmSync(target, { recursive: true, force: true });
    renameSync(this.#folder, target);
    return target;
  }

  discard(): void {
    rmSync(this.#folder, { recursive: true, force: true });
  }

  async #convert(files: Readonly<Record<keyof typeof COLUMNS, Lines>>): Promise<void> {
    const database = await openDatabase();
    try {
      for (const [name, columns] of Object.entries(COLUMNS)) {
        const lines = files[name as keyof typeof COLUMNS];
        if (name === 'beliefs' || name === 'sweeps') lines.close();
        const from = `read_json(${sqlText(lines.path)}, format = 'newline_delimited', columns = ${columns})`;
        const to = sqlText(join(this.#folder, `${name}.parquet`));
        await database.connection.run(`COPY (SELECT * FROM ${from}) TO ${to} (FORMAT parquet, COMPRESSION zstd)`);
        rmSync(lines.path);
      }
    } finally {
      database.close();
    }
  }
}

function plainEvent({ event, day, path, life, markets }: EventTruth): object {
  const { grid, ...rest } = life;
  return {
    event,
    day,
    high_f: path.high,
    settled_high_f: path.settledHigh,
    life: { ...rest, grid: grid.describe() },
    markets: markets.map(({ market, ticker, openProbability, settledYes }) => ({
      market,
      ticker,
      open_probability: openProbability,
      in_bracket: settledYes,
    })),
  };
}
