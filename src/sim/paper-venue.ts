import type { Clock } from '../core/clock.ts';
import type { Market, MarketIndex } from '../core/market.ts';
import { MarketEvent } from '../core/market-event.ts';
import type { Order, OrderGroupId, OrderId } from '../core/order.ts';
import type { Price } from '../core/price.ts';
import type { Quantity } from '../core/quantity.ts';
import type { Grade } from '../core/tape-block.ts';
import { type Duration, NEVER, type Time } from '../core/time.ts';
import { TimeQueue } from '../core/time-queue.ts';
import type { VenueEvent } from '../core/venue-event.ts';
import type { Execution } from '../engine/execution.ts';
import { MarketState } from '../engine/market-state.ts';
import type { FeeBook } from '../ledger/fee-book.ts';
import type { Membership } from '../ledger/fees.ts';
import type { Due } from './agenda.ts';
import { BASIC_TIER } from './api-budget.ts';
import type { Lane } from './lane.ts';
import type { Latency } from './latency.ts';
import { Venue } from './venue.ts';
import { tellVenues } from './venue-rows.ts';

export interface PaperVenueOptions {
  readonly lane: Lane;
  readonly grade: Grade;
  readonly fees: FeeBook;
  readonly membership: Membership;
  readonly latency: Latency;
  readonly clock: Clock;
  readonly answer: (event: VenueEvent) => void;
  /** The code itself is wrong. */
  readonly crash: (error: unknown) => void;
}

/**
 * The simulator's venue in real time, for orders that only pretend: it hears the market as a feed tells it, takes each request when it would have arrived,
 * and its answers come when they would have. The same rules for queues and fills as in a backtest's lane.
 */
export class PaperVenue implements Execution {
  readonly #options: PaperVenueOptions;
  readonly #state = new MarketState([]);
  readonly #venue: Venue;
  readonly #concerned = new Map<MarketIndex, Venue[]>();
  readonly #agenda = new TimeQueue<Due>();
  readonly #event = new MarketEvent();
  readonly #request: Duration;
  readonly #response: Duration;
  #lastAnswer = 0;
  /** The exchange's time of the newest event: it never steps back. */
  #heard = 0;
  #wakeAt = NEVER as number;
  #callOff: () => void = () => {};
  #stopped = false;

  constructor(options: PaperVenueOptions) {
    this.#options = options;
    const { lane, latency } = options;
    this.#request = latency.request.quantile(lane.latencyQuantile);
    this.#response = latency.response.quantile(lane.latencyQuantile);
    this.#venue = new Venue({
      ...options,
      state: this.#state,
      resolution: 0,
      tier: BASIC_TIER,
      answer: (order, exchangeTime, answer) => {
        // One connection: an answer never overtakes the one before it.
        const localTime = Math.max(exchangeTime + this.#response, this.#lastAnswer) as Time;
        this.#lastAnswer = localTime;
        this.#add(localTime, { type: 'answer', event: { order, exchangeTime, localTime, answer } });
      },
      schedule: (time, due) => this.#add(time, due),
    });
    this.#venue.follow = (market) => this.#concerned.set(market, [this.#venue]);
  }

  /** A market is followed from now on; its index is the next. */
  market(market: Market): void {
    this.#state.add(market);
  }

  /** One event of the feed, before the engine is told of it. What was due before it is done first. */
  event({ kind, market, side, price, quantity, more, exchangeTime, localTime, detail }: MarketEvent): void {
    this.#work(localTime);
    const own = this.#event;
    Object.assign(own, { kind, market, side, price, quantity, more, exchangeTime, localTime, detail });
    // What is heard had happened by then, and a clock there that is ahead of ours must not make a print come after an order that it came before.
    own.writtenTime = Math.min(exchangeTime, localTime - this.#options.latency.feed) as Time;
    own.exchangeTime = Math.max(this.#heard, Math.min(exchangeTime, localTime)) as Time;
    this.#heard = own.exchangeTime;
    own.sequence = this.#state.sequence + 1;
    tellVenues(this.#state, own, this.#concerned);
  }

  submit(order: Order): void {
    this.#send({ type: 'submit', order });
  }

  cancel(order: OrderId): void {
    this.#send({ type: 'cancel', order });
  }

  amend(order: OrderId, price: Price, quantity: Quantity): void {
    this.#send({ type: 'amend', order, price, quantity });
  }

  decrease(order: OrderId, by: Quantity): void {
    this.#send({ type: 'decrease', order, by });
  }

  openGroup(group: OrderGroupId, contracts: Quantity): void {
    this.#venue.openGroup(group, contracts);
  }

  resetGroup(group: OrderGroupId): void {
    this.#send({ type: 'reset-group', group });
  }

  /** Nothing is done or told any more. */
  stop(): void {
    this.#stopped = true;
    this.#callOff();
  }

  #send(due: Due): void {
    this.#add((this.#options.clock.now() + this.#request) as Time, due);
  }

  #add(time: Time, due: Due): void {
    this.#agenda.add(time, due);
    this.#wake();
  }

  #wake(): void {
    const { next } = this.#agenda;
    if (this.#stopped || next === this.#wakeAt) return;
    this.#callOff();
    this.#wakeAt = next;
    if (next === NEVER) return;
    const { clock, crash } = this.#options;
    this.#callOff = clock.wakeAfter(Math.max(0, next - clock.now()) as Duration, () => {
      this.#wakeAt = NEVER;
      try {
        this.#work(clock.now());
      } catch (error) {
        crash(error);
      }
    });
  }

  /** Does what is due up to now, each at its own time; what is answered is heard now. */
  #work(until: Time): void {
    while (this.#agenda.next <= until && !this.#stopped) {
      const time = this.#agenda.next;
      const due = this.#agenda.take();
      if (due.type === 'answer') {
        this.#options.answer({ ...due.event, localTime: until });
      } else if (due.type === 'submit') this.#venue.submit(due.order, time);
      else if (due.type === 'cancel') this.#venue.cancel(due.order, time);
      else if (due.type === 'amend') this.#venue.amend(due.order, due.price, due.quantity, time);
      else if (due.type === 'decrease') this.#venue.decrease(due.order, due.by, time);
      else if (due.type === 'reset-group') this.#venue.resetGroup(due.group, time);
      else if (due.type === 'expire') this.#venue.expire(due.order, time);
      else if (due.type === 'print-deadline') this.#venue.printDeadline(due.order, time);
    }
    this.#wake();
  }
}
