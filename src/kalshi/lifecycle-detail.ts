import type { MarketIndex, MarketStatus } from '../core/market.ts';
import type { Detail } from '../core/market-event.ts';
import type { Time } from '../core/time.ts';
import type { ChannelMessage } from './channel-message.ts';
import { statedGrid } from './decode-market.ts';
import { malformed, optionalInteger, wireText } from './wire.ts';

const STATUS: Readonly<Record<string, MarketStatus>> = {
  activated: 'active',
  deactivated: 'inactive',
  determined: 'determined',
  settled: 'finalized',
};

/** The market that a `market_lifecycle_v2` message is about. */
export function lifecycleTicker({ fields }: ChannelMessage): string {
  return wireText(fields, 'market_ticker');
}

/**
 * What a `market_lifecycle_v2` message changes of a market that is known. That a market opens or closes in time no message tells. Throws a
 * Fault (`malformed-input`) where the message lacks what its kind must say.
 */
export function lifecycleDetail({ fields }: ChannelMessage, market: MarketIndex): Detail | null {
  const kind = wireText(fields, 'event_type');
  const status = STATUS[kind];
  if (status !== undefined) return { type: 'lifecycle', change: { market, status } };
  if (kind === 'close_date_updated') {
    const seconds = optionalInteger(fields, 'close_ts');
    if (seconds === null) throw malformed('market_lifecycle_v2.close_ts', 'is missing');
    return { type: 'lifecycle', change: { market, closeTime: (seconds * 1_000_000) as Time } };
  }
  if (kind !== 'price_level_structure_updated') return null;
  const grid = statedGrid(fields);
  if (grid === null) throw malformed('market_lifecycle_v2', 'changes the price grid and names none');
  return { type: 'lifecycle', change: { market, grid } };
}
