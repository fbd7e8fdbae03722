import type { FaultName } from '../../src/exchange/drawn-faults.ts';
import type { DeskCounts } from '../../src/kalshi/execution/desk-voice.ts';
import type { Broken } from './check.ts';
import type { TraderOptions } from './trader.ts';

/** What came of one seed. */
export interface Outcome {
  readonly seed: string;
  readonly stage: string;
  readonly broken: readonly Broken[];
  readonly digest: string;
  /** How often each fault befell the trader, and how each doubt came out. */
  readonly faults: Readonly<Record<FaultName, number>>;
  readonly paths: Readonly<DeskCounts>;
  readonly orders: number;
  readonly fills: number;
  readonly settled: number;
  /** Everything that the trader said and decided. */
  readonly lines: readonly string[];
}

/** A mistake put into the trader on purpose; it is given the private key. */
export type Plant = (secret: string) => Partial<TraderOptions>;
