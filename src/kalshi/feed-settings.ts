/** When a feed does what, all in µs. */
export interface FeedSettings {
  readonly connectTimeout: number;
  readonly commandTimeout: number;
  /** The connection is asked for a pong after so much silence, and given up after `deadAfter`. */
  readonly pingAfter: number;
  readonly deadAfter: number;
  readonly backoffFirst: number;
  readonly backoffMost: number;
  /** A connection that lasted so long starts the backoff anew. */
  readonly steadyAfter: number;
  /** Least time between two requests for snapshots, and between two subscriptions to one channel. */
  readonly snapshotEvery: number;
  readonly resubscribeEvery: number;
  /** A quiet subscription to books is asked for a snapshot after so long: its number shows whether the last messages were lost. */
  readonly probeAfter: number;
}

export const FEED_SETTINGS: FeedSettings = {
  connectTimeout: 10_000_000,
  commandTimeout: 10_000_000,
  pingAfter: 12_000_000,
  deadAfter: 30_000_000,
  backoffFirst: 500_000,
  backoffMost: 30_000_000,
  steadyAfter: 60_000_000,
  snapshotEvery: 1_000_000,
  resubscribeEvery: 1_000_000,
  probeAfter: 20_000_000,
};

/** How long to wait before try number `tries` (from 1), µs: doubling to the most, of which a random half is taken off. */
export function backoff(tries: number, settings: FeedSettings, random: () => number): number {
  const full = Math.min(settings.backoffMost, settings.backoffFirst * 2 ** Math.min(tries - 1, 30));
  return Math.round(full * (1 - random() / 2));
}

/** Cuts the markets into as few lists as hold at most `most` each: one connection for every list. */
export function splitMarkets(tickers: readonly string[], most: number): string[][] {
  const lists: string[][] = [];
  for (let at = 0; at < tickers.length; at += most) lists.push(tickers.slice(at, at + most));
  return lists;
}
