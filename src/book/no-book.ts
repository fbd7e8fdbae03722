import type { Money } from '../core/money.ts';
import { complement, type NoPrice, ONE_DOLLAR, type Price } from '../core/price.ts';
import type { Quantity } from '../core/quantity.ts';
import { opposite, type Side } from '../core/side.ts';
import type { BookView, Level, Walk } from './book-view.ts';

/**
 * The same book seen from the NO side, exactly: each YES ask at p is a NO bid at 1 − p, so the best NO bid is 1 − the best
 * YES ask. For what a person reads; orders and fills stay in YES prices.
 */
export function noBook(yes: BookView): BookView<NoPrice> {
  return new NoView(yes);
}

class NoView implements BookView<NoPrice> {
  readonly #yes: BookView;

  constructor(yes: BookView) {
    this.#yes = yes;
  }

  get bestBid(): NoPrice | undefined {
    return complementOf(this.#yes.bestAsk);
  }

  get bestAsk(): NoPrice | undefined {
    return complementOf(this.#yes.bestBid);
  }

  get bidSize(): Quantity {
    return this.#yes.askSize;
  }

  get askSize(): Quantity {
    return this.#yes.bidSize;
  }

  get empty(): boolean {
    return this.#yes.empty;
  }

  get oneSided(): boolean {
    return this.#yes.oneSided;
  }

  get spread(): number | undefined {
    return this.#yes.spread;
  }

  get mid(): number | undefined {
    const mid = this.#yes.mid;
    return mid === undefined ? undefined : ONE_DOLLAR - mid;
  }

  get imbalance(): number | undefined {
    const imbalance = this.#yes.imbalance;
    // 0 − x rather than −x: a balanced book is 0 from both sides, never −0.
    return imbalance === undefined ? undefined : 0 - imbalance;
  }

  sizeAt(side: Side, price: NoPrice): Quantity {
    return this.#yes.sizeAt(opposite(side), complement(price));
  }

  levels(side: Side, count: number): Level<NoPrice>[] {
    return this.#yes
      .levels(opposite(side), count)
      .map(({ price, quantity }) => ({ price: complement(price), quantity }));
  }

  walk(side: Side, quantity: Quantity, limit?: NoPrice): Walk<NoPrice> {
    const yesLimit = limit === undefined ? undefined : complement(limit);
    const { filled, cost, worst } = this.#yes.walk(opposite(side), quantity, yesLimit);
    return { filled, cost: (ONE_DOLLAR * filled - cost) as Money, worst: complementOf(worst) };
  }
}

function complementOf(price: Price | undefined): NoPrice | undefined {
  return price === undefined ? undefined : complement(price);
}
