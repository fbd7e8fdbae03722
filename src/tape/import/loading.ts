import type { DuckDBConnection } from '@duckdb/node-api';
import type { Findings } from './findings.ts';
import type { MappedExpression, MappingFile } from './mapping.ts';

/** What every step of one mapped import works on. */
export interface Loading {
  readonly connection: DuckDBConnection;
  readonly file: MappingFile;
  /** The folder that the mapping's files are relative to. */
  readonly folder: string;
  readonly findings: Findings;
  /** Called after each file is read, with its name. */
  readonly onFile: (name: string) => void;
}

/** A mapped expression with its place in the mapping, so that a complaint can name the line. */
export interface NamedExpression {
  readonly path: readonly string[];
  readonly expression: MappedExpression;
}
