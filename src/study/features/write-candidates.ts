import { sqlName } from '../../tape/duckdb.ts';
import { EDGE_FEATURES } from '../../weather/edge.ts';
import type { CandidateRow } from './candidate-rows.ts';
import { appendNumber, writeRows } from './write-rows.ts';

const KEYS =
  'city VARCHAR, event VARCHAR, day VARCHAR, won BOOLEAN, nearer BOOLEAN, hour DOUBLE, rung DOUBLE, cost DOUBLE, wait DOUBLE, fee DOUBLE';

/**
 * Writes candidates to a Parquet file: keys, what came of each, then one column a feature in the order of `EDGE_FEATURES`. Throws as `writeRows`
 * does.
 */
export async function writeCandidates(path: string, rows: readonly CandidateRow[]): Promise<void> {
  const names = EDGE_FEATURES.map(({ name }) => sqlName(name));
  await writeRows(path, rows, {
    columns: [KEYS, ...names.map((name) => `${name} DOUBLE`)].join(', '),
    select: '*',
    orderBy: 'day, event, hour, rung',
    append: (appender, row) => {
      for (const text of [row.city, row.event, row.day]) appender.appendVarchar(text);
      for (const answer of [row.won, row.nearer]) {
        if (answer === null) appender.appendNull();
        else appender.appendBoolean(answer);
      }
      for (const value of [row.hour, row.rung, row.cost, row.wait, row.fee, ...row.features])
        appendNumber(appender, value);
    },
  });
}
