import type { Clock } from '../../core/clock.ts';
import { Fault } from '../../core/fault.ts';
import type { OrderId } from '../../core/order.ts';
import type { Duration, Time } from '../../core/time.ts';
import type { OrderWrites } from '../order-writes.ts';
import type { WriteOutcome } from '../rest-answer.ts';
import type { DeskOrder } from './desk-order.ts';
import type { OrderDesk } from './order-desk.ts';

/** By the clock of the session. */
export interface LifelineSettings {
  /** How long an order rests when nobody renews it. */
  readonly lasts: Duration;
  /** How often it is renewed. */
  readonly renewEvery: Duration;
}

export interface LifelineOptions extends LifelineSettings {
  readonly desk: OrderDesk;
  readonly writes: Pick<OrderWrites, 'amend'>;
  readonly clock: Clock;
  /** How long a request can be on its way. */
  readonly deadAfter: Duration;
  readonly sink: { crash(error: unknown): void; trouble(fault: Fault): void };
}

type Unsent = Extract<WriteOutcome<never>, { kind: 'unsent' }>;

/**
 * Gives resting orders a short life at the exchange and renews it while the process lives: one that is dead, frozen or cut off leaves nothing that
 * rests for long. A change of the expiry alone keeps an order's place in its queue. Renewals and changes of price or size must not overtake one another,
 * because each states the whole order: a change waits for the renewal that is under way, and is not sent while one that was lost may still arrive.
 */
export class Lifeline {
  readonly #options: LifelineOptions;
  /** Renewals under way. */
  readonly #renewing = new Map<OrderId, Promise<void>>();
  /** Since when a renewal of an order is lost. */
  readonly #lost = new Map<OrderId, Time>();
  #callOff: () => void;
  #stopped = false;

  constructor(options: LifelineOptions) {
    this.#options = options;
    this.#callOff = this.#wait();
  }

  /** When an order that is sent or renewed now ends, to the whole second. */
  get end(): Time {
    const { clock, lasts } = this.#options;
    return (clock.now() + lasts) as Time;
  }

  /** Resolves when an order may be changed; with an outcome in place of the change where it may not. Null where it may be at once. */
  free(id: OrderId): Promise<Unsent | null> | null {
    return this.#renewing.has(id) || this.#lost.has(id) ? this.#renewed(id) : null;
  }

  async #renewed(id: OrderId): Promise<Unsent | null> {
    await this.#renewing.get(id);
    const lost = this.#lost.get(id);
    if (lost === undefined) return null;
    if (this.#options.clock.now() - lost >= this.#options.deadAfter) {
      this.#lost.delete(id);
      return null;
    }
    return { kind: 'unsent', detail: 'a renewal of its life was lost, and could still undo the change' };
  }

  stop(): void {
    this.#stopped = true;
    this.#callOff();
  }

  #wait(): () => void {
    const { clock, renewEvery } = this.#options;
    return clock.wakeAfter(renewEvery, () => {
      if (this.#stopped) return;
      for (const order of this.#options.desk.restingOrders) this.#renew(order);
      this.#callOff = this.#wait();
    });
  }

  #renew({ order, ticker, clientOrderId, resting }: DeskOrder): void {
    const { id, side, expireTime } = order;
    if (resting === null || expireTime !== null || this.#renewing.has(id)) return;
    const { desk, writes, clock, sink } = this.#options;
    const { orderId, price, quantity } = resting;
    const renewal = { orderId, ticker, side, price, quantity, clientOrderId, expireTime: this.end };
    const done = writes
      .amend(renewal)
      .then((outcome) => {
        if (outcome.kind === 'unknown') this.#lost.set(id, clock.now());
        if (outcome.kind === 'unknown' || (outcome.kind === 'refused' && outcome.refusal.status !== 404)) {
          sink.trouble(notRenewed(id));
        }
        desk.renewAnswered(id, outcome, clock.now());
      })
      .catch((error: unknown) => sink.crash(error))
      .finally(() => this.#renewing.delete(id));
    this.#renewing.set(id, done);
  }
}

function notRenewed(id: OrderId): Fault {
  return new Fault('exchange-unreachable', `the life of order ${id} may not have been renewed`, {
    next: 'It is tried again; an order that is not renewed ends at the exchange by itself.',
  });
}
