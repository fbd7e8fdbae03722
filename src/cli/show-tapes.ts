import { Fault } from '../core/fault.ts';
import { gradeName } from '../core/tape-block.ts';
import { formatDate, type Time } from '../core/time.ts';
import { count } from '../study/text/number-text.ts';
import { textTable } from '../study/text/text-table.ts';
import { listTapes, type TapeEntry } from '../tape/catalog.ts';
import { tapesFolder } from '../tape/tape-folder.ts';
import type { Session } from './session.ts';

const COLUMNS = [
  { title: 'tape' },
  { title: 'grade' },
  { title: 'rows', right: true },
  { title: 'markets', right: true },
  { title: 'from' },
  { title: 'to' },
  { title: 'size', right: true },
];

/**
 * Prints the catalog of tapes; one that cannot be opened is listed with the reason. With `verify` every byte is read, and a damaged tape
 * is also a Fault (`tape-corrupt`).
 */
export function showTapes(verify: boolean, session: Session): void {
  const entries = listTapes(session.dataFolder, verify);
  list(entries, session);
  const damaged = entries.filter(({ fault }) => fault !== null).map(({ name }) => name);
  if (!verify) return;
  if (damaged.length === 0) session.note(`verified: every byte of ${entries.length} tapes is as it was sealed`);
  else throw new Fault('tape-corrupt', `damaged: ${damaged.join(', ')}`, { next: 'Restore or import them again.' });
}

function list(entries: readonly TapeEntry[], session: Session): void {
  if (session.json) {
    session.print(JSON.stringify(entries.map(plainEntry), null, 2));
    return;
  }
  if (entries.length === 0) {
    session.print(`there are no tapes in ${tapesFolder(session.dataFolder)}`);
    session.note(
      'next:  import one with "npx tapedeck import", or run "npx tapedeck backtest --strategy whale" on the demo tape',
    );
    return;
  }
  const rows = entries.flatMap((entry) => (entry.manifest === null ? [] : [row(entry)]));
  if (rows.length > 0) session.print(textTable(COLUMNS, rows).join('\n'));
  for (const { name, fault } of entries) {
    if (fault !== null) session.print(`${name} cannot be used: ${fault.message}. ${fault.next}`);
  }
}

function row({ name, manifest, bytes }: Extract<TapeEntry, { fault: null }>): string[] {
  return [
    manifest.synthetic ? `${name} (SYNTHETIC)` : name,
    gradeName(manifest.grade),
    count(manifest.rows),
    count(manifest.marketCount),
    formatDate(manifest.firstTimeUs as Time),
    formatDate(manifest.lastTimeUs as Time),
    size(bytes),
  ];
}

function plainEntry(entry: TapeEntry): Readonly<Record<string, unknown>> {
  if (entry.manifest !== null) return entry;
  const { code, message, next } = entry.fault;
  return { ...entry, fault: { code, message, next } };
}

/** Bytes for a person: "5.2 MB". */
export function size(bytes: number): string {
  if (bytes < 1_000_000) return `${(bytes / 1_000).toFixed(1)} kB`;
  return bytes < 1_000_000_000 ? `${(bytes / 1_000_000).toFixed(1)} MB` : `${(bytes / 1_000_000_000).toFixed(2)} GB`;
}
