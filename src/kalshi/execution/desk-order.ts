import type { CancelReason, Order, RejectReason } from '../../core/order.ts';
import type { Price } from '../../core/price.ts';
import type { Quantity } from '../../core/quantity.ts';
import { type Duration, SECOND, type Time } from '../../core/time.ts';
import type { VenueAnswer } from '../../core/venue-event.ts';
import type { Amended, Cancelled, Decreased, Placed } from '../decode-order-answer.ts';
import type { WriteOutcome } from '../rest-answer.ts';
import type { DeskVoice } from './desk-voice.ts';
import type { FillNews, OrderNews } from './own-messages.ts';
import { cancelReason, rejectReason } from './reasons.ts';
import type { ChangeType, Resumed } from './resumed.ts';

/**
 * A request older than this, by the clock on the wall, is refused by the exchange for its timestamp, so that it can no longer arrive: 30 s are known to be too
 * old, 5 s are for the difference of the clocks.
 */
export const SURELY_DEAD_AFTER = (35 * SECOND) as Duration;

/** Answers give their time to the millisecond, lists to the microsecond. */
const MILLISECOND = SECOND / 1_000;

/** A change under way. `asked`: no answer yet; `doubted`: the answer was lost; `not-found`: a 404, which proves nothing. */
interface Pending {
  readonly type: ChangeType;
  /** What it leads to; for a cancel, the order as it is. */
  readonly price: Price;
  readonly quantity: Quantity;
  standing: 'asked' | 'doubted' | 'not-found';
  doubtedAt: Time;
}

type NotAnswered = Exclude<WriteOutcome<unknown>, { kind: 'answered' }>;

/**
 * One of our orders: what is known of it at the exchange, and how much of that the engine has been told. Each fill is told once, and the
 * end only after every fill that the exchange speaks of.
 */
export class DeskOrder {
  readonly order: Order;
  readonly ticker: string;
  readonly clientOrderId: string;
  /** The exchange's id, the newest where an amend gave another; null until it is known. */
  orderId: string | null = null;
  standing: 'sent' | 'doubted' | 'open' | 'closed' = 'sent';
  /** Whether its row in the exchange's list is wanted for another reason than doubt. */
  unclear = false;
  /** Since when fills are due that have not come. */
  dueSince: Time | null = null;
  readonly #voice: DeskVoice;
  readonly #deadAfter: Duration;
  /** As the engine knows them; the quantity is the total, fills included. */
  #price: Price;
  #quantity: Quantity;
  #booked = 0 as Quantity;
  /** The most that the exchange is known to have filled. */
  #due = 0;
  readonly #held: FillNews[] = [];
  #end: CancelReason | 'executed' | null = null;
  #pending: Pending | null = null;
  #doubtedAt = 0 as Time;
  /** The exchange's time of the newest news of it. */
  #heardOf = 0 as Time;

  /** `deadAfter` is {@link SURELY_DEAD_AFTER} by the clock of the session. */
  constructor(order: Order, ticker: string, clientOrderId: string, voice: DeskVoice, deadAfter: Duration) {
    this.#deadAfter = deadAfter;
    this.order = order;
    this.ticker = ticker;
    this.clientOrderId = clientOrderId;
    this.#voice = voice;
    this.#price = order.price;
    this.#quantity = order.quantity;
  }

  /**
   * Takes up an order of an earlier life of the session, as its engine knew it then. What was under way is in doubt; what rests is compared
   * with the exchange's list.
   */
  resume({ orderId, price, quantity, filled, standing, change }: Resumed, now: Time): void {
    this.orderId = orderId;
    this.#price = price;
    this.#quantity = quantity;
    this.#booked = filled;
    this.#due = filled;
    this.#doubtedAt = now;
    this.standing = standing === 'open' ? 'open' : 'doubted';
    this.unclear = true;
    if (change !== null) this.#pending = { ...change, standing: 'doubted', doubtedAt: now };
    if (standing === 'sent' || change !== null) this.#tell({ type: 'in-doubt' }, now, now);
  }

  /** Whether a request for it went out and its outcome is not known. */
  get inDoubt(): boolean {
    return this.standing === 'doubted' || (this.#pending !== null && this.#pending.standing !== 'asked');
  }

  /** What of it rests at the exchange with no change under way, or null. */
  get resting(): { readonly orderId: string; readonly price: Price; readonly quantity: Quantity } | null {
    if (this.orderId === null || this.standing !== 'open' || this.#end !== null || this.#pending !== null) return null;
    return { orderId: this.orderId, price: this.#price, quantity: this.#quantity };
  }

  /** A change goes out. False where the order has ended meanwhile, or is not known yet: nothing is to be sent. */
  changing(type: ChangeType, price?: Price, quantity?: Quantity): boolean {
    if (this.orderId === null || this.#end !== null || this.standing === 'closed') return false;
    const to = { price: price ?? this.#price, quantity: quantity ?? this.#quantity };
    this.#pending = { type, ...to, standing: 'asked', doubtedAt: 0 as Time };
    return true;
  }

  /** What a decrease by so much leads to. */
  decreased(by: Quantity): Quantity {
    return Math.max(this.#booked, this.#quantity - by) as Quantity;
  }

  /** The create was answered. */
  placed(answer: Placed, now: Time): void {
    // Fills that waited for its id may have ended it.
    if (this.standing === 'closed') return;
    const time = this.#heard(answer.time, now);
    this.#owe(answer.filled, now);
    this.#opened(answer.remaining, time, now);
    if (answer.remaining === 0 && this.#end === null) {
      if (this.#due >= this.#quantity) this.#end = 'executed';
      else if (this.order.timeInForce === 'immediate-or-cancel') this.#end = 'immediate-remainder';
      else this.unclear = true;
    }
    this.#progress(time, now);
  }

  /** The create was not answered by a success. */
  notPlaced(outcome: NotAnswered, now: Time): void {
    if (this.standing !== 'sent' || this.orderId !== null) {
      // It is there, whatever this says: its row tells.
      this.unclear = true;
    } else if (outcome.kind === 'unknown' || isRepeat(outcome)) {
      this.standing = 'doubted';
      this.#doubtedAt = now;
      this.#tell({ type: 'in-doubt' }, now, now);
    } else this.#reject(outcome.kind === 'refused' ? rejectReason(outcome.refusal) : 'never-arrived', now);
  }

  cancelled(outcome: WriteOutcome<Cancelled>, now: Time): void {
    if (this.#pending === null || this.#end !== null) return;
    if (outcome.kind !== 'answered') {
      this.#notChanged(outcome, now);
      return;
    }
    const time = this.#heard(outcome.answer.time, now);
    this.#end = 'requested';
    this.#owe(this.#quantity - outcome.answer.reducedBy, now);
    this.#progress(time, now);
  }

  amended(outcome: WriteOutcome<Amended>, now: Time): void {
    if (this.#pending === null || this.#end !== null) return;
    if (outcome.kind !== 'answered') {
      this.#notChanged(outcome, now);
      return;
    }
    const { remaining, time } = outcome.answer;
    // Nothing left can be fills or a self-trade's end: its row says how much of each.
    if (remaining === 0) this.unclear = true;
    else if (remaining !== null) this.#owe(this.#pending.quantity - remaining, now);
    this.#changed(this.#pending.price, this.#pending.quantity, this.#heard(time, now), now);
  }

  decreasedTo(outcome: WriteOutcome<Decreased>, now: Time): void {
    if (this.#pending === null || this.#end !== null) return;
    if (outcome.kind !== 'answered') {
      this.#notChanged(outcome, now);
      return;
    }
    const { remaining, time } = outcome.answer;
    if (remaining === 0) {
      // All was taken off, or had filled: how much of each, its row says.
      this.#pending.standing = 'doubted';
      this.#pending.doubtedAt = now;
      return;
    }
    this.#owe(this.#pending.quantity - remaining, now);
    this.#changed(this.#pending.price, this.#pending.quantity, this.#heard(time, now), now);
  }

  /** A fill that was not known before. */
  fill(fill: FillNews, now: Time): void {
    const what = `fill ${fill.tradeId} of order ${this.order.id} (${this.ticker})`;
    if (this.standing === 'closed') this.#voice.alarm(`${what} is told after the order had ended`);
    else if (fill.side !== this.order.side || fill.ticker !== this.ticker) {
      this.#voice.alarm(`${what} is of another side or market: ${fill.ticker}`);
    } else {
      this.#held.push(fill);
      this.#owe(this.#told, now);
      this.#progress(fill.time ?? now, now);
    }
  }

  /**
   * What the exchange says of it. `asOf` is the moment up to which the list was complete, null for a message of a channel: only a list can
   * say that something did not happen.
   */
  hear(news: OrderNews, asOf: Time | null, now: Time): void {
    if (this.standing === 'closed') {
      if (news.filled <= this.#booked) return;
      const said = `${this.#booked} hundredths filled, and the exchange says ${news.filled}`;
      this.#voice.alarm(`order ${this.order.id} (${this.ticker}) ended with ${said}`);
      return;
    }
    if (news.status === 'resting' && news.updated !== null && news.updated < this.#heardOf - MILLISECOND) {
      this.#voice.counts.staleNews++;
      return;
    }
    const time = this.#heard(news.updated, now);
    // What an ended order has filled is final; of one that rests it can only have become more.
    if (news.status !== 'resting') this.#due = news.filled;
    this.#owe(news.filled, now);
    if (news.status === 'resting') this.#rests(news, asOf, time, now);
    else if (this.#end === null) this.#ended(news, time, now);
    this.#progress(time, now);
  }

  /** A complete list of its market, true up to `asOf`, does not have it. */
  missedIn(asOf: Time, now: Time): void {
    if (this.standing !== 'doubted' || this.orderId !== null || asOf - this.#doubtedAt < this.#deadAfter) return;
    this.#voice.counts.neverArrived++;
    this.#reject('never-arrived', now);
  }

  get #remaining(): Quantity {
    return (this.#quantity - this.#booked) as Quantity;
  }

  /** Fills that are known, told to the engine or held. */
  get #told(): number {
    return this.#held.reduce((sum, fill) => sum + fill.quantity, this.#booked as number);
  }

  /** Whether a change is under way that may have made room for more fills than the engine knows of. */
  get #mayGrow(): boolean {
    return this.#pending !== null && this.#pending.quantity > this.#quantity;
  }

  /** Learns that the exchange has filled at least so much. */
  #owe(filled: number, now: Time): void {
    this.#due = Math.max(this.#due, filled);
    this.dueSince = this.#due <= this.#told ? null : (this.dueSince ?? now);
  }

  #heard(time: Time | null, now: Time): Time {
    if (time === null) return now;
    this.#heardOf = Math.max(this.#heardOf, time) as Time;
    return time;
  }

  /** The exchange has it: the engine hears so once. */
  #opened(resting: Quantity, time: Time, now: Time): void {
    if (this.standing === 'open') return;
    if (this.standing === 'doubted') this.#voice.counts.createdAfterAll++;
    this.standing = 'open';
    this.#tell({ type: 'accepted', resting }, time, now);
  }

  #rests(news: OrderNews, asOf: Time | null, time: Time, now: Time): void {
    this.unclear = false;
    this.#opened(news.remaining, time, now);
    const pending = this.#pending;
    if (pending === null || pending.standing === 'asked') return;
    const dead = asOf !== null && asOf - pending.doubtedAt >= this.#deadAfter;
    const total = (news.filled + news.remaining) as Quantity;
    const isNew = news.price === pending.price && total === pending.quantity;
    const isOld = news.price === this.#price && total === this.#quantity;
    if (pending.type === 'cancel' || isOld) {
      if (dead) this.#stood(pending, now);
    } else if (isNew || dead) {
      this.#voice.counts.changedAfterAll++;
      this.#changed(news.price, total, time, now);
    }
  }

  /** A doubted change that the exchange never saw, or refused: the order stands as it was. */
  #stood({ type, standing }: Pending, now: Time): void {
    const reason = standing === 'not-found' ? 'not-found' : 'never-arrived';
    this.#pending = null;
    if (type === 'cancel') {
      this.#voice.counts.cancelNeverArrived++;
      this.#tell({ type: 'cancel-rejected', reason }, now, now);
    } else {
      this.#voice.counts.changeNeverArrived++;
      this.#tell({ type: 'amend-rejected', reason }, now, now);
    }
  }

  #ended(news: OrderNews, time: Time, now: Time): void {
    if (this.standing !== 'open' && news.reason === 'PostOnlyCrossCancel' && news.filled === 0) {
      if (this.standing === 'doubted') this.#voice.counts.createdAfterAll++;
      this.#reject('post-only-cross', now);
      return;
    }
    this.#opened(0 as Quantity, time, now);
    if (this.#pending !== null && this.#pending.standing !== 'asked') {
      if (this.#pending.type === 'cancel') this.#voice.counts.cancelledAfterAll++;
      else this.#voice.counts.endedInDoubt++;
    }
    const reason = cancelReason(news.reason);
    const atOnce = reason === 'requested' && this.order.timeInForce === 'immediate-or-cancel';
    this.#end = news.status === 'executed' ? 'executed' : atOnce ? 'immediate-remainder' : reason;
  }

  #changed(price: Price, quantity: Quantity, time: Time, now: Time): void {
    this.#pending = null;
    this.#price = price;
    this.#quantity = quantity;
    this.#tell({ type: 'amended', price, quantity }, time, now);
    this.#progress(time, now);
  }

  /** A change was refused, did not leave, or its outcome is unknown. */
  #notChanged(outcome: NotAnswered, now: Time): void {
    const pending = this.#pending!;
    const gone = outcome.kind === 'refused' && outcome.refusal.status === 404;
    if (outcome.kind === 'unknown' || gone) {
      pending.standing = gone ? 'not-found' : 'doubted';
      pending.doubtedAt = now;
      this.#tell({ type: 'in-doubt' }, now, now);
      return;
    }
    this.#pending = null;
    const reason = outcome.kind === 'refused' ? rejectReason(outcome.refusal) : 'never-arrived';
    this.#tell({ type: pending.type === 'cancel' ? 'cancel-rejected' : 'amend-rejected', reason }, now, now);
    this.#progress(now, now);
  }

  /** Tells of the fills that fit, and of the end once every fill is told. */
  #progress(time: Time, now: Time): void {
    if (this.standing === 'closed') return;
    const complete = this.#end !== null && this.#due <= this.#told;
    if (complete && this.#due > this.#quantity) {
      this.#outgrown(time, now);
      return;
    }
    if (complete) this.#pending = null;
    while (this.#held.length > 0 && this.#fits(this.#held[0]!)) this.#book(this.#held.shift()!, now);
    if (this.#remaining === 0) this.#close();
    else if (complete) {
      const reason = this.#end === 'executed' ? 'requested' : this.#end!;
      this.#tell({ type: 'cancelled', reason, quantity: this.#remaining }, time, now);
      this.#close();
    }
  }

  /** The engine takes an order for done when it is filled: the fill that would do so waits for a change that may have made it larger. */
  #fits({ quantity }: FillNews): boolean {
    return this.#mayGrow ? quantity < this.#remaining : quantity <= this.#remaining;
  }

  /** It ended with more fills than it was known to have room for: a doubted amend had made it larger. */
  #outgrown(time: Time, now: Time): void {
    if (this.#mayGrow && this.#due <= this.#pending!.quantity) {
      this.#voice.counts.changedAfterAll++;
      this.#changed(this.#pending!.price, this.#pending!.quantity, time, now);
    } else this.#voice.alarm(`order ${this.order.id} filled ${this.#due} hundredths of ${this.#quantity}`);
  }

  #book({ tradeId, price, quantity, fee, taker, time }: FillNews, now: Time): void {
    if (this.standing === 'doubted') this.#opened(this.#remaining, time ?? now, now);
    this.#booked = (this.#booked + quantity) as Quantity;
    const { id, market, side } = this.order;
    const liquidity = taker ? 'taker' : 'maker';
    const fill = { order: id, market, side, price, quantity, liquidity, fee, source: 0 } as const;
    this.#tell({ type: 'filled', fill, remaining: this.#remaining, trade: tradeId }, time ?? now, now);
  }

  #reject(reason: RejectReason, now: Time): void {
    this.#tell({ type: 'rejected', reason }, now, now);
    this.#close();
  }

  #close(): void {
    this.standing = 'closed';
    this.#pending = null;
    this.dueSince = null;
    this.unclear = false;
  }

  #tell(answer: VenueAnswer, exchangeTime: Time, localTime: Time): void {
    this.#voice.say({ order: this.order.id, exchangeTime, localTime, answer });
  }
}

/** The exchange knows the id already: it heard the order before, by whatever way. */
function isRepeat(outcome: NotAnswered): boolean {
  return outcome.kind === 'refused' && outcome.refusal.code === 'order_already_exists';
}
