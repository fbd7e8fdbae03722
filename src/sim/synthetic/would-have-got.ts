import type { MarketIndex } from '../../core/market.ts';
import type { SyntheticConfig } from './config.ts';
import type { TapeSink } from './emit.ts';
import { generate } from './generator.ts';
import type { ShadowOrder, ShadowResult } from './shadow.ts';

/** What each of many extra orders would have got on the tape of this configuration: the tape is generated once more, and kept nowhere. */
export function wouldHaveGot(config: SyntheticConfig, orders: readonly ShadowOrder[]): readonly ShadowResult[] {
  let markets = 0;
  const nowhere: TapeSink = { market: () => markets++ as MarketIndex, row: () => {}, detail: () => {} };
  return generate(config, nowhere, undefined, orders).shadows;
}
