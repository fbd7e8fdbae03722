import type { Money } from '../core/money.ts';
import type { Order, OrderGroupId, OrderId } from '../core/order.ts';
import type { Price } from '../core/price.ts';
import type { Quantity } from '../core/quantity.ts';
import type { Random } from '../core/random.ts';
import type { Grade } from '../core/tape-block.ts';
import type { Duration, Time } from '../core/time.ts';
import { TimeQueue } from '../core/time-queue.ts';
import { Engine } from '../engine/engine.ts';
import type { Execution } from '../engine/execution.ts';
import { type Asking, type Inference, NO_MODELS } from '../engine/inference.ts';
import type { Journal } from '../engine/journal.ts';
import type { LimitSettings } from '../engine/limits.ts';
import type { MarketState } from '../engine/market-state.ts';
import type { Strategy } from '../engine/strategy.ts';
import { Account } from '../ledger/account.ts';
import type { FeeBook } from '../ledger/fee-book.ts';
import type { Membership } from '../ledger/fees.ts';
import type { Due } from './agenda.ts';
import type { ApiTier } from './api-budget.ts';
import type { Lane } from './lane.ts';
import { INFERENCE_DELAY, type Latency } from './latency.ts';
import type { ScoreBoard } from './score-board.ts';
import { Venue } from './venue.ts';
import type { VenueWatch } from './venue-watch.ts';

export interface LaneRunOptions {
  readonly lane: Lane;
  readonly strategy: Strategy;
  readonly grade: Grade;
  readonly localState: MarketState;
  readonly exchangeState: MarketState;
  readonly fees: FeeBook;
  readonly membership: Membership;
  readonly limits: LimitSettings;
  readonly latency: Latency;
  /** How many requests the venue takes from us. */
  readonly tier: ApiTier;
  readonly startingCash: Money;
  /** How much earlier than written a recorded event may have happened, in µs. */
  readonly resolution: number;
  readonly journal: Journal;
  readonly random: Random;
  readonly watch?: VenueWatch | undefined;
  /** Where questions to models are left. Default: no model is loaded. */
  readonly scores?: ScoreBoard | undefined;
}

/** One strategy instance under one set of assumptions: its engine, its venue, and what travels between them. */
export class LaneRun implements Execution, Inference {
  readonly lane: Lane;
  readonly engine: Engine;
  readonly venue: Venue;
  readonly agenda = new TimeQueue<Due>();
  readonly watch: VenueWatch | undefined;
  /** The shortest time that a request of this lane takes to its venue. */
  readonly requestDelay: Duration;
  readonly #latency: Latency;
  readonly #response: Duration;
  /** Null where every message takes the lane's quantile. */
  readonly #draws: Random | null;
  readonly #scores: ScoreBoard | undefined;
  #lastAnswer = 0;

  constructor(options: LaneRunOptions) {
    this.lane = options.lane;
    this.watch = options.watch;
    const { latency, lane } = options;
    this.#latency = latency;
    this.#scores = options.scores;
    this.#draws = latency.drawn === true ? options.random.fork('latency') : null;
    this.requestDelay = this.#draws === null ? latency.request.quantile(lane.latencyQuantile) : latency.request.least;
    this.#response = latency.response.quantile(lane.latencyQuantile);
    const account = new Account(options.startingCash);
    this.engine = new Engine({
      ...options,
      state: options.localState,
      account,
      execution: this,
      inference: this,
      releasesDaily: true,
    });
    this.venue = new Venue({
      ...options,
      state: options.exchangeState,
      answer: (order, exchangeTime, answer) => {
        // One connection: an answer never overtakes the one before it.
        const localTime = Math.max(exchangeTime + this.#responseTime(), this.#lastAnswer) as Time;
        this.#lastAnswer = localTime;
        this.agenda.add(localTime, { type: 'answer', event: { order, exchangeTime, localTime, answer } });
      },
      schedule: (time, due) => this.agenda.add(time, due),
    });
  }

  /** When this lane next has something to do that the tape does not drive. */
  get next(): Time {
    const { agenda, engine } = this;
    return agenda.next <= engine.timers.next ? agenda.next : engine.timers.next;
  }

  get models(): ReadonlySet<string> {
    return (this.#scores ?? NO_MODELS).models;
  }

  /** Whether the next thing to do is to hear a model that has not answered: then somebody must wait for it. */
  get awaitsScore(): boolean {
    if (this.#scores === undefined) return false;
    const { agenda, engine } = this;
    if (engine.timers.next < agenda.next) return false;
    const due = agenda.first;
    return due?.type === 'prediction' && due.asking.question.answer === null;
  }

  ask(asking: Asking): void {
    this.#scores!.add(asking.question);
    const askedTime = this.engine.now;
    this.agenda.add((askedTime + INFERENCE_DELAY) as Time, { type: 'prediction', asking, askedTime });
  }

  submit(order: Order): void {
    this.agenda.add(this.#arrival(), { type: 'submit', order });
  }

  cancel(order: OrderId): void {
    this.agenda.add(this.#arrival(), { type: 'cancel', order });
  }

  amend(order: OrderId, price: Price, quantity: Quantity): void {
    this.agenda.add(this.#arrival(), { type: 'amend', order, price, quantity });
  }

  decrease(order: OrderId, by: Quantity): void {
    this.agenda.add(this.#arrival(), { type: 'decrease', order, by });
  }

  /** Groups are opened once and awaited: no order is sent before the venue knows its group. */
  openGroup(group: OrderGroupId, contracts: Quantity): void {
    this.venue.openGroup(group, contracts);
  }

  resetGroup(group: OrderGroupId): void {
    this.agenda.add(this.#arrival(), { type: 'reset-group', group });
  }

  /** When a request sent now reaches the venue. Drawn delays let a later request overtake an earlier one, as parallel connections do. */
  #arrival(): Time {
    const delay = this.#draws === null ? this.requestDelay : this.#latency.request.draw(this.#draws);
    return (this.engine.now + delay) as Time;
  }

  #responseTime(): Duration {
    return this.#draws === null ? this.#response : this.#latency.response.draw(this.#draws);
  }

  /** The tape has ended: what the venue had answered by then is still heard, however late. */
  hearOut(end: Time): void {
    while (this.agenda.length > 0) {
      const due = this.agenda.take();
      if (due.type === 'answer' && due.event.exchangeTime <= end) this.engine.answer(due.event);
    }
  }

  /** Does the earliest thing that is due. The driver has brought the exchange's state up to that time. */
  work(): void {
    const { agenda, engine, venue, watch } = this;
    if (engine.timers.next < agenda.next) {
      engine.wake();
      return;
    }
    const time = agenda.next;
    const due = agenda.take();
    if (due.type === 'answer') {
      engine.answer(due.event);
      return;
    }
    if (due.type === 'prediction') {
      engine.predicted(due.asking, due.askedTime, time);
      return;
    }
    watch?.before(venue, due, time);
    this.#take(due, time);
    watch?.after(venue, due, time);
  }

  #take(due: Exclude<Due, { readonly type: 'answer' | 'prediction' }>, time: Time): void {
    const { venue } = this;
    switch (due.type) {
      case 'submit':
        venue.submit(due.order, time);
        return;
      case 'cancel':
        venue.cancel(due.order, time);
        return;
      case 'amend':
        venue.amend(due.order, due.price, due.quantity, time);
        return;
      case 'decrease':
        venue.decrease(due.order, due.by, time);
        return;
      case 'reset-group':
        venue.resetGroup(due.group, time);
        return;
      case 'expire':
        venue.expire(due.order, time);
        return;
      case 'print-deadline':
        venue.printDeadline(due.order, time);
    }
  }
}
