import type { Market, MarketIndex } from '../../../src/core/market.ts';
import { DELTA, type Detail, type MarketEventKind, SNAPSHOT } from '../../../src/core/market-event.ts';
import { BID, type Side } from '../../../src/core/side.ts';
import { DEMO_CONFIG, type SyntheticConfig } from '../../../src/sim/synthetic/config.ts';
import type { TapeSink } from '../../../src/sim/synthetic/emit.ts';
import { PLAIN_LIFE } from '../../../src/sim/synthetic/lifecycle.ts';

export interface Row {
  readonly exchangeTime: number;
  readonly localTime: number;
  readonly kind: MarketEventKind | 'detail';
  readonly market: MarketIndex;
  readonly side: Side;
  readonly price: number;
  readonly quantity: number;
  readonly more: boolean;
  readonly detail?: Detail;
}

/** One city, one day, at half the pace: some 15,000 rows. */
export const SMALL: SyntheticConfig = {
  ...DEMO_CONFIG,
  seed: 'small',
  cities: [DEMO_CONFIG.cities[0]!],
  days: 1,
  activity: 0.5,
  sweepsPerEvent: 12,
  lifecycle: PLAIN_LIFE,
};

/** Keeps everything a generator writes. */
export class RecordingSink implements TapeSink {
  readonly markets: Omit<Market, 'index'>[] = [];
  readonly rows: Row[] = [];

  market(market: Omit<Market, 'index'>): MarketIndex {
    return (this.markets.push(market) - 1) as MarketIndex;
  }

  row(
    exchangeTime: number,
    localTime: number,
    kind: MarketEventKind,
    market: MarketIndex,
    side: Side,
    price: number,
    quantity: number,
    more: boolean,
  ): void {
    this.rows.push({ exchangeTime, localTime, kind, market, side, price, quantity, more });
  }

  detail(exchangeTime: number, localTime: number, detail: Detail): void {
    const none = { market: 0 as MarketIndex, side: BID, price: 0, quantity: 0, more: false } as const;
    this.rows.push({ exchangeTime, localTime, kind: 'detail', ...none, detail });
  }
}

/** A book rebuilt from rows alone, with nothing of the generator's: sizes by price in 1e-4 dollars. */
export class RebuiltBook {
  readonly sizes = [new Float64Array(10_001), new Float64Array(10_001)] as const;
  #best: [number, number] = [0, 10_000];
  #inSnapshot = false;

  apply(row: Row): void {
    if (row.kind === SNAPSHOT) {
      if (!this.#inSnapshot) {
        for (const side of this.sizes) side.fill(0);
        this.#best = [0, 10_000];
      }
      if (row.price > 0) this.#set(row.side, row.price, row.quantity);
      this.#inSnapshot = row.more;
    } else if (row.kind === DELTA) {
      this.#set(row.side, row.price, this.sizes[row.side][row.price]! + row.quantity);
    }
  }

  /** Best bid in cents, 0 where there is none. */
  get bid(): number {
    return this.#best[0] / 100;
  }

  /** Best ask in cents, 100 where there is none. */
  get ask(): number {
    return this.#best[1] / 100;
  }

  #set(side: Side, price: number, size: number): void {
    const sizes = this.sizes[side];
    const best = this.#best;
    sizes[price] = size;
    if (size > 0) best[side] = side === BID ? Math.max(best[0], price) : Math.min(best[1], price);
    const step = side === BID ? -1 : 1;
    while (best[side] > 0 && best[side] < 10_000 && !(sizes[best[side]]! > 0)) best[side] += step;
  }
}
