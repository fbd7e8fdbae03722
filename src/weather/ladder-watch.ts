import { Fault } from '../core/fault.ts';
import type { Market, MarketIndex } from '../core/market.ts';
import type { Time } from '../core/time.ts';
import { type Ladder, ladderOf } from './bracket.ts';
import { type HighDistribution, meanHigh, spreadOfHigh } from './high-distribution.ts';
import { highOfLadder, type ImpliedLadder, impliedLadder } from './market-implied.ts';

/** What the market of one rung shows. Prices as probabilities, 0 to 1. */
interface Rung {
  readonly market: Market;
  bid: number | null;
  ask: number | null;
  last: number | null;
  /** When its quote came, and its last print. */
  quotedAt: Time | null;
  tradedAt: Time | null;
  contracts: number;
}

/** What a ladder's prices say at one time. */
export interface MarketView {
  readonly implied: ImpliedLadder;
  readonly high: HighDistribution;
  /** The expected high, and how far it spreads, °F. */
  readonly temperature: number;
  readonly spread: number;
}

/**
 * Follows the prices of one event, whose markets become known one by one. A rung is worth the middle of its quote where both sides are
 * quoted, else its last print, however old: {@link age} says how old.
 */
export class LadderWatch {
  readonly #rungs = new Map<MarketIndex, Rung>();
  #ladder: Ladder | null = null;

  /** Takes in a market of the event; one that is known changes nothing. */
  list(market: Market): void {
    if (this.#rungs.has(market.index)) return;
    this.#rungs.set(market.index, {
      market,
      bid: null,
      ask: null,
      last: null,
      quotedAt: null,
      tradedAt: null,
      contracts: 0,
    });
    this.#ladder = wholeLadder([...this.#rungs.values()].map((rung) => rung.market));
  }

  /** The markets in order, or null while some of them are not known: then their prices are no distribution. */
  get ladder(): Ladder | null {
    return this.#ladder;
  }

  /** A print: its price as a probability, its size in contracts. The market is listed. */
  traded(market: MarketIndex, price: number, contracts: number, time: Time): void {
    const rung = this.#rungs.get(market)!;
    rung.last = price;
    rung.tradedAt = time;
    rung.contracts += contracts;
  }

  /** The best quotes, as probabilities; null for a side that is empty. The market is listed. */
  quoted(market: MarketIndex, bid: number | null, ask: number | null, time: Time): void {
    const rung = this.#rungs.get(market)!;
    rung.bid = bid;
    rung.ask = ask;
    rung.quotedAt = time;
  }

  /** What its prices say; null where the ladder is not whole or its prices are no opinion. */
  view(): MarketView | null {
    if (this.#ladder === null) return null;
    const implied = impliedLadder(
      this.#ladder.map(({ market }) => {
        const { bid, ask, last } = this.#rungs.get(market.index)!;
        return bid !== null && ask !== null ? (bid + ask) / 2 : last;
      }),
    );
    if (implied === null) return null;
    const brackets = this.#ladder.map(({ bracket }) => bracket);
    const high = highOfLadder(brackets, implied.probabilities);
    return { implied, high, temperature: meanHigh(high), spread: spreadOfHigh(high) };
  }

  /** The median age of the rungs' prices, µs; null where no rung has one. A stale price is no quote. */
  age(now: Time): number | null {
    const ages = this.#all().flatMap(({ bid, ask, quotedAt, tradedAt }) => {
      // Of the price that stands for the rung: a quote that has lost a side makes no print newer.
      const since = bid !== null && ask !== null ? quotedAt : tradedAt;
      return since === null ? [] : [now - since];
    });
    return ages.sort((left, right) => left - right)[Math.floor(ages.length / 2)] ?? null;
  }

  /** The mean distance of bid and ask over rungs that have both, as a probability; null where none has. */
  quotedSpread(): number | null {
    const spreads = this.#all().flatMap(({ bid, ask }) => (bid === null || ask === null ? [] : [ask - bid]));
    return spreads.length === 0 ? null : spreads.reduce((sum, each) => sum + each, 0) / spreads.length;
  }

  /** Contracts printed since the watch began, over all rungs. */
  get contracts(): number {
    return this.#all().reduce((sum, rung) => sum + rung.contracts, 0);
  }

  #all(): Rung[] {
    return [...this.#rungs.values()];
  }
}

function wholeLadder(markets: readonly Market[]): Ladder | null {
  try {
    return ladderOf(markets);
  } catch (error) {
    if (error instanceof Fault) return null;
    throw error;
  }
}
