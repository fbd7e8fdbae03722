import { setImmediate as turn } from 'node:timers/promises';
import type { FeeChange } from '../core/fee-schedule.ts';
import type { TapeBlock } from '../core/tape-block.ts';
import type { TapeFacts } from '../study/store/run-result.ts';
import type { TapeSource } from '../study/store/tape-source.ts';
import { spansOf } from '../study/trials/tape-kin.ts';
import { readCoverage } from '../tape/certificate.ts';
import { type CoverageSpan, coverageTotal } from '../tape/coverage.ts';
import { parseDetail } from '../tape/detail-json.ts';
import { openDatabase, parquetTable, readRows } from '../tape/duckdb.ts';
import { DECLARED } from '../tape/import/findings.ts';
import type { Tape } from '../tape/open-tape.ts';

const CLAIMS_SHOWN = 3;

/** A sealed tape as a run reads it. Between blocks the process gets a turn, so that Ctrl-C is heard. */
export async function tapeSource(tape: Tape): Promise<TapeSource> {
  const { manifest, markets } = tape;
  const spans = await coverageSpansOf(tape);
  return {
    markets,
    facts: {
      name: manifest.name,
      digest: manifest.digest,
      synthetic: manifest.synthetic,
      grade: manifest.grade,
      rows: manifest.rows,
      markets: manifest.marketCount,
      firstTimeUs: manifest.firstTimeUs,
      lastTimeUs: manifest.lastTimeUs,
      spans: spansOf(markets),
      timeResolutionUs: manifest.timeResolutionUs,
      sizesRecorded: manifest.sizesRecorded,
      imported: importedFacts(manifest),
      coverage: { share: coverageTotal(spans).share ?? 0, basis: coverageClaims(spans) },
    },
    async *blocks(): AsyncGenerator<TapeBlock> {
      for await (const block of tape.blocks()) {
        await turn();
        yield block;
      }
    },
  };
}

/** What the mapping of an import declared. What it claims of coverage is told with the coverage. */
function importedFacts({ importReport: { notes } }: Tape['manifest']): TapeFacts['imported'] {
  const declared = notes.filter((note) => note.action === DECLARED && !note.what.startsWith('coverage claimed'));
  return { declared: declared.map((note) => note.what), furtherNotes: notes.length - declared.length };
}

async function coverageSpansOf(tape: Tape): Promise<CoverageSpan[]> {
  const database = await openDatabase();
  try {
    return await readCoverage(tape, database.connection);
  } finally {
    database.close();
  }
}

/** On what grounds a tape is taken as whole, the ground of most market time first: "declared: every public trade". */
export function coverageClaims(spans: readonly CoverageSpan[]): string[] {
  const times = new Map<string, number>();
  for (const { covered, basis, reason, from, to } of spans) {
    if (!covered || basis === null) continue;
    const claim = reason.startsWith(`${basis}:`) || reason === basis ? reason : `${basis}: ${reason}`;
    times.set(claim, (times.get(claim) ?? 0) + (to - from));
  }
  const claims = [...times].sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1)).map(([claim]) => claim);
  if (claims.length <= CLAIMS_SHOWN) return claims;
  return [...claims.slice(0, CLAIMS_SHOWN), `and ${claims.length - CLAIMS_SHOWN} more grounds`];
}

/** The fee schedules that a tape itself brings, in tape order. */
export async function tapeFees(tape: Tape): Promise<FeeChange[]> {
  const fees: FeeChange[] = [];
  for (const text of await feeTexts(tape)) {
    const detail = parseDetail(text, tape.manifest.marketCount);
    if (detail.type === 'fees') fees.push(detail.change);
  }
  return fees;
}

async function feeTexts(tape: Tape): Promise<string[]> {
  if (tape.resident) {
    const { details } = await tape.columns();
    return details.map(({ text }) => text).filter((text) => text.includes('"fees"'));
  }
  const database = await openDatabase();
  try {
    const from = parquetTable(tape.files('events'));
    const sql = `SELECT detail FROM ${from} WHERE kind = 'detail' AND contains(detail, '"fees"') ORDER BY sequence`;
    return (await readRows(database.connection, sql)).map((row) => String(row.detail));
  } finally {
    database.close();
  }
}
