import type { Clock } from '../../src/core/clock.ts';
import type { Fault } from '../../src/core/fault.ts';
import type { Market } from '../../src/core/market.ts';
import type { MarketEvent } from '../../src/core/market-event.ts';
import type { Money } from '../../src/core/money.ts';
import { Random } from '../../src/core/random.ts';
import { type Duration, NEVER } from '../../src/core/time.ts';
import type { VenueEvent } from '../../src/core/venue-event.ts';
import { Engine } from '../../src/engine/engine.ts';
import { MarketState } from '../../src/engine/market-state.ts';
import type { Strategy } from '../../src/engine/strategy.ts';
import { BookPoll } from '../../src/kalshi/book-poll.ts';
import type { ChannelMessage } from '../../src/kalshi/channel-message.ts';
import type { DecodedMarket } from '../../src/kalshi/decode-market.ts';
import { DriftSentinel } from '../../src/kalshi/drift.ts';
import { KalshiExecution, OWN_CHANNELS } from '../../src/kalshi/execution/kalshi-execution.ts';
import type { FeedMachine } from '../../src/kalshi/feed-machine.ts';
import type { FeedOptions } from '../../src/kalshi/feed-types.ts';
import { MarketFeed } from '../../src/kalshi/market-feed.ts';
import { MarketReads } from '../../src/kalshi/market-reads.ts';
import { MarketWatch } from '../../src/kalshi/market-watch.ts';
import { OrderWrites } from '../../src/kalshi/order-writes.ts';
import { PortfolioReads } from '../../src/kalshi/portfolio-reads.ts';
import type { KalshiRest } from '../../src/kalshi/rest.ts';
import { Account } from '../../src/ledger/account.ts';
import type { FeeBook } from '../../src/ledger/fee-book.ts';
import { WIDE_LIMITS } from '../proof/wide-limits.ts';
import { LineJournal } from './line-journal.ts';

export interface TraderOptions {
  readonly rest: KalshiRest;
  readonly clock: Clock;
  readonly seed: string;
  readonly cash: Money;
  readonly fees: FeeBook;
  readonly strategy: Strategy;
  readonly series: string;
  /** Makes the writes; a gauntlet may plant a mistake here. */
  readonly writes?: (rest: KalshiRest, drift: DriftSentinel) => OrderWrites;
  /** The first line of its log. */
  readonly greeting?: string;
}

/** An engine on the production adapter: what a live session is, without its halts and files. */
export class Trader {
  readonly engine: Engine;
  readonly execution: KalshiExecution;
  readonly journal = new LineJournal();
  readonly markets: readonly Market[];
  readonly feedOptions: FeedOptions;
  /** Everything that it says to people. */
  readonly log: string[] = [];
  readonly alarms: string[] = [];
  /** What crashed it. */
  readonly crashes: unknown[] = [];
  readonly #clock: Clock;
  readonly #jitter: Random;
  readonly #watch: MarketWatch;
  readonly #poll: BookPoll;
  /** Its feed's machine, once there is one. */
  #machine: FeedMachine | null = null;
  #wakeAt = Number.POSITIVE_INFINITY;
  #callOff: () => void = () => {};

  /** Reads its markets first. Throws the Faults of the reads. */
  static async open(options: TraderOptions): Promise<Trader> {
    const drift = new DriftSentinel();
    const reads = new MarketReads(options.rest, drift);
    const markets: Market[] = [];
    const records: DecodedMarket[] = [];
    for await (const record of reads.markets({ series_ticker: options.series })) {
      records.push(record);
      markets.push({ ...record.facts, index: markets.length as Market['index'] });
    }
    return new Trader(options, markets, records, drift, reads);
  }

  private constructor(
    options: TraderOptions,
    markets: readonly Market[],
    records: readonly DecodedMarket[],
    drift: DriftSentinel,
    reads: MarketReads,
  ) {
    const { rest, clock, seed, writes = (rest, drift) => new OrderWrites(rest, drift) } = options;
    if (options.greeting !== undefined) this.log.push(options.greeting);
    this.#clock = clock;
    this.#jitter = new Random(`${seed} jitter`);
    this.markets = markets;
    this.execution = new KalshiExecution({
      writes: writes(rest, drift),
      reads: new PortfolioReads(rest, drift),
      clock,
      tickerOf: (market) => markets[market]!.ticker,
      session: 'td-1',
      sink: {
        answer: (event) => this.#guard(() => this.#answer(event)),
        alarm: (what) => {
          this.alarms.push(what);
          this.log.push(`ALARM ${what}`);
        },
        trouble: (fault) => this.#trouble(fault),
        crash: (error) => this.crashes.push(error),
      },
    });
    this.engine = new Engine({
      strategy: options.strategy,
      state: new MarketState(markets),
      account: new Account(options.cash),
      fees: options.fees,
      membership: 'direct',
      limits: WIDE_LIMITS,
      releasesDaily: false,
      execution: this.execution,
      journal: this.journal,
      random: new Random(`${seed} monkey`),
      grade: { depth: 'L2', trades: true, sampling: 'continuous' },
    });
    const feed = new MarketFeed(markets, {
      event: (event) => this.#guard(() => this.#step(event)),
      own: (message) => this.#own(message),
      missed: (channel, reason) => {
        this.log.push(`missed ${channel}: ${reason}`);
        if ((OWN_CHANNELS as readonly string[]).includes(channel)) this.execution.missed();
        if (channel === 'market_lifecycle_v2') this.#watch.lookSoon();
      },
      trouble: (fault) => this.#trouble(fault),
    });
    this.feedOptions = {
      channels: ['orderbook_delta', 'trade', 'market_lifecycle_v2', ...OWN_CHANNELS],
      tickers: markets.map(({ ticker }) => ticker),
      sink: feed,
      random: () => this.#jitter.uniform(),
    };
    this.#watch = new MarketWatch({
      reads,
      feed,
      tickers: this.feedOptions.tickers,
      clock,
      onTrouble: (fault) => this.#trouble(fault),
    });
    this.#poll = new BookPoll({
      reads,
      feed,
      tickers: this.feedOptions.tickers,
      clock,
      connected: () => this.#machine?.connected ?? false,
      onTrouble: (fault) => this.#trouble(fault),
    });
    for (const record of records) feed.record(record, clock.now());
    this.engine.start(clock.now());
    this.#schedule();
  }

  /** Its feed has a machine now. */
  hears(machine: FeedMachine): void {
    this.#machine = machine;
  }

  /** Ends what it has under way. */
  async stop(): Promise<void> {
    this.#callOff();
    await Promise.all([this.execution.stop(), this.#watch.stop(), this.#poll.stop()]);
  }

  /** A crash of the engine is the finding, not the end of the gauntlet. */
  #guard(act: () => void): void {
    if (this.crashes.length > 0) return;
    try {
      act();
      this.#schedule();
    } catch (error) {
      this.crashes.push(error);
    }
  }

  #step(event: MarketEvent): void {
    this.engine.step(event);
  }

  #answer(event: VenueEvent): void {
    this.engine.answer(event);
  }

  #own(message: ChannelMessage): void {
    if (this.crashes.length === 0) this.execution.message(message);
  }

  #trouble(fault: Fault): void {
    this.log.push(`${fault.code} ${fault.message} ${fault.next} ${String(fault.cause ?? '')}`);
  }

  #schedule(): void {
    const { next } = this.engine.timers;
    if (next === this.#wakeAt) return;
    this.#callOff();
    this.#wakeAt = next;
    if (next === NEVER) return;
    this.#callOff = this.#clock.wakeAfter(Math.max(0, next - this.#clock.now()) as Duration, () => this.#wake());
  }

  #wake(): void {
    this.#guard(() => {
      this.#wakeAt = Number.POSITIVE_INFINITY;
      const now = this.#clock.now();
      while (this.engine.timers.next <= now) this.engine.wake(now);
    });
  }
}
