import type { Market } from '../../core/market.ts';
import type { TapeBlock } from '../../core/tape-block.ts';
import type { TapeFacts } from './run-result.ts';

/** A tape as a run reads it: its facts, its markets, and its rows in order, block by block. */
export interface TapeSource {
  readonly facts: TapeFacts;
  readonly markets: readonly Market[];
  /** A fresh pass over the tape. */
  blocks(): AsyncIterable<TapeBlock>;
}
