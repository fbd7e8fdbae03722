import { formatShort } from '../core/decimal.ts';
import type { FeeChange } from '../core/fee-schedule.ts';
import { formatDate } from '../core/time.ts';
import { parseFeeDeclarations } from '../ledger/fee-declarations.ts';
import { KNOWN_FEES } from '../ledger/known-fees.ts';
import { textTable } from '../study/text/text-table.ts';
import { readJsonFile } from './read-json.ts';
import type { Session } from './session.ts';

const COLUMNS = ['series', 'event', 'from', 'type', 'multiplier', 'documented since'].map((title) => ({ title }));

/** Prints the built-in fee schedules and those of a user's file. Throws a Fault where the file is wrong. */
export function showFees(file: string | undefined, session: Session): void {
  const declared = file === undefined ? [] : parseFeeDeclarations(readJsonFile('--fees', file));
  if (session.json) {
    session.print(JSON.stringify({ builtIn: KNOWN_FEES, declared }, null, 2));
    return;
  }
  const known = KNOWN_FEES.map((fee) => [...row(fee), formatDate(fee.documentedFrom)]);
  session.print(
    textTable(COLUMNS, [...known, ...declared.map((fee) => [...row(fee), `declared in ${file}`])]).join('\n'),
  );
  session.note(
    'Before "documented since" a built-in rate is assumed. A tape may bring schedules of its own; others go into --fees FILE.',
  );
}

function row({ series, event, from, type, multiplierE4 }: FeeChange): string[] {
  return [series, event ?? '', formatDate(from), type, formatShort(multiplierE4, 4)];
}
