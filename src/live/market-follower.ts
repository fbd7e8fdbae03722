import type { Clock } from '../core/clock.ts';
import { Fault } from '../core/fault.ts';
import type { Market, MarketIndex } from '../core/market.ts';
import type { MarketEvent, Signal } from '../core/market-event.ts';
import { type Duration, HOUR, MINUTE, SECOND, type Time } from '../core/time.ts';
import { BookPoll } from '../kalshi/book-poll.ts';
import type { ChannelMessage } from '../kalshi/channel-message.ts';
import type { DecodedMarket } from '../kalshi/decode-market.ts';
import { FEED_SETTINGS, type FeedSettings } from '../kalshi/feed-settings.ts';
import { FeedSocket, type FeedSocketOptions } from '../kalshi/feed-socket.ts';
import { MarketFeed } from '../kalshi/market-feed.ts';
import type { MarketReads } from '../kalshi/market-reads.ts';
import { MarketWatch } from '../kalshi/market-watch.ts';
import { Rounds } from '../kalshi/rounds.ts';

export interface MarketFollowerOptions {
  readonly reads: MarketReads;
  /** Market time. */
  readonly clock: Clock;
  readonly speed: number;
  readonly series: readonly string[];
  readonly channels: readonly string[];
  readonly socket: Pick<FeedSocketOptions, 'url' | 'headers' | 'tap'>;
  readonly random: () => number;
  /** Rows that an earlier life of the session has told already. */
  readonly sequence: number;
  /** Markets that an earlier life followed, in the order of their indices. */
  readonly known: readonly Market[];
  /** Whether the account held something of a market when the session began: it is followed until it pays, however long it has been closed. */
  readonly held: (ticker: string) => boolean;
  /** Whether one of them has paid already: nothing more is to be heard of it. */
  readonly paid: (market: Market) => boolean;
  readonly sink: MarketFollowerSink;
}

export interface MarketFollowerSink {
  /** A market is followed from now on: before its first event. */
  market(market: Market): void;
  /** One event for the engine; the object is used again after return. */
  event(event: MarketEvent): void;
  /** A message of the account's own channels. */
  own(message: ChannelMessage): void;
  /** Messages of one of the account's own channels may have been missed. */
  missedOwn(): void;
  trouble(fault: Fault): void;
  connection(open: boolean): void;
}

/** An event is followed from so long before its open on. */
const AHEAD = 36 * HOUR;
/** How often new events are looked for. */
const LOOK_EVERY = 10 * MINUTE;
const BOOKS_EVERY = 15 * SECOND;
const RECORDS_EVERY = MINUTE;

/** Everything that a session hears of its markets: finds the events of its series, follows books, prints and lives, by socket and where that fails by REST. */
export class MarketFollower {
  readonly #options: MarketFollowerOptions;
  readonly #feed: MarketFeed;
  readonly #tickers: string[] = [];
  readonly #known = new Set<string>();
  readonly #own: ReadonlySet<string>;
  #socket: FeedSocket | null = null;
  #watch: MarketWatch | null = null;
  #poll: BookPoll | null = null;
  #looks: Rounds | null = null;

  constructor(options: MarketFollowerOptions) {
    this.#options = options;
    const { sink } = options;
    this.#own = new Set(options.channels);
    const going = options.known.filter((market) => !options.paid(market));
    this.#feed = new MarketFeed(
      going,
      {
        event: (event) => sink.event(event),
        own: (message) => sink.own(message),
        missed: (channel) => {
          if (this.#own.has(channel)) sink.missedOwn();
          if (channel === 'market_lifecycle_v2') this.lookSoon();
        },
        trouble: (fault) => sink.trouble(fault),
      },
      options.sequence,
    );
    for (const { ticker } of options.known) this.#known.add(ticker);
    for (const { ticker } of going) this.#tickers.push(ticker);
  }

  get connected(): boolean {
    return this.#socket?.machine.connected ?? false;
  }

  /** When the socket last heard anything, market time; 0 before it did. */
  get heardAt(): number {
    return this.#socket?.machine.heardAt ?? 0;
  }

  get tickers(): readonly string[] {
    return this.#tickers;
  }

  /** Finds the markets, then begins to listen. Throws the Faults of the reads, and `exchange-refused` where there is no market at all. */
  async open(signal: AbortSignal): Promise<void> {
    const { reads, clock, speed, series, channels, socket, random, sink } = this.#options;
    await this.#discover(signal);
    if (this.#tickers.length === 0) {
      throw new Fault('exchange-refused', `there is no open market of ${series.join(', ')}`, {
        next: 'Check the series with "npx tapedeck doctor --series …", or try again when its next event is listed.',
      });
    }
    this.#socket = new FeedSocket({
      ...socket,
      channels: ['orderbook_delta', 'trade', 'market_lifecycle_v2', ...channels],
      tickers: this.#tickers,
      sink: this.#feed,
      random,
      settings: scaled(FEED_SETTINGS, speed),
      // The engine hears of everything by one clock: of two readings the later one must never be the smaller.
      clock: { now: () => clock.now(), monotonic: () => clock.now(), ahead: 0 },
      connection: 1,
      onConnection: (open) => sink.connection(open),
    });
    const shared = { reads, feed: this.#feed, tickers: this.#tickers, clock };
    const onTrouble = (fault: Fault): void => sink.trouble(fault);
    this.#watch = new MarketWatch({
      ...shared,
      onTrouble,
      // Markets open and close by their own clock, and requests are paid for by the wall's.
      every: Math.max(RECORDS_EVERY, SECOND * speed) as Duration,
      pause: Math.max(SECOND, (SECOND / 20) * speed) as Duration,
    });
    this.#poll = new BookPoll({
      ...shared,
      every: (BOOKS_EVERY * speed) as Duration,
      connected: () => this.connected,
      onTrouble,
    });
    this.#looks = new Rounds(
      clock,
      async (ending) => {
        try {
          await this.#discover(ending);
        } catch (error) {
          if (!(error instanceof Fault)) throw error;
          if (error.code !== 'interrupted') sink.trouble(error);
        }
      },
      LOOK_EVERY as Duration,
    );
  }

  /** The records of the markets are read soon: something about them was missed. */
  lookSoon(): void {
    this.#watch?.lookSoon();
  }

  /** Tells of something that came by another way: a forecast, an observation. */
  signal(signal: Signal): void {
    const now = this.#options.clock.now();
    // A source's clock may be ahead of ours; nothing is known before it is issued.
    const issueTime = Math.min(signal.issueTime, now) as Time;
    this.#feed.detail({ type: 'signal', signal: { ...signal, issueTime } }, 0 as MarketIndex, now, now);
  }

  async stop(): Promise<void> {
    this.#socket?.stop();
    await Promise.all([this.#watch?.stop(), this.#poll?.stop(), this.#looks?.stop()]);
  }

  /** Follows every market of the series that trades now or is to trade soon, and is not followed yet. What an event's markets share, only its record says. */
  async #discover(signal: AbortSignal): Promise<void> {
    const { reads, series, clock, held } = this.#options;
    const events = new Set<string>();
    for (const each of series) {
      for await (const record of reads.markets({ series_ticker: each }, signal)) {
        const { ticker, event } = record.facts;
        const due = isDue(record, clock.now()) || (held(ticker) && record.status !== 'finalized');
        if (!this.#known.has(ticker) && due) events.add(event);
      }
    }
    const found: DecodedMarket[] = [];
    for (const event of events) found.push(...(await reads.event(event, signal)).markets);
    found.sort((one, other) => (one.facts.closeTime ?? 0) - (other.facts.closeTime ?? 0));
    for (const record of found) if (!this.#known.has(record.facts.ticker)) this.#follow(record);
  }

  #follow(record: DecodedMarket): void {
    const { clock, sink } = this.#options;
    const market: Market = { ...record.facts, index: this.#known.size as MarketIndex };
    this.#known.add(market.ticker);
    this.#tickers.push(market.ticker);
    sink.market(market);
    this.#feed.add(market);
    this.#feed.record(record, clock.now());
    const socket = this.#socket;
    if (socket !== null) socket.perform(socket.machine.add([market.ticker], clock.now()));
  }
}

function isDue({ facts: { openTime, closeTime }, status }: DecodedMarket, now: Time): boolean {
  if (status === 'finalized' || status === 'determined') return false;
  return (closeTime === null || closeTime > now) && (openTime === null || openTime < now + AHEAD);
}

/** Waits are for the network, which no market clock makes faster. */
function scaled(settings: FeedSettings, speed: number): FeedSettings {
  return Object.fromEntries(
    Object.entries(settings).map(([name, value]) => [name, value * speed]),
  ) as unknown as FeedSettings;
}
