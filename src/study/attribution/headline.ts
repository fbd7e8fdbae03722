import { sqlText } from '../../tape/duckdb.ts';

/** The arm asked for and its worst lane: whose numbers a page leads with. */
export interface Headline {
  readonly arm: string;
  readonly lane: string;
}

/** An SQL condition: rows of this arm and lane, in the table of that name. */
export function ofHeadline({ arm, lane }: Headline, table: string): string {
  return `${table}.arm = ${sqlText(arm)} AND ${table}.lane = ${sqlText(lane)}`;
}
