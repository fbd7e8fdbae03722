import type { Fault } from '../core/fault.ts';
import type { Time } from '../core/time.ts';
import type { ChannelMessage } from './channel-message.ts';
import type { DecodedTrade } from './decode-trade.ts';
import type { FeedSettings } from './feed-settings.ts';
import type { BookSink } from './live-books.ts';

/** What the machine wants of the socket. `drop` ends the connection at once, without waiting for the other end. */
export type FeedAction = { do: 'connect' } | { do: 'drop' } | { do: 'ping' } | { do: 'send'; text: string };

export interface FeedSink extends BookSink {
  trade(trade: DecodedTrade, localTime: Time): void;
  message(message: ChannelMessage, localTime: Time): void;
  /** Messages of a channel that carries no book were missed, or may have been: refill from REST. */
  missed(channel: string, reason: string, time: Time): void;
  fault(fault: Fault): void;
}

export interface FeedOptions {
  readonly channels: readonly string[];
  readonly tickers: readonly string[];
  readonly sink: FeedSink;
  /** A number from 0 up to 1, for the jitter. */
  readonly random: () => number;
  readonly settings?: Partial<FeedSettings>;
}

/** What the machine knows of its subscription to one channel. */
export interface Subscription {
  readonly channel: string;
  sid: number | null;
  lastSeq: number;
  /** The command that subscribes, while unanswered. */
  asked: Set<string>;
  subscribeAt: number | null;
  lastSubscribe: number;
  readonly wanting: Set<string>;
  lastSnapshotAsk: number;
  /** When its last numbered message came. */
  lastHeard: number;
}

/**
 * Whether a subscription to books has been silent for so long that a snapshot is to be asked for: the last messages may have been lost, no
 * later number shows it, and a snapshot has a number.
 */
export function probeIsDue(
  { channel, sid, lastHeard, lastSnapshotAsk, wanting }: Subscription,
  now: number,
  { probeAfter }: FeedSettings,
): boolean {
  if (channel !== 'orderbook_delta' || sid === null || wanting.size > 0) return false;
  return now - Math.max(lastHeard, lastSnapshotAsk) >= probeAfter;
}
