import type { Clock } from '../../core/clock.ts';
import { Fault } from '../../core/fault.ts';
import type { MarketIndex } from '../../core/market.ts';
import type { Order, OrderGroupId, OrderId } from '../../core/order.ts';
import type { Price } from '../../core/price.ts';
import type { Quantity } from '../../core/quantity.ts';
import type { Duration } from '../../core/time.ts';
import type { Execution } from '../../engine/execution.ts';
import type { ChannelMessage } from '../channel-message.ts';
import type { OrderWrites } from '../order-writes.ts';
import type { PortfolioReads } from '../portfolio-reads.ts';
import type { WriteOutcome } from '../rest-answer.ts';
import { SURELY_DEAD_AFTER } from './desk-order.ts';
import type { DeskSink } from './desk-voice.ts';
import { Lifeline, type LifelineSettings } from './lifeline.ts';
import { OrderDesk } from './order-desk.ts';
import { fillNews, orderNews } from './own-messages.ts';
import { Reconciler } from './reconciler.ts';
import type { Resumed } from './resumed.ts';

export interface KalshiExecutionOptions {
  readonly writes: OrderWrites;
  readonly reads: PortfolioReads;
  readonly clock: Clock;
  readonly tickerOf: (market: MarketIndex) => string;
  /** Begins every client order id: no other session may ever have used it, because the exchange takes each id once for ever. */
  readonly session: string;
  readonly sink: ExecutionSink;
  readonly settleEvery?: Duration;
  readonly sweepEvery?: Duration;
  /** How long a request can be on its way, by the clock of the session: {@link SURELY_DEAD_AFTER} on the wall. */
  readonly deadAfter?: Duration;
  /** How long fills that the exchange speaks of may be on their way, by `clock`. Default 0.5 s. */
  readonly fillsMayTake?: Duration;
  /** Resting orders without an end of their own get so short a life, and are renewed while this lives. Default: they rest for good. */
  readonly lifeline?: LifelineSettings;
  /** The exchange's id of the order group of every order that names no other: its brake for the whole session. */
  readonly group?: string;
}

export interface ExecutionSink extends DeskSink {
  /** Something went wrong that is being dealt with: for the log. */
  trouble(fault: Fault): void;
  /** The code itself is wrong. */
  crash(error: unknown): void;
}

/** What `use_yes_price` and the like are for feeds: the channels that an account's own news comes by. */
export const OWN_CHANNELS = ['user_orders', 'fill'] as const;

/**
 * The engine's requests to Kalshi: each is sent once, whatever comes of it; every answer comes back to the sink as an event. It must
 * be told of the messages of {@link OWN_CHANNELS}, and where some may have been missed.
 */
export class KalshiExecution implements Execution {
  readonly desk: OrderDesk;
  readonly #options: KalshiExecutionOptions;
  readonly #reconciler: Reconciler;
  readonly #lifeline: Lifeline | null;
  /** The exchange's ids of groups; null for one that could not be made. */
  readonly #groups = new Map<OrderGroupId, Promise<string | null>>();

  constructor(options: KalshiExecutionOptions) {
    const { sink, reads, clock, settleEvery, sweepEvery } = options;
    this.#options = options;
    this.desk = new OrderDesk(sink, options.deadAfter, options.fillsMayTake);
    this.#reconciler = new Reconciler({
      desk: this.desk,
      reads,
      clock,
      onTrouble: (fault) => sink.trouble(fault),
      ...(settleEvery === undefined ? {} : { settleEvery }),
      ...(sweepEvery === undefined ? {} : { sweepEvery }),
    });
    const { lifeline, writes, deadAfter = SURELY_DEAD_AFTER } = options;
    this.#lifeline =
      lifeline === undefined ? null : new Lifeline({ ...lifeline, desk: this.desk, writes, clock, deadAfter, sink });
  }

  submit(order: Order): void {
    const { session, tickerOf } = this.#options;
    const clientOrderId = `${session}-${order.id}`;
    this.desk.sent(order, tickerOf(order.market), clientOrderId);
    this.#run(() => this.#create(order, clientOrderId));
  }

  cancel(id: OrderId): void {
    const order = this.desk.changing(id, 'cancel');
    if (order === null) return;
    const doomed = { orderId: order.orderId!, ticker: order.ticker };
    this.#run(async () => {
      const outcome = await this.#options.writes.cancel(doomed);
      this.#note(`cancel of order ${id}`, outcome);
      this.desk.cancelAnswered(id, outcome, this.#options.clock.now());
    });
  }

  amend(id: OrderId, price: Price, quantity: Quantity): void {
    const order = this.desk.changing(id, 'amend', price, quantity);
    if (order === null) return;
    const { ticker, clientOrderId } = order;
    const amendment = { orderId: order.orderId!, ticker, side: order.order.side, price, quantity, clientOrderId };
    this.#run(async () => {
      const outcome = await this.#change(id, () => this.#options.writes.amend(amendment));
      this.#note(`amend of order ${id}`, outcome);
      this.desk.amendAnswered(id, outcome, this.#options.clock.now());
    });
  }

  decrease(id: OrderId, by: Quantity): void {
    const order = this.desk.decreasing(id, by);
    if (order === null) return;
    const smaller = { orderId: order.orderId!, ticker: order.ticker };
    this.#run(async () => {
      const outcome = await this.#change(id, () => this.#options.writes.decrease(smaller, { by }));
      this.#note(`decrease of order ${id}`, outcome);
      this.desk.decreaseAnswered(id, outcome, this.#options.clock.now());
    });
  }

  openGroup(group: OrderGroupId, contracts: Quantity): void {
    const made = this.#options.writes.createGroup(contracts).then((outcome) => {
      this.#note(`order group ${group}`, outcome);
      return outcome.kind === 'answered' ? outcome.answer : null;
    });
    this.#groups.set(group, made);
    this.#run(async () => void (await made));
  }

  resetGroup(group: OrderGroupId): void {
    this.#run(async () => {
      const id = await this.#groups.get(group);
      if (id == null) return;
      // Whether it worked shows at its next order: rejected, or not.
      this.#note(`reset of order group ${group}`, await this.#options.writes.resetGroup(id));
    });
  }

  /** A message of one of {@link OWN_CHANNELS}; others are passed over. Throws a Fault for one that cannot be believed. */
  message(message: ChannelMessage): void {
    const now = this.#options.clock.now();
    if (message.type === 'user_order') this.desk.hear(orderNews(message), null, now);
    if (message.type !== 'fill') return;
    const fill = fillNews(message);
    if (fill === null) this.#reconciler.sweepSoon();
    else this.desk.fill(fill, now);
  }

  /** Takes up the orders of an earlier life of the session that have not ended: before the first request. */
  resume(orders: readonly Resumed[]): void {
    const { tickerOf, clock } = this.#options;
    this.desk.resume(orders, ({ market }) => tickerOf(market), clock.now());
    this.#reconciler.sweepSoon();
  }

  /** Messages of {@link OWN_CHANNELS} may have been missed. */
  missed(): void {
    this.#reconciler.sweepSoon();
  }

  /** Stops asking; what is in doubt stays so. */
  stop(): Promise<void> {
    this.#lifeline?.stop();
    return this.#reconciler.stop();
  }

  async #create(order: Order, clientOrderId: string): Promise<void> {
    const { writes, tickerOf, clock } = this.#options;
    const groupId =
      order.group === null ? (this.#options.group ?? null) : ((await this.#groups.get(order.group)) ?? null);
    const outcome: Awaited<ReturnType<OrderWrites['create']>> =
      order.group !== null && groupId === null
        ? { kind: 'unsent', detail: `its order group ${order.group} could not be made` }
        : await writes.create({ ...this.#safely(order), ticker: tickerOf(order.market), clientOrderId, groupId });
    this.#note(`order ${order.id}`, outcome);
    this.desk.placed(order.id, outcome, clock.now());
  }

  /** Changes a resting order: at once, but for one whose life is being renewed. */
  async #change<Answer>(id: OrderId, send: () => Promise<WriteOutcome<Answer>>): Promise<WriteOutcome<Answer>> {
    const free = this.#lifeline?.free(id) ?? null;
    return (free === null ? null : await free) ?? send();
  }

  /** As the exchange is to guard it where this cannot: it ends soon unless it is renewed, and when its market pauses. */
  #safely(order: Order): Order {
    if (this.#lifeline === null || order.timeInForce !== 'good-till-cancelled') return order;
    return { ...order, cancelOnPause: true, expireTime: order.expireTime ?? this.#lifeline.end };
  }

  #note(what: string, outcome: WriteOutcome<unknown>): void {
    if (outcome.kind !== 'unknown' && outcome.kind !== 'unsent') return;
    const said = outcome.kind === 'unknown' ? `has an unknown outcome (${outcome.why})` : 'did not leave';
    const next = outcome.kind === 'unknown' ? "The exchange's lists settle it." : 'It was not sent again.';
    this.#options.sink.trouble(new Fault('exchange-unreachable', `${what} ${said}: ${outcome.detail}`, { next }));
  }

  #run(act: () => Promise<void>): void {
    act().catch((error: unknown) => this.#options.sink.crash(error));
  }
}
