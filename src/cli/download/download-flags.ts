import type { GlobalFlags } from '../session.ts';

/** What `tapedeck download` takes. */
export interface DownloadFlags extends GlobalFlags {
  readonly what?: 'weather';
  readonly 'weather-url'?: string;
  readonly series?: string;
  readonly city?: string;
  readonly from?: string;
  readonly to?: string;
  readonly name?: string;
  readonly candles: boolean;
  readonly environment: 'production' | 'demo';
  readonly url?: string;
  readonly replace: boolean;
}
