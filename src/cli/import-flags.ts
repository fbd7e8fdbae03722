import type { GlobalFlags } from './session.ts';

/** What `tapedeck import` takes. */
export interface ImportFlags extends GlobalFlags {
  readonly source: string;
  readonly name: string;
  readonly mapping?: string;
  readonly format?: 'kalshi-rest' | 'kalshi-frames' | 'kalshi-recording';
  readonly replace: boolean;
}
