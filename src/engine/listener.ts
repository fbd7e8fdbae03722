import type { MarketChange, MarketIndex, Settlement } from '../core/market.ts';
import type { Signal } from '../core/market-event.ts';
import { Misuse } from '../core/misuse.ts';
import type { Fill } from '../core/order.ts';
import type { Context, OrderUpdate, Prediction, Strategy, Timer, Trade } from './strategy.ts';

type Callback = keyof Strategy;

/**
 * Tells a strategy what happens, and remembers which of its callbacks is running: what is thrown then is the strategy's. A callback that
 * gives a promise is refused, because nobody would wait for it. What is told of is frozen: other strategies are told of the same object.
 */
export class Listener {
  /** The callback that is running, or the one that threw; null while the engine itself works. */
  telling: Callback | null = null;
  readonly hearsBook: boolean;
  readonly hearsTrades: boolean;
  readonly #strategy: Strategy;
  readonly #context: Context;

  constructor(strategy: Strategy, context: Context) {
    this.#strategy = strategy;
    this.#context = context;
    this.hearsBook = strategy.onBook !== undefined;
    this.hearsTrades = strategy.onTrade !== undefined;
  }

  onStart(): void {
    this.telling = 'onStart';
    this.#told(this.#strategy.onStart?.(this.#context));
  }

  onBook(market: MarketIndex): void {
    this.telling = 'onBook';
    this.#told(this.#strategy.onBook?.(market, this.#context));
  }

  onTrade(trade: Trade): void {
    this.telling = 'onTrade';
    this.#told(this.#strategy.onTrade?.(trade, this.#context));
  }

  onSignal(signal: Signal): void {
    this.telling = 'onSignal';
    this.#told(this.#strategy.onSignal?.(Object.freeze(signal), this.#context));
  }

  onPrediction(prediction: Prediction): void {
    this.telling = 'onPrediction';
    this.#told(this.#strategy.onPrediction?.(Object.freeze(prediction), this.#context));
  }

  onOrder(update: OrderUpdate): void {
    this.telling = 'onOrder';
    this.#told(this.#strategy.onOrder?.(update, this.#context));
  }

  onFill(fill: Fill): void {
    this.telling = 'onFill';
    this.#told(this.#strategy.onFill?.(Object.freeze(fill), this.#context));
  }

  onTimer(timer: Timer): void {
    this.telling = 'onTimer';
    this.#told(this.#strategy.onTimer?.(timer, this.#context));
  }

  onLifecycle(change: MarketChange): void {
    this.telling = 'onLifecycle';
    this.#told(this.#strategy.onLifecycle?.(Object.freeze(change), this.#context));
  }

  onSettlement(settlement: Settlement): void {
    this.telling = 'onSettlement';
    this.#told(this.#strategy.onSettlement?.(Object.freeze(settlement), this.#context));
  }

  /** Whether the strategy can change its parameters while it runs. */
  get takesParams(): boolean {
    return this.#strategy.onParams !== undefined;
  }

  onParams(params: never): void {
    if (this.#strategy.onParams === undefined)
      throw new Misuse('the strategy cannot change its parameters while it runs');
    this.telling = 'onParams';
    this.#told(this.#strategy.onParams(params, this.#context));
  }

  onStop(): void {
    this.telling = 'onStop';
    this.#told(this.#strategy.onStop?.(this.#context));
  }

  #told(answer: unknown): void {
    if (answer !== undefined) refuseThenable(answer, this.telling);
    this.telling = null;
  }
}

function refuseThenable(answer: unknown, callback: Callback | null): void {
  if (typeof answer !== 'object' || answer === null || !('then' in answer) || typeof answer.then !== 'function') return;
  // Whatever becomes of it is not told anywhere else: this refusal ends the run.
  answer.then(undefined, () => {});
  throw new Misuse(`${callback} gave a promise: callbacks are synchronous, nobody waits for what comes later`);
}
