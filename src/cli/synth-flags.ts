import type { GlobalFlags } from './session.ts';

/** What `tapedeck synth` takes. */
export interface SynthFlags extends GlobalFlags {
  readonly name: string;
  readonly like: 'demo' | 'measured' | 'lifecycle';
  readonly seed?: string;
  readonly cities?: number;
  readonly city?: string;
  readonly days?: number;
  readonly activity?: number;
  readonly depth?: number;
  readonly sweeps?: number;
  readonly informed?: number;
  readonly bursts?: number;
  readonly peak?: number;
  readonly lifecycle?: boolean;
  readonly truth: boolean;
  readonly replace: boolean;
}
