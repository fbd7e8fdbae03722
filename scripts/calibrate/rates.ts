import type { MarketIndex } from '../../src/core/market.ts';
import { SECOND } from '../../src/core/time.ts';
import type { SyntheticConfig } from '../../src/sim/synthetic/config.ts';
import { generate } from '../../src/sim/synthetic/generator.ts';
import type { RestedOrder, Witness } from '../../src/sim/synthetic/witness.ts';

/** What a generated tape's rows say of its pace, and its truth of where orders were cancelled. */
export interface Rates {
  readonly rows: number;
  /** The most rows within any second, by exchange time. */
  readonly busiestSecond: number;
  /** Share of cancelled orders that stood alone at their price, in front of others, behind all others, or in between. */
  readonly cancels: Readonly<Record<Place, number>>;
}

export type Place = 'alone' | 'front' | 'between' | 'back';

class Places implements Witness {
  readonly counts: Record<Place, number> = { alone: 0, front: 0, between: 0, back: 0 };
  readonly #orders = new Map<number, string>();
  readonly #queues = new Map<string, number[]>();

  rested({ id, market, side, price }: RestedOrder): void {
    const key = `${market} ${side} ${price}`;
    this.#orders.set(id, key);
    const queue = this.#queues.get(key);
    if (queue === undefined) this.#queues.set(key, [id]);
    else queue.push(id);
  }

  left({ id, how }: { readonly id: number; readonly how: string }): void {
    const queue = this.#queues.get(this.#orders.get(id)!)!;
    const at = queue.indexOf(id);
    if (how === 'cancelled') {
      const place = queue.length === 1 ? 'alone' : at === 0 ? 'front' : at === queue.length - 1 ? 'back' : 'between';
      this.counts[place]++;
    }
    queue.splice(at, 1);
    this.#orders.delete(id);
  }
}

/** Generates a tape and measures its pace. */
export function measureRates(config: SyntheticConfig): Rates {
  let markets = 0;
  const times: number[] = [];
  const places = new Places();
  const sink = {
    market: () => markets++ as MarketIndex,
    row: (time: number) => times.push(time),
    detail: (time: number) => times.push(time),
  };
  const { rows } = generate(config, sink, places);
  let [busiestSecond, from] = [0, 0];
  times.forEach((time, at) => {
    while (times[from]! <= time - SECOND) from++;
    busiestSecond = Math.max(busiestSecond, at - from + 1);
  });
  const all = Object.values(places.counts).reduce((sum, count) => sum + count, 0);
  const share = (place: Place): number => Number((places.counts[place] / all).toFixed(3));
  return {
    rows,
    busiestSecond,
    cancels: { alone: share('alone'), front: share('front'), between: share('between'), back: share('back') },
  };
}
