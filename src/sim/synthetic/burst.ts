import type { Quantity } from '../../core/quantity.ts';
import type { Random } from '../../core/random.ts';
import { ASK, BID, opposite, type Side } from '../../core/side.ts';
import { SECOND, type Time } from '../../core/time.ts';
import type { StaffedMarket } from './event-course.ts';
import type { RestingOrder } from './order-book.ts';
import { BURST_OWNER } from './owners.ts';
import type { Stage } from './stage.ts';

/** Orders that one burst keeps in the books at most, and the share of its moves that take. */
const MOST_RESTING = 60;
const TAKE_SHARE = 0.04;
/** Rows that a move makes on average: one, two and more where it takes, none where it finds no place. */
const ROWS_A_MOVE = 0.97;

/** Some seconds in which machines flicker around the best prices of one event, at the configured peak of rows a second. */
export class NewsBurst {
  readonly #staffed: readonly StaffedMarket[];
  readonly #stage: Stage;
  readonly #random: Random;
  readonly #resting: RestingOrder[] = [];
  #end = 0;

  constructor(staffed: readonly StaffedMarket[], stage: Stage, random: Random) {
    this.#staffed = staffed;
    this.#stage = stage;
    this.#random = random;
  }

  begin(now: Time): void {
    this.#end = now + Math.round(this.#stage.config.bursts.seconds * SECOND);
    this.#move(now);
  }

  #move(now: Time): void {
    const { agenda, config, exchange } = this.#stage;
    if (now >= this.#end) {
      for (const order of this.#resting) exchange.cancel(order, now);
      for (const { makers } of this.#staffed) makers.requote(now);
      return;
    }
    this.#act(now);
    const gap = this.#random.exponential((SECOND * ROWS_A_MOVE) / config.bursts.peak);
    agenda.at((now + Math.max(1, Math.round(gap))) as Time, (at) => this.#move(at));
  }

  #act(now: Time): void {
    const random = this.#random;
    const resting = this.#resting;
    const { exchange } = this.#stage;
    if (resting.length > random.below(MOST_RESTING)) {
      const order = resting.splice(random.below(resting.length), 1)[0]!;
      exchange.cancel(order, now);
      return;
    }
    const { market } = this.#staffed[random.below(this.#staffed.length)]!;
    if (!market.trading) return;
    const { book } = market;
    const side: Side = random.uniform() < 0.5 ? BID : ASK;
    const quantity = (100 * (1 + random.below(20))) as Quantity;
    if (random.uniform() < TAKE_SHARE) {
      const best = book.best(opposite(side));
      if (best !== undefined) exchange.take(book, BURST_OWNER, side, best, quantity, now);
      return;
    }
    const best = book.best(side);
    if (best === undefined) return;
    const level = side === BID ? best - random.below(3) : best + random.below(3);
    if (level < 0 || level >= book.grid.size || book.crosses(side, level)) return;
    const order = exchange.submit(book, BURST_OWNER, side, level, quantity, now);
    if (order !== null) resting.push(order);
  }
}
