import { beforeAll, describe, expect, it } from 'vitest';
import { contracts } from '../../src/core/quantity.ts';
import { Random } from '../../src/core/random.ts';
import { direction, type Side } from '../../src/core/side.ts';
import { after, seconds } from '../../src/core/time.ts';
import type { Context, Strategy, Trade } from '../../src/engine/strategy.ts';
import { BASE, type Lane, OPTIMISTIC, PESSIMISTIC } from '../../src/sim/lane.ts';
import { DEMO_CONFIG, type SyntheticConfig } from '../../src/sim/synthetic/config.ts';
import { PLAIN_LIFE } from '../../src/sim/synthetic/lifecycle.ts';
import { probabilityAt } from '../../src/sim/synthetic/truth.ts';
import { playSynthetic, quotesAfter, type SyntheticTape, syntheticTape } from './synthetic/synthetic-scene.ts';

const SEEDS = 6;
const SHARE_OF_PRINTS = 0.3;
/** How long a resting order waits. */
const REST = seconds(600);
/** Half the width of an interval, in standard errors: 99 % of a normal distribution. */
const WIDE = 2.576;

const CONFIG: SyntheticConfig = {
  ...DEMO_CONFIG,
  days: 3,
  sweepsPerEvent: 4,
  informedSweepShare: 0,
  lifecycle: PLAIN_LIFE,
};

/** A mean over contracts and its standard error, with whole events as the independent units. Cents a contract. */
class MeanByEvent {
  readonly #cells = new Map<string, { sum: number; weight: number }>();

  add(event: string, value: number, weight: number): void {
    const cell = this.#cells.get(event) ?? { sum: 0, weight: 0 };
    this.#cells.set(event, { sum: cell.sum + value * weight, weight: cell.weight + weight });
  }

  get contracts(): number {
    return [...this.#cells.values()].reduce((total, { weight }) => total + weight, 0);
  }

  get mean(): number {
    return [...this.#cells.values()].reduce((total, { sum }) => total + sum, 0) / this.contracts;
  }

  get error(): number {
    const { mean } = this;
    let squares = 0;
    for (const { sum, weight } of this.#cells.values()) squares += (sum - mean * weight) ** 2;
    return Math.sqrt(squares) / this.contracts;
  }
}

/** Takes, or rests at the touch, one contract at random prints, on a side drawn by a coin. */
class Coin implements Strategy {
  readonly #random: Random;
  readonly #takes: boolean;

  constructor(seed: string, takes: boolean) {
    this.#random = new Random(seed);
    this.#takes = takes;
  }

  onTrade(trade: Trade, context: Context): void {
    const drawn = this.#random.uniform() < SHARE_OF_PRINTS;
    const side = this.#random.below(2) as Side;
    const { market } = trade;
    const book = context.book(market);
    if (!drawn || book?.bestBid === undefined || book.bestAsk === undefined) return;
    const quantity = contracts(1);
    const { grid } = context.markets[market]!;
    const request = this.#takes
      ? { price: grid.priceAt(side === 0 ? grid.size - 1 : 0), timeInForce: 'immediate-or-cancel' as const }
      : { price: side === 0 ? book.bestBid : book.bestAsk, postOnly: true, expireTime: after(context.now, REST) };
    context.submit({ market, side, quantity, ...request });
  }
}

/** What fills came to, in cents a contract: held to settlement, and against the true probability at the moment of the fill. */
class Outcome {
  readonly net = new MeanByEvent();
  readonly fair = new MeanByEvent();
  /** Half the spread displayed at the venue when each order took, plus its fee: what a fill should cost. */
  readonly cost = new MeanByEvent();
  /** What a fill lost against the true probability beyond its own distance from the middle and its fee. */
  readonly beyondCost = new MeanByEvent();
  fills = 0;
  /** Fills beyond the best price: where that gave less than a contract. */
  deeper = 0;

  constructor(tapes: readonly SyntheticTape[], lane: Lane, takes: boolean) {
    for (const [seed, tape] of tapes.entries()) this.#play(tape, lane, new Coin(`coin ${seed}`, takes), seed);
  }

  #play(tape: SyntheticTape, lane: Lane, coin: Coin, seed: number): void {
    const truths = tape.truth.events.flatMap((event) => event.markets.map((market) => ({ event, market })));
    const { journal, run } = playSynthetic(tape, coin, lane);
    const quotes = quotesAfter(
      tape,
      journal.fills.map(({ fill }) => ({ row: fill.source, market: fill.market })),
    );
    let total = 0;
    journal.fills.forEach(({ fill, event: answer }, at) => {
      const { event, market } = truths[fill.market]!;
      const cluster = `${seed} ${event.event}`;
      const sign = direction(fill.side);
      const settled = market.settledYes ? 100 : 0;
      const worth = 100 * probabilityAt(event, market, answer.exchangeTime);
      const count = fill.quantity / 100;
      const price = fill.price / 100;
      const fee = fill.fee / fill.quantity / 100;
      const { bid, ask } = quotes[at]!;
      const cost = (ask - bid) / 2 + fee;
      const fair = sign * (worth - price) - fee;
      total += sign * (settled * 100 - fill.price) * fill.quantity - fill.fee;
      this.net.add(cluster, sign * (settled - price) - fee, count);
      this.fair.add(cluster, fair, count);
      this.cost.add(cluster, cost, count);
      this.beyondCost.add(cluster, fair + sign * (price - (bid + ask) / 2) + fee, count);
      if (sign * (price - (bid + ask) / 2) > (ask - bid) / 2) this.deeper++;
    });
    this.fills += journal.fills.length;
    // What the ledger says at the end is what the fills and settlements come to.
    const { account } = run.engine;
    expect(account.cash - account.startingCash).toBe(total);
  }
}

describe('a strategy that knows nothing, on synthetic tapes without a planted edge', () => {
  let tapes: SyntheticTape[];
  beforeAll(() => {
    tapes = Array.from({ length: SEEDS }, (_, seed) => syntheticTape({ ...CONFIG, seed: `nothing ${seed}` }));
  });

  for (const lane of [PESSIMISTIC, BASE, OPTIMISTIC]) {
    it(`loses half the displayed spread and its fees when it takes, no less and no more (${lane.name} lane)`, () => {
      const { fills, deeper, net, fair, cost, beyondCost } = new Outcome(tapes, lane, true);
      expect(fills).toBeGreaterThan(5_000);
      expect(deeper / fills).toBeLessThan(0.02);
      expect(cost.mean).toBeGreaterThan(1.5);
      // Against the true probability the figure is sharp: a tenth of a cent given away would show.
      expect(beyondCost.error).toBeLessThan(0.03);
      expect(Math.abs(beyondCost.mean)).toBeLessThan(WIDE * beyondCost.error);
      expect(fair.mean + WIDE * fair.error).toBeLessThan(0);
      // Held to settlement the same loss is hidden in the luck of few events, but inside its interval.
      expect(Math.abs(net.mean + cost.mean)).toBeLessThan(WIDE * net.error);
    });
  }

  it('gains nothing when it rests at the touch in the pessimistic lane', () => {
    const { fills, net, fair } = new Outcome(tapes, PESSIMISTIC, false);
    expect(fills).toBeGreaterThan(300);
    expect(fair.mean + WIDE * fair.error).toBeLessThan(0);
    expect(net.mean).toBeLessThan(WIDE * net.error);
  });
});
