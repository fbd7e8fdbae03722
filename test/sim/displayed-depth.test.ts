import { describe, expect, it } from 'vitest';
import { DELTA, SNAPSHOT } from '../../src/core/market-event.ts';
import { contracts } from '../../src/core/quantity.ts';
import { Random } from '../../src/core/random.ts';
import { BID, opposite, type Side } from '../../src/core/side.ts';
import { after, type Duration } from '../../src/core/time.ts';
import type { Context, Strategy } from '../../src/engine/strategy.ts';
import { BASE, type Lane, OPTIMISTIC, PESSIMISTIC } from '../../src/sim/lane.ts';
import { type Row, SMALL } from './synthetic/recording-sink.ts';
import { playSynthetic, type SyntheticTape, syntheticTape } from './synthetic/synthetic-scene.ts';

const SEEDS = 6;

/** Knows how every market ends, and every minute takes all it can get of that side, at any price. */
class Greedy implements Strategy {
  readonly #winners: ReadonlyMap<number, Side>;
  readonly #random: Random;

  constructor(tape: SyntheticTape, seed: string) {
    const markets = tape.truth.events.flatMap((event) => event.markets);
    this.#winners = new Map(markets.map(({ market, settledYes }) => [market, settledYes ? 0 : 1]));
    this.#random = new Random(seed);
  }

  onStart(context: Context): void {
    this.onTimer({}, context);
  }

  onTimer(_timer: unknown, context: Context): void {
    context.wakeAt(after(context.now, Math.round(this.#random.exponential(60e6)) as Duration), 'again');
    for (const { index: market, grid } of context.markets) {
      if (context.status(market) !== 'active') continue;
      const side = this.#winners.get(market)!;
      const price = grid.priceAt(side === BID ? grid.size - 1 : 0);
      context.submit({ market, side, price, quantity: contracts(1e6), timeInForce: 'immediate-or-cancel' });
    }
  }
}

/** Displayed sizes rebuilt from the rows alone, and what we took of each level and nobody has put back. */
class Levels {
  readonly #sizes = new Map<string, number>();
  readonly #taken = new Map<string, number>();
  readonly #shown = new Map<string, number>();
  #inSnapshot = false;

  apply({ kind, market, side, price, quantity, more }: Row): void {
    if (kind === SNAPSHOT && !this.#inSnapshot) {
      for (const key of [...this.#sizes.keys()]) if (key.startsWith(`${market}/`)) this.#set(key, 0);
    }
    if (kind === SNAPSHOT) this.#inSnapshot = more;
    if (kind !== SNAPSHOT && kind !== DELTA) return;
    const key = `${market}/${side}/${price}`;
    this.#set(key, kind === SNAPSHOT ? quantity : (this.#sizes.get(key) ?? 0) + quantity);
  }

  /** Takes a fill off a level; returns what of it was not there. */
  take(market: number, side: Side, price: number, quantity: number): number {
    const key = `${market}/${side}/${price}`;
    const there = (this.#sizes.get(key) ?? 0) - (this.#taken.get(key) ?? 0);
    this.#taken.set(key, (this.#taken.get(key) ?? 0) + quantity);
    this.#shown.set(key, (this.#shown.get(key) ?? 0) - quantity);
    return Math.max(0, quantity - there);
  }

  /** Levels of which more was taken than ever was displayed, all told. */
  get overdrawn(): string[] {
    return [...this.#shown].filter(([, left]) => left < 0).map(([key]) => key);
  }

  #set(key: string, size: number): void {
    const grown = size - (this.#sizes.get(key) ?? 0);
    if (grown > 0) this.#shown.set(key, (this.#shown.get(key) ?? 0) + grown);
    this.#sizes.set(key, size);
    this.#taken.set(key, Math.min(this.#taken.get(key) ?? 0, size));
  }
}

function greedily(tape: SyntheticTape, lane: Lane, seed: string) {
  const { journal } = playSynthetic(tape, new Greedy(tape, seed), lane);
  const levels = new Levels();
  let row = 0;
  let invented = 0;
  for (const { fill } of journal.fills) {
    for (; row < fill.source; row++) levels.apply(tape.rows[row]!);
    invented += levels.take(fill.market, opposite(fill.side), fill.price, fill.quantity);
  }
  return { fills: journal.fills.length, invented, overdrawn: levels.overdrawn };
}

describe('an oracle that takes all it can, as often as it can', () => {
  it.each([PESSIMISTIC, BASE, OPTIMISTIC])('never takes more than was displayed and is left ($name lane)', (lane) => {
    let fills = 0;
    for (let seed = 0; seed < SEEDS; seed++) {
      const tape = syntheticTape({ ...SMALL, seed: `greedy ${seed}` });
      const done = greedily(tape, lane, `greedy ${seed}`);
      fills += done.fills;
      expect([done.invented, done.overdrawn]).toEqual([0, []]);
    }
    expect(fills).toBeGreaterThan(1_000);
  });
});
