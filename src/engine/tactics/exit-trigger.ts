import { BID, type Side } from '../../core/side.ts';

export interface ExitTriggerPlan {
  /** The side that closes the position: an ask closes YES, a bid closes NO. */
  readonly exitSide: Side;
  /** YES price in 1e-4 dollars at which the stop fires, or null for none. */
  readonly stop: number | null;
  /** How far, in 1e-4 dollars, the stop follows the best price seen, or null for a stop that stays. */
  readonly trail: number | null;
}

/** A stop, which may trail: it fires once a price at or beyond its level is seen. */
export class ExitTrigger {
  readonly #plan: ExitTriggerPlan;
  #level: number | null;

  constructor(plan: ExitTriggerPlan) {
    this.#plan = plan;
    this.#level = plan.stop;
  }

  /** Where the stop stands now, in 1e-4 dollars. */
  get level(): number | null {
    return this.#level;
  }

  /** Shows it a price; true when the stop fires. The level before this price decides, then a better price moves it. */
  see(price: number): boolean {
    const { exitSide, trail } = this.#plan;
    const long = exitSide !== BID;
    const level = this.#level;
    if (level !== null && (long ? price <= level : price >= level)) return true;
    if (trail === null) return false;
    const moved = long ? price - trail : price + trail;
    if (level === null || (long ? moved > level : moved < level)) this.#level = moved;
    return false;
  }
}
