import type { GlobalFlags } from '../session.ts';

/** What `tapedeck live` takes. */
export interface LiveFlags extends GlobalFlags {
  readonly city?: string;
  readonly series?: string;
  readonly strategy: string;
  readonly param: readonly string[];
  readonly params?: string;
  readonly aggressiveness?: string;
  readonly limits?: string;
  readonly config?: string;
  readonly seed: string;
  readonly membership: 'direct' | 'non-direct';
  /** Kalshi's demo environment; its own, for real money; a local exchange that runs already. None: a local exchange of its own. */
  readonly demo: boolean;
  /** The books of the place that is named, or of Kalshi; no order leaves. */
  readonly paper: boolean;
  readonly production: boolean;
  readonly url?: string;
  readonly 'weather-url'?: string;
  readonly 'loss-cap'?: string;
  readonly yes: boolean;
  /** Of a local exchange. */
  readonly speed?: number;
  readonly start?: string;
  readonly cash: string;
  readonly activity: number;
  readonly lifecycle: boolean;
  readonly hours?: number;
  readonly 'cancel-leftovers': boolean;
  readonly monitor: number;
}
