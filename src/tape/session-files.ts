import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

/** Where live sessions lie in a data folder, and what their files are called: `live` writes them, `query` reads them while they are written. */
export const SESSIONS_FOLDER = 'sessions';
/** What a session began with. */
export const SESSION_FILE = 'session.json';
/** How it stands. */
export const STATUS_FILE = 'status.json';

/** The tables that only a session has, and their columns in DuckDB's types. */
export const SESSION_TABLES = {
  signals: {
    time_us: 'BIGINT',
    name: 'VARCHAR',
    value: 'DOUBLE',
    unit: 'VARCHAR',
    issue_time_us: 'BIGINT',
    about: 'VARCHAR',
  },
  changes: { time_us: 'BIGINT', what: 'VARCHAR', setting: 'JSON' },
} as const;

export type SessionTable = keyof typeof SESSION_TABLES;

/** The name of a table's file in the folder of a session. */
export function sessionTableFile(table: string): string {
  return `${table}.jsonl`;
}

/** The folders of all sessions of a data folder. */
export function sessionFolders(dataFolder: string): string[] {
  const folder = join(dataFolder, SESSIONS_FOLDER);
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .map((name) => join(folder, name))
    .filter((path) => existsSync(join(path, SESSION_FILE)));
}
