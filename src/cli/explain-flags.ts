import type { GlobalFlags } from './session.ts';

/** What `tapedeck explain` takes. */
export interface ExplainFlags extends GlobalFlags {
  readonly run: string;
  readonly order?: number;
  readonly arm?: string;
  readonly lane?: string;
  readonly market?: string;
  readonly refused: boolean;
}
