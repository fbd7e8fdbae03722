import type { Clock } from '../core/clock.ts';
import type { Market } from '../core/market.ts';
import type { MarketEvent } from '../core/market-event.ts';
import type { Money } from '../core/money.ts';
import type { Order, OrderGroupId, OrderId } from '../core/order.ts';
import type { Price } from '../core/price.ts';
import type { Quantity } from '../core/quantity.ts';
import { type Duration, SECOND } from '../core/time.ts';
import type { ChannelMessage } from '../kalshi/channel-message.ts';
import { DriftSentinel } from '../kalshi/drift.ts';
import { SURELY_DEAD_AFTER } from '../kalshi/execution/desk-order.ts';
import { KalshiExecution, OWN_CHANNELS } from '../kalshi/execution/kalshi-execution.ts';
import type { Resumed } from '../kalshi/execution/resumed.ts';
import { PortfolioReads } from '../kalshi/portfolio-reads.ts';
import type { KalshiRest } from '../kalshi/rest.ts';
import { AccountCheck } from './account-check.ts';
import type { LoggedEngine } from './logged-engine.ts';
import { QueuePoll } from './queue-poll.ts';
import type { DeskHooks, SessionDesk } from './session-desk.ts';
import type { SessionFacts } from './session-facts.ts';
import { TimedWrites } from './timed-writes.ts';

export interface KalshiDeskOptions {
  readonly facts: SessionFacts;
  readonly rest: KalshiRest;
  /** Market time, and the clock on the wall. */
  readonly clock: Clock;
  readonly wall: Clock;
  /** The exchange's id of the order group of all orders. */
  readonly group: string | null;
  /** How often the account is compared with the exchange, on the wall. */
  readonly accountCheck: Duration;
  /** How long an order rests when nobody renews it any more, on the wall. */
  readonly orderLife: Duration;
  /** Why nothing may go out: a kill from outside. */
  readonly barred: () => string | null;
}

/** How often an order is renewed in the time after which it would end. */
const RENEWALS_A_LIFE = 3;

/** A session's orders at Kalshi, its account there, and its places in the queues. */
export class KalshiDesk implements SessionDesk {
  readonly channels = OWN_CHANNELS;
  readonly #execution: KalshiExecution;
  readonly #writes: TimedWrites;
  readonly #check: AccountCheck;
  readonly #queue: QueuePoll;

  constructor(options: KalshiDeskOptions, session: LoggedEngine, hooks: DeskHooks) {
    const { facts, rest, clock, wall, group } = options;
    const { engine } = session;
    const drift = new DriftSentinel();
    const reads = new PortfolioReads(rest, drift);
    const life = (options.orderLife * facts.speed) as Duration;
    this.#writes = new TimedWrites({ rest, drift, wall, times: hooks.times, barred: options.barred });
    this.#execution = new KalshiExecution({
      writes: this.#writes,
      reads,
      clock,
      tickerOf: (market) => session.tickerOf(market),
      session: `${facts.prefix}-${session.epoch + 1}`,
      settleEvery: (SECOND * facts.speed) as Duration,
      sweepEvery: (15 * SECOND * facts.speed) as Duration,
      deadAfter: (SURELY_DEAD_AFTER * facts.speed) as Duration,
      fillsMayTake: ((SECOND * facts.speed) / 2) as Duration,
      lifeline: { lasts: life, renewEvery: Math.floor(life / RENEWALS_A_LIFE) as Duration },
      ...(group === null ? {} : { group }),
      sink: {
        answer: (event) => hooks.answer(event),
        bound: (order, exchangeId) => hooks.bound(order, exchangeId),
        alarm: (what) => hooks.halt(`the exchange says what cannot be: ${what}`),
        trouble: (fault) => hooks.trouble(fault),
        crash: (error) => hooks.crash(error),
      },
    });
    this.#check = new AccountCheck({
      engine,
      reads,
      wall,
      prefix: facts.prefix,
      unsure: () => hooks.unsure(),
      version: () => hooks.version(),
      agreed: () => hooks.agreed(),
      diverged: (what) => hooks.halt(`the account is not what it should be: ${what}`),
      trouble: (fault) => hooks.trouble(fault),
      every: options.accountCheck,
    });
    this.#queue = new QueuePoll({
      engine,
      reads,
      exchangeId: ({ id }) => this.#execution.desk.exchangeId(id),
      wall,
      found: (places) => hooks.queue(places),
      trouble: (fault) => hooks.trouble(fault),
    });
  }

  get inDoubt(): number {
    return this.#execution.desk.inDoubt;
  }

  get calls(): readonly boolean[] {
    return this.#writes.calls;
  }

  get checks(): number {
    return this.#check.checks;
  }

  get gap(): Money | null {
    return this.#check.gap;
  }

  market(_market: Market): void {}

  event(_event: MarketEvent): void {}

  message(message: ChannelMessage): void {
    this.#execution.message(message);
  }

  missed(): void {
    this.#execution.missed();
  }

  resume(orders: readonly Resumed[]): void {
    this.#execution.resume(orders);
  }

  compare(): Promise<string | null | undefined> {
    return this.#check.compare();
  }

  async stop(): Promise<void> {
    await Promise.all([this.#check.stop(), this.#queue.stop()]);
    await this.#execution.stop();
  }

  submit(order: Order): void {
    this.#execution.submit(order);
  }

  cancel(order: OrderId): void {
    this.#execution.cancel(order);
  }

  amend(order: OrderId, price: Price, quantity: Quantity): void {
    this.#execution.amend(order, price, quantity);
  }

  decrease(order: OrderId, by: Quantity): void {
    this.#execution.decrease(order, by);
  }

  openGroup(group: OrderGroupId, contracts: Quantity): void {
    this.#execution.openGroup(group, contracts);
  }

  resetGroup(group: OrderGroupId): void {
    this.#execution.resetGroup(group);
  }
}
