import type { Clock } from '../../core/clock.ts';
import type { Market } from '../../core/market.ts';
import type { MarketEvent } from '../../core/market-event.ts';
import type { Order, OrderGroupId, OrderId } from '../../core/order.ts';
import type { Price } from '../../core/price.ts';
import type { Quantity } from '../../core/quantity.ts';
import type { Membership } from '../../ledger/fees.ts';
import { type LoggedEngine, SESSION_GRADE } from '../../live/logged-engine.ts';
import type { DeskHooks, SessionDesk } from '../../live/session-desk.ts';
import { PESSIMISTIC } from '../../sim/lane.ts';
import { ASSUMED_LATENCY } from '../../sim/latency.ts';
import { PaperVenue } from '../../sim/paper-venue.ts';

/** The lane whose rules decide the fills of a paper session: the least kind one. */
export const PAPER_LANE = PESSIMISTIC;

/** A session's orders that go nowhere: the simulator's venue stands behind the exchange's books. Its account is the engine's own. */
export class PaperDesk implements SessionDesk {
  readonly channels: readonly string[] = [];
  readonly inDoubt = 0;
  readonly calls: readonly boolean[] = [];
  readonly checks = 0;
  readonly gap = null;
  readonly #venue: PaperVenue;
  readonly #barred: () => string | null;

  /** `barred` says why nothing may be sent any more: a kill from outside. */
  constructor(
    { fees }: LoggedEngine,
    hooks: DeskHooks,
    {
      clock,
      membership,
      barred,
    }: { readonly clock: Clock; readonly membership: Membership; readonly barred: () => string | null },
  ) {
    this.#barred = barred;
    this.#venue = new PaperVenue({
      lane: PAPER_LANE,
      grade: SESSION_GRADE,
      fees,
      membership,
      latency: ASSUMED_LATENCY,
      clock,
      answer: (event) => hooks.answer(event),
      crash: (error) => hooks.crash(error),
    });
  }

  market(market: Market): void {
    this.#venue.market(market);
  }

  event(event: MarketEvent): void {
    this.#venue.event(event);
  }

  /** It asks for no channel, so that no message comes; without an account there is none to miss either. */
  message(): void {}

  missed(): void {}

  /** A paper session that was killed is not taken up: its venue is gone with it. */
  resume(): void {}

  async compare(): Promise<null> {
    return null;
  }

  async stop(): Promise<void> {
    this.#venue.stop();
  }

  submit(order: Order): void {
    if (this.#barred() === null) this.#venue.submit(order);
  }

  cancel(order: OrderId): void {
    this.#venue.cancel(order);
  }

  amend(order: OrderId, price: Price, quantity: Quantity): void {
    this.#venue.amend(order, price, quantity);
  }

  decrease(order: OrderId, by: Quantity): void {
    this.#venue.decrease(order, by);
  }

  openGroup(group: OrderGroupId, contracts: Quantity): void {
    this.#venue.openGroup(group, contracts);
  }

  resetGroup(group: OrderGroupId): void {
    this.#venue.resetGroup(group);
  }
}
