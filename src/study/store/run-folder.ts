import { randomUUID } from 'node:crypto';
import { mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { openDatabase, sqlText } from '../../tape/duckdb.ts';
import { hashFile } from '../../tape/file-hash.ts';
import { writeFault } from '../../tape/write-fault.ts';
import { RowFile } from './row-file.ts';
import type { RunResult } from './run-result.ts';
import { SEAL_FILE } from './run-store.ts';
import { RUN_TABLE_NAMES, RUN_TABLES, type RunTable } from './run-tables.ts';

/**
 * The folder of a run while it is made: rows go to plain files under a hidden name; at the end they become Parquet and the folder takes
 * its own name, so that a run that can be seen is whole.
 */
export class RunFolder {
  readonly #partial: string;
  readonly #runs: string;
  readonly #files = new Map<RunTable, RowFile>();

  constructor(dataFolder: string) {
    this.#runs = join(dataFolder, 'runs');
    this.#partial = join(this.#runs, `.partial-${process.pid}-${randomUUID().slice(0, 8)}`);
    try {
      mkdirSync(this.#partial, { recursive: true });
      for (const table of RUN_TABLE_NAMES) this.#files.set(table, new RowFile(join(this.#partial, `${table}.ndjson`)));
    } catch (error) {
      throw writeFault(error, this.#runs);
    }
  }

  write(table: RunTable, row: Readonly<Record<string, unknown>>): void {
    this.#files.get(table)!.write(row);
  }

  /**
   * Turns the rows into Parquet, writes `run.json`, and gives the folder its name. A run of the same id made in the same second keeps
   * it, and this one gets the next free number behind its own.
   */
  async seal(result: RunResult): Promise<{ result: RunResult; folder: string }> {
    const database = await openDatabase();
    try {
      for (const table of RUN_TABLE_NAMES) {
        this.#files.get(table)!.close();
        const source = join(this.#partial, `${table}.ndjson`);
        const target = join(this.#partial, `${table}.parquet`);
        const columns = Object.entries(RUN_TABLES[table]);
        const typed = columns.map(([name, type]) => `${name}: '${type}'`).join(', ');
        await database.connection.run(
          `COPY (SELECT ${columns.map(([name]) => name).join(', ')} FROM read_json(${sqlText(source)}, format = 'newline_delimited', columns = {${typed}}))
           TO ${sqlText(target)} (FORMAT parquet, COMPRESSION zstd)`,
        );
        rmSync(source);
      }
    } finally {
      database.close();
    }
    const files = RUN_TABLE_NAMES.map((table) => hashFile(this.#partial, `${table}.parquet`));
    writeFileSync(join(this.#partial, SEAL_FILE), `${JSON.stringify({ files }, null, 2)}\n`);
    for (let number = 1; ; number++) {
      const id = number === 1 ? result.id : `${result.id}-${number}`;
      const named = { ...result, id };
      writeFileSync(join(this.#partial, 'run.json'), `${JSON.stringify(named, null, 2)}\n`);
      const folder = join(this.#runs, id);
      if (renamedTo(this.#partial, folder)) return { result: named, folder };
    }
  }

  /** Removes everything: the run did not finish. */
  discard(): void {
    rmSync(this.#partial, { recursive: true, force: true });
  }
}

/** Gives a folder its name; false where another has it. */
function renamedTo(from: string, to: string): boolean {
  try {
    renameSync(from, to);
    return true;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOTEMPTY' || code === 'EEXIST') return false;
    throw error;
  }
}
