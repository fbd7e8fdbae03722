import type { MarketIndex, Settlement } from '../../core/market.ts';
import type { Money } from '../../core/money.ts';
import type { Fill, Order } from '../../core/order.ts';
import { direction, legName, sideName } from '../../core/side.ts';
import type { Time } from '../../core/time.ts';
import type { VenueEvent } from '../../core/venue-event.ts';
import type { Journal, StopAction } from '../../engine/journal.ts';
import { unitCost } from '../../engine/limits.ts';
import type { MarketState } from '../../engine/market-state.ts';
import type { OrderView, Prediction, Reasons } from '../../engine/strategy.ts';
import { Digest } from '../store/digest.ts';
import type { RunTable } from '../store/run-tables.ts';

/** Actions that say why there was no trade, by their first words: the rest of an action is what they differ in. */
const NOT_TRADING = /^(skip|pause|missed|refused)\b|: missed$/;

/** Takes one row of a table of the run. */
export type RowSink = (table: RunTable, row: Readonly<Record<string, unknown>>) => void;

/** What was known of a market when something was decided about it. */
interface Snapshot {
  readonly bid_e4: number | null;
  readonly bid_e2: number | null;
  readonly ask_e4: number | null;
  readonly ask_e2: number | null;
  readonly last_e4: number | null;
  readonly volume_e2: number | null;
}

const NO_MARKET: Snapshot = { bid_e4: null, bid_e2: null, ask_e4: null, ask_e2: null, last_e4: null, volume_e2: null };

interface OrderFacts {
  readonly asked: number;
  readonly sequence: number;
  readonly market: Snapshot;
  /** What the book that was then known would have given for what crosses it, 1e-5 dollars a contract; null where nothing does. */
  readonly expected: number | null;
  answered: number | null;
  fees: number;
}

/**
 * Writes what one arm does in one lane as rows, counts it, and folds every request, answer, fill and settlement into a digest: one
 * changed fill changes it.
 */
export class LaneJournal implements Journal {
  decisions = 0;
  orders = 0;
  refusals = 0;
  rejections = 0;
  fills = 0;
  makerFills = 0;
  contracts = 0;
  traded = 0;
  /** How often each skip, refusal and rejection happened. */
  readonly reasons = new Map<string, number>();
  /** What was paid to open, by market, in 1e-6 dollars. */
  readonly staked = new Map<MarketIndex, number>();
  readonly #digest = new Digest();
  readonly #arm: string;
  readonly #lane: string;
  readonly #state: () => MarketState;
  readonly #sink: RowSink | null;
  readonly #facts = new Map<number, OrderFacts>();

  /** Without a sink nothing is written and no row is built; counts and digest are the same. */
  constructor(arm: string, lane: string, state: () => MarketState, sink: RowSink | null) {
    this.#arm = arm;
    this.#lane = lane;
    this.#state = state;
    this.#sink = sink;
  }

  /** Ends the digest; nothing may be told afterwards. */
  digest(): string {
    return this.#digest.hex();
  }

  decision(time: Time, action: string, market: MarketIndex, reasons: Reasons): void {
    this.decisions++;
    if (NOT_TRADING.test(action)) this.#count(action);
    this.#sink?.('decisions', {
      arm: this.#arm,
      lane: this.#lane,
      number: this.decisions,
      time_us: time,
      action,
      ticker: this.#ticker(market),
      reasons,
      ...this.#snapshot(market),
      tape_sequence: this.#state().sequence,
    });
  }

  predicted({ id, model, tag, outputs, missing, askedTime, localTime }: Prediction): void {
    this.#sink?.('predictions', {
      arm: this.#arm,
      lane: this.#lane,
      number: id,
      model,
      tag,
      outputs,
      missing,
      asked_time_us: askedTime,
      local_time_us: localTime,
      tape_sequence: this.#state().sequence,
    });
  }

  submitted(order: Order, asked: number, tapeSequence: number): void {
    this.orders++;
    this.#facts.set(order.id, this.#factsOf(order, asked, tapeSequence));
    this.#digest.add(order.selfTradePrevention, Number(order.cancelOnPause));
    this.#digest.add('submit', order.id, this.#ticker(order.market), order.side, order.price, order.quantity, asked);
    this.#digest.add(
      order.timeInForce,
      Number(order.postOnly),
      Number(order.reduceOnly),
      order.expireTime ?? '',
      order.submitTime,
    );
  }

  refused(order: Order, reason: string, tapeSequence: number): void {
    this.refusals++;
    this.#count(`refused: ${reason.split(':', 1)[0]}`);
    const { id, market, side, price, quantity, submitTime } = order;
    this.#digest.add('refuse', id, this.#ticker(market), side, price, quantity, submitTime, reason);
    if (this.#sink === null) return;
    this.#orderRow(order, this.#factsOf(order, order.quantity, tapeSequence), 'refused', reason, 0, 0);
  }

  cancelRequested(order: OrderView, time: Time): void {
    this.#digest.add('cancel', order.id, time);
    this.#updateRow(order, time, time, 'cancel-requested', null, null, null);
  }

  amendRequested(order: OrderView, price: number, quantity: number, time: Time): void {
    this.#digest.add('amend', order.id, price, quantity, time);
    this.#updateRow(order, time, time, 'amend-requested', null, quantity, price);
  }

  answered(event: VenueEvent, order: OrderView): void {
    const { answer, exchangeTime, localTime } = event;
    const reason = 'reason' in answer ? answer.reason : null;
    const quantity = answerQuantity(event);
    const price = answer.type === 'filled' ? answer.fill.price : answer.type === 'amended' ? answer.price : null;
    if (answer.type === 'rejected') {
      this.rejections++;
      this.#count(`rejected: ${answer.reason}`);
    }
    this.#digest.add(
      answer.type,
      order.id,
      exchangeTime,
      localTime,
      order.state.status,
      reason ?? '',
      quantity ?? '',
      price ?? '',
    );
    this.#updateRow(order, exchangeTime, localTime, answer.type, reason, quantity, price);
    const facts = this.#facts.get(order.id);
    if (facts !== undefined) facts.answered ??= localTime;
    const { state } = order;
    const late = answer.type === 'cancel-rejected' || answer.type === 'amend-rejected';
    if (late || (state.status !== 'executed' && state.status !== 'cancelled' && state.status !== 'rejected')) return;
    this.#endRow(order);
  }

  filled(fill: Fill, event: VenueEvent, positionAfter: number): void {
    this.fills++;
    if (fill.liquidity === 'maker') this.makerFills++;
    this.contracts += fill.quantity;
    const unit = unitCost(fill.side, fill.price);
    this.traded += unit * fill.quantity;
    const before = positionAfter - direction(fill.side) * fill.quantity;
    const flipped = before * positionAfter < 0;
    const grown = flipped ? Math.abs(positionAfter) : Math.max(0, Math.abs(positionAfter) - Math.abs(before));
    this.staked.set(fill.market, (this.staked.get(fill.market) ?? 0) + grown * unit);
    this.#facts.get(fill.order)!.fees += fill.fee;
    this.#digest.add(
      'fill',
      fill.order,
      fill.price,
      fill.quantity,
      fill.liquidity,
      fill.fee,
      fill.source,
      positionAfter,
    );
    this.#sink?.('fills', {
      arm: this.#arm,
      lane: this.#lane,
      number: this.fills,
      order_id: fill.order,
      ticker: this.#ticker(fill.market),
      side: sideName(fill.side),
      leg: legName(fill.side),
      price_e4: fill.price,
      quantity_e2: fill.quantity,
      liquidity: fill.liquidity,
      fee_e6: fill.fee,
      exchange_time_us: event.exchangeTime,
      local_time_us: event.localTime,
      tape_sequence: fill.source,
      position_after_e2: positionAfter,
    });
  }

  stopped(action: StopAction, reason: string, time: Time): void {
    this.decisions++;
    if (action === 'halt' || action === 'pause') this.#count(`${action}: ${reason.split(':', 1)[0]}`);
    this.#digest.add(action, reason, time);
    this.#sink?.('decisions', {
      arm: this.#arm,
      lane: this.#lane,
      number: this.decisions,
      time_us: time,
      action,
      ticker: null,
      reasons: { reason },
      ...NO_MARKET,
      tape_sequence: this.#state().sequence,
    });
  }

  settled(settlement: Settlement, quantity: number, payout: Money, realised: Money, time: Time): void {
    const { market, outcome, value } = settlement;
    this.#digest.add('settle', this.#ticker(market), outcome, value, quantity, payout, realised, time);
    this.#sink?.('settlements', {
      arm: this.#arm,
      lane: this.#lane,
      ticker: this.#ticker(market),
      outcome,
      value_e4: value,
      quantity_e2: quantity,
      payout_e6: payout,
      realised_e6: realised,
      time_us: time,
    });
  }

  /** Writes the row of an order that the end of the tape found open. */
  leftOpen(order: OrderView): void {
    this.#endRow(order);
  }

  #endRow(order: OrderView): void {
    const facts = this.#facts.get(order.id);
    if (facts === undefined) return;
    this.#facts.delete(order.id);
    const { state } = order;
    const reason = 'reason' in state ? state.reason : null;
    if (order.filled === 0 && state.status !== 'rejected')
      this.#count(`unfilled order: ${reason ?? 'open at the end'}`);
    this.#orderRow(order.order, facts, state.status, reason, order.filled, order.filledCost);
  }

  #orderRow(
    order: Order,
    facts: OrderFacts,
    status: string,
    reason: string | null,
    filled: number,
    filledCost: number,
  ): void {
    this.#sink?.('orders', {
      arm: this.#arm,
      lane: this.#lane,
      order_id: order.id,
      ticker: this.#ticker(order.market),
      side: sideName(order.side),
      leg: legName(order.side),
      price_e4: order.price,
      quantity_e2: order.quantity,
      asked_e2: facts.asked,
      time_in_force: order.timeInForce,
      post_only: order.postOnly,
      reduce_only: order.reduceOnly,
      submit_time_us: order.submitTime,
      tape_sequence: facts.sequence,
      status,
      reason,
      filled_e2: filled,
      filled_cost_e6: filledCost,
      fees_e6: facts.fees,
      fair_price_e4: order.fairPrice,
      patience_us: order.patience,
      follows: order.follows,
      expected_e5: facts.expected,
      latency_us: facts.answered === null ? null : facts.answered - order.submitTime,
      ...facts.market,
    });
  }

  #updateRow(
    order: OrderView,
    exchangeTime: number,
    localTime: number,
    type: string,
    reason: string | null,
    quantity: number | null,
    price: number | null,
  ): void {
    this.#sink?.('order_updates', {
      arm: this.#arm,
      lane: this.#lane,
      order_id: order.id,
      exchange_time_us: exchangeTime,
      local_time_us: localTime,
      type,
      status: order.state.status,
      reason,
      quantity_e2: quantity,
      price_e4: price,
    });
  }

  /** Without a sink nothing of the market is written, and nothing is looked up. */
  #factsOf(order: Order, asked: number, sequence: number): OrderFacts {
    const written = this.#sink !== null;
    return {
      asked,
      sequence,
      market: written ? this.#snapshot(order.market) : NO_MARKET,
      expected: written ? this.#expected(order) : null,
      answered: null,
      fees: 0,
    };
  }

  #expected({ market, side, price, quantity, postOnly }: Order): number | null {
    const book = postOnly ? undefined : this.#state().readable(market);
    if (book === undefined) return null;
    const { filled, cost } = book.walk(side, quantity, price);
    return filled === 0 ? null : Math.round((10 * cost) / filled);
  }

  #snapshot(market: MarketIndex): Snapshot {
    const state = this.#state();
    const book = state.readable(market);
    const last = state.lastPrice[market]!;
    return {
      bid_e4: book?.bestBid ?? null,
      bid_e2: book?.bidSize ?? null,
      ask_e4: book?.bestAsk ?? null,
      ask_e2: book?.askSize ?? null,
      last_e4: last > 0 ? last : null,
      volume_e2: state.volume[market]!,
    };
  }

  #ticker(market: MarketIndex): string {
    return this.#state().markets[market]!.ticker;
  }

  #count(reason: string): void {
    this.reasons.set(reason, (this.reasons.get(reason) ?? 0) + 1);
  }
}

function answerQuantity({ answer }: VenueEvent): number | null {
  switch (answer.type) {
    case 'accepted':
      return answer.resting;
    case 'filled':
      return answer.fill.quantity;
    case 'cancelled':
    case 'amended':
      return answer.quantity;
    default:
      return null;
  }
}
