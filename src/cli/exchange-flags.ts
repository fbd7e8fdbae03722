import type { GlobalFlags } from './session.ts';

/** What `tapedeck exchange` takes. */
export interface ExchangeFlags extends GlobalFlags {
  readonly action?: 'keygen';
  readonly port: number;
  readonly speed: number;
  readonly start: string;
  readonly tape?: string;
  readonly seed: string;
  readonly days: number;
  readonly cities?: number;
  readonly city?: string;
  readonly activity: number;
  readonly lifecycle: boolean;
  readonly cash: number;
  readonly tier: string;
  readonly faults?: string;
  readonly 'faults-file'?: string;
  readonly 'read-lag': number;
  readonly name: string;
  readonly type: 'rsa' | 'ed25519';
}
