import { closeSync, openSync, writeSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Signal } from '../../core/market-event.ts';
import type { Time } from '../../core/time.ts';
import type { MarketState } from '../../engine/market-state.ts';
import type { SessionHearer } from '../../live/logged-engine.ts';
import { LaneJournal } from '../../study/run/lane-journal.ts';
import { RUN_TABLE_NAMES, type RunTable } from '../../study/store/run-tables.ts';
import { SESSION_TABLES, type SessionTable, sessionTableFile } from '../../tape/session-files.ts';
import { writeFault } from '../../tape/write-fault.ts';

type Row = Readonly<Record<string, unknown>>;

/** Rows of a table that a monitor shows. */
const KEPT = 30;

/** The lane of a session in tables that it shares with backtests. */
export const LIVE_LANE = 'live';

/**
 * The tables of a session while it runs: a file of JSON lines each, by the same code as a backtest's, which DuckDB can read at any time. They are made
 * anew from the log when a session is taken up again.
 */
export class SessionTables implements SessionHearer {
  readonly journal: LaneJournal;
  readonly #files = new Map<RunTable | SessionTable, TableFile>();
  readonly #taken = { contracts: 0, beyond: 0 };
  readonly #newest: { readonly decisions: Row[]; readonly fills: Row[] } = { decisions: [], fills: [] };

  /** Throws a Fault (`disk-full`, `cannot-write`). */
  constructor(folder: string, label: string, state: () => MarketState) {
    const own = Object.keys(SESSION_TABLES) as SessionTable[];
    for (const table of [...RUN_TABLE_NAMES, ...own]) {
      this.#files.set(table, new TableFile(join(folder, sessionTableFile(table))));
    }
    this.journal = new LaneJournal(label, LIVE_LANE, state, (table, row) => this.write(table, row));
  }

  signal({ name, value, unit, issueTime, about }: Signal, now: Time): void {
    this.write('signals', { time_us: now, name, value, unit, issue_time_us: issueTime, about });
  }

  changed(what: string, setting: unknown, now: Time): void {
    this.write('changes', { time_us: now, what, setting });
  }

  /** What takers paid beyond what the book they saw would have given them, 1e-5 dollars a contract; null before the first. */
  get slippage(): number | null {
    return this.#taken.contracts === 0 ? null : this.#taken.beyond / this.#taken.contracts;
  }

  /** Only what filled up to the estimate's depth is held against it: an order that rested then is no taker. */
  #slipped({ expected_e5: expected, time_in_force: force, side, filled_e2: filled, filled_cost_e6: cost }: Row): void {
    if (typeof expected !== 'number' || force === 'good-till-cancelled' || !(Number(filled) > 0)) return;
    const beyond = (10 * Number(cost)) / Number(filled) - expected;
    this.#taken.contracts += Number(filled);
    this.#taken.beyond += (side === 'bid' ? beyond : -beyond) * Number(filled);
  }

  write(table: RunTable | SessionTable, row: Row): void {
    if (table === 'orders') this.#slipped(row);
    this.#files.get(table)!.write(row);
    const newest = this.#newest[table as keyof SessionTables['newest']];
    if (newest === undefined) return;
    newest.unshift(row);
    if (newest.length > KEPT) newest.pop();
  }

  /** The newest rows of two tables, newest first. */
  get newest(): { readonly decisions: readonly Row[]; readonly fills: readonly Row[] } {
    return this.#newest;
  }

  /** Brings rows that wait to the files. */
  flush(): void {
    for (const file of this.#files.values()) file.flush();
  }

  close(): void {
    for (const file of this.#files.values()) file.close();
  }
}

class TableFile {
  readonly #path: string;
  readonly #descriptor: number;
  #pending = '';

  constructor(path: string) {
    this.#path = path;
    try {
      this.#descriptor = openSync(path, 'w');
    } catch (error) {
      throw writeFault(error, dirname(path));
    }
  }

  write(row: Readonly<Record<string, unknown>>): void {
    this.#pending += `${JSON.stringify(row)}\n`;
  }

  flush(): void {
    if (this.#pending === '') return;
    let rest = Buffer.from(this.#pending);
    this.#pending = '';
    try {
      while (rest.length > 0) rest = rest.subarray(writeSync(this.#descriptor, rest));
    } catch (error) {
      throw writeFault(error, dirname(this.#path));
    }
  }

  close(): void {
    this.flush();
    closeSync(this.#descriptor);
  }
}
