import type { BookView } from '../book/book-view.ts';
import type { Market, MarketChange, MarketIndex, MarketStatus, Settlement } from '../core/market.ts';
import type { Signal } from '../core/market-event.ts';
import type { Money } from '../core/money.ts';
import type { Fill, Liquidity, Order, OrderGroupId, OrderId, OrderRequest, OrderState } from '../core/order.ts';
import type { Answer } from '../core/prediction.ts';
import type { Price } from '../core/price.ts';
import type { Quantity } from '../core/quantity.ts';
import type { Random } from '../core/random.ts';
import type { Side } from '../core/side.ts';
import type { Grade } from '../core/tape-block.ts';
import type { Time } from '../core/time.ts';
import type { ParamSchema, ParamsOf } from './params.ts';

/** A public print as a strategy sees it. */
export interface Trade {
  readonly market: MarketIndex;
  /** The aggressor's side, or null where the tape does not record it. */
  readonly takerSide: Side | null;
  readonly price: Price;
  readonly quantity: Quantity;
  readonly exchangeTime: Time;
  readonly localTime: Time;
  /** Tape row. */
  readonly sequence: number;
}

/** One of our orders as it stands. */
export interface OrderView {
  readonly id: OrderId;
  readonly market: MarketIndex;
  readonly side: Side;
  readonly price: Price;
  /** Total, fills included. */
  readonly quantity: Quantity;
  readonly filled: Quantity;
  /** What fills cost so far at their prices, in 1e-6 dollars. */
  readonly filledCost: Money;
  readonly state: OrderState;
  readonly order: Order;
}

/** An order changed: an answer arrived, or a limit refused it. */
export interface OrderUpdate {
  readonly order: OrderView;
  readonly localTime: Time;
}

/** A wake-up asked for with `wakeAt`. */
export interface Timer {
  readonly time: Time;
  /** What it was asked for; the strategy's own word. */
  readonly tag: string;
}

/** What a model said: the answer to a question asked with `predict`. */
export type Prediction = Answer & {
  /** What `predict` returned. */
  readonly id: PredictionId;
  readonly model: string;
  /** What it was asked for; the strategy's own word. */
  readonly tag: string;
  readonly askedTime: Time;
  readonly localTime: Time;
};

declare const predictionId: unique symbol;

/** A question to a model, numbered from 1 as they were asked. */
export type PredictionId = number & { readonly [predictionId]: true };

/** Our position in one market: signed YES contracts. */
export interface Position {
  readonly quantity: Quantity;
  /** What the open position cost, without fees. */
  readonly cost: Money;
}

/** One reason, or one figure, of a decision. */
export type Reasons = Readonly<Record<string, string | number | boolean | null>>;

/** What a strategy may see and ask for. Every method is synchronous; nothing here can read the future. */
export interface Context {
  /** Local time of the event being told. */
  readonly now: Time;
  readonly grade: Grade;
  /** The markets told of so far: those not listed yet cannot be seen, because their strikes tell what the venue will have learnt. */
  readonly markets: readonly Market[];
  /** A market by its index. Throws a Misuse for one that is not known yet. */
  market(index: MarketIndex): Market;
  /** The strategy's own seeded randomness. */
  readonly random: Random;
  status(market: MarketIndex): MarketStatus;
  /** The book, or undefined while it cannot be trusted: torn, crossed, locked, or not recorded. */
  book(market: MarketIndex): BookView | undefined;
  position(market: MarketIndex): Position;
  /** How many markets hold a position. */
  readonly positions: number;
  order(id: OrderId): OrderView;
  /** Orders that may still trade, in the order of their submission. */
  openOrders(market?: MarketIndex): readonly OrderView[];
  /** Cash less what resting orders lock. */
  readonly available: Money;
  /** What a fill of `quantity` at `price` would be charged now. Throws a Fault (`unknown-fee-schedule`). */
  fee(market: MarketIndex, price: Price, quantity: Quantity, liquidity: Liquidity): Money;
  /** Sends a request after this callback returns. The answer comes to `onOrder`; a limit may shrink or refuse it. */
  submit(request: OrderRequest): OrderId;
  cancel(id: OrderId): void;
  /** Changes price and total quantity (fills included). A new price or a larger size goes to the back of the queue. */
  amend(id: OrderId, price: Price, quantity: Quantity): void;
  /** Takes `by` off what still rests and keeps the place in the queue; all that rests, or more, cancels the order. */
  decrease(id: OrderId, by: Quantity): void;
  /**
   * Opens an order group, the venue's own brake: when its orders trade more than `contracts` within 15 seconds, the venue cancels them and
   * rejects new ones (`group-triggered`) until the group is reset. Name it in {@link OrderRequest.group}.
   */
  openGroup(contracts: Quantity): OrderGroupId;
  /** Zeroes a group's counter and lets it trade again; a request like any other, which a venue that is asked too much does not do. */
  resetGroup(group: OrderGroupId): void;
  /** The models that may be asked, by city and what they tell: "chicago/high". Empty where none is loaded. */
  readonly models: ReadonlySet<string>;
  /**
   * Asks a model, which is a slow venue: the answer comes to `onPrediction`. `features` is one row as its floor lists them (`FEATURES`,
   * `EDGE_FEATURES`), or several one after the other. Throws a Misuse for a model that is not there.
   */
  predict(model: string, features: Float64Array, tag: string): PredictionId;
  /** Asks for `onTimer` at `time`, which must not be in the past. */
  wakeAt(time: Time, tag: string): void;
  /** Writes a decision row: call it when deciding to trade and when deciding not to. A report counts actions that begin with "skip", "pause" or "missed". */
  explain(action: string, market: MarketIndex, reasons: Reasons): void;
}

/** User code. Every method is optional; the same object runs in a backtest and live. */
export interface Strategy {
  onStart?(context: Context): void;
  onBook?(market: MarketIndex, context: Context): void;
  onTrade?(trade: Trade, context: Context): void;
  /** A forecast, an observation: anything recorded that is not the market. */
  onSignal?(signal: Signal, context: Context): void;
  /** The answer to a `predict`, some time later. */
  onPrediction?(prediction: Prediction, context: Context): void;
  onOrder?(update: OrderUpdate, context: Context): void;
  onFill?(fill: Fill, context: Context): void;
  onTimer?(timer: Timer, context: Context): void;
  onLifecycle?(change: MarketChange, context: Context): void;
  onSettlement?(settlement: Settlement, context: Context): void;
  /** Other parameters, live only: a checked change of the configuration, between two steps. Without it parameters stay as they are. */
  onParams?(params: never, context: Context): void;
  onStop?(context: Context): void;
}

/** What a strategy is made from, beside its parameters. */
export interface Setup<V> {
  readonly grade: Grade;
  readonly random: Random;
  /** What `survey` returned, or undefined where the strategy has none. */
  readonly survey: V | undefined;
}

/** A survey reads every print, and every settlement, of the tape before the run and returns what the control needs. It looks ahead by design. */
export interface Survey<V> {
  onTrade(trade: Trade): void;
  onSettlement?(settlement: Settlement): void;
  finish(): V;
}

/** A run beside the main one that shows what the main one is worth: the same tape, other parameters. */
export interface Control {
  readonly name: string;
  readonly params: Readonly<Record<string, string | number | boolean>>;
  /** How often it runs, each time with randomness of its own: all draws are judged together, as one control. Default 1. */
  readonly draws?: number;
}

/** A strategy with its typed parameters, as `--strategy` loads it. */
export interface StrategyModule<S extends ParamSchema = ParamSchema, V = unknown> {
  readonly name: string;
  readonly summary: string;
  readonly params: S;
  /** Set where it asks models: they are loaded, and their digest belongs to the strategy's hash. */
  readonly usesModels?: boolean;
  /** Set where it only proves the program: refused on recorded tapes, and live. */
  readonly onlySynthetic?: boolean;
  create(params: ParamsOf<S>, setup: Setup<V>): Strategy;
  /** What these parameters are called beside their controls: "follow". Default: the strategy's name. */
  label?(params: ParamsOf<S>): string;
  /** Set only for parameters that make the run a control; such a run is refused live. */
  survey?(params: ParamsOf<S>, markets: readonly Market[], random: Random): Survey<V> | undefined;
  /** Runs to compare with, for these parameters. */
  controls?(params: ParamsOf<S>): readonly Control[];
}

/** Declares a strategy; gives its parameters their types. */
export function defineStrategy<S extends ParamSchema, V = undefined>(
  module: StrategyModule<S, V>,
): StrategyModule<S, V> {
  return module;
}
