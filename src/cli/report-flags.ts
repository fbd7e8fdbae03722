import type { GlobalFlags } from './session.ts';

/** The flags of `tapedeck report`. */
export interface ReportFlags extends GlobalFlags {
  readonly run: string;
  readonly out?: string;
  readonly open: boolean;
  readonly sensitivity: boolean;
}
