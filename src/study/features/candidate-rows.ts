import type { MarketIndex } from '../../core/market.ts';
import type { Price } from '../../core/price.ts';
import { contracts } from '../../core/quantity.ts';
import { BID, type Side } from '../../core/side.ts';
import { type Duration, MILLISECOND, MINUTE, type Time } from '../../core/time.ts';
import type { Trade } from '../../engine/strategy.ts';
import type { FeeBook } from '../../ledger/fee-book.ts';
import { estimateFee } from '../../ledger/fees.ts';
import type { Day } from '../../weather/climate-day.ts';
import { type Candidate, candidatesOf, type Edge, edgeFeatures, edgeOf } from '../../weather/edge.ts';
import type { HighDistribution } from '../../weather/high-distribution.ts';
import type { TapeSource } from '../store/tape-source.ts';
import { type LookOptions, replayLooks } from './replay-looks.ts';

/** One way to trade on an edge as it stood, and what came of it at a price that others did trade at afterwards. */
export interface CandidateRow {
  readonly city: string;
  readonly event: string;
  readonly day: Day;
  readonly hour: number;
  readonly rung: number;
  readonly side: Side;
  /** In the order of `EDGE_FEATURES`. */
  readonly features: Float64Array;
  /** Whether the side won. */
  readonly won: boolean;
  /** What its side cost, as a probability: the first print of its side that surely came after us. Null where none came any more. */
  readonly cost: number | null;
  /** How long we would have waited for that print, in minutes. */
  readonly wait: number | null;
  /** Taker's fee of one contract among a hundred at that price, in dollars. */
  readonly fee: number | null;
  /** The model's expected high less the market's, °F, and whether the official high lay on the model's side of the market's; null where it is not known. */
  readonly gap: number;
  readonly nearer: boolean | null;
}

export interface CandidateOptions extends LookOptions {
  /** What the model says of an event at a look; null where it says nothing. */
  readonly highOf: (event: string, hour: number) => HighDistribution | null;
  readonly fees: FeeBook;
}

/** An order takes so long to the venue in the pessimistic lane. */
const REQUEST = (250 * MILLISECOND) as Duration;
const LOT = contracts(100);

/**
 * Every rung of every event at the hours asked for, on the side that the model holds too cheap, with what came of it. Throws as
 * `replayLooks` does, and a Fault (`unknown-fee-schedule`).
 */
export async function candidateRows(tape: TapeSource, options: CandidateOptions): Promise<CandidateRow[]> {
  const prints = new SidedPrints(tape.facts.timeResolutionUs as Duration);
  const { looks, winners, desk } = await replayLooks(
    tape,
    { ...options, onTrade: (trade) => prints.add(trade) },
    (_, event, now, hour): { edge: Edge; candidates: readonly (Candidate & { features: Float64Array })[] } | null => {
      const high = options.highOf(event.event, hour);
      const edge = high === null ? null : edgeOf(event, high, now);
      if (edge === null) return null;
      const candidates = candidatesOf(edge, 'best_value').map((each) => ({
        ...each,
        features: edgeFeatures(edge, each),
      }));
      return { edge, candidates };
    },
  );
  return looks.flatMap(({ event, hour, time, seen }) => {
    const winner = winners.get(event.event);
    if (seen === null || winner === undefined) return [];
    const { edge, candidates } = seen;
    const high = desk.signalsOf(event.city).officialHigh(event.day)?.value;
    const nearer = high === undefined ? null : (high - edge.view.temperature) * edge.gap > 0;
    return candidates.map((candidate): CandidateRow => {
      const { market } = edge.ladder[candidate.rung]!;
      const print = prints.after(market.index, candidate.side, (time + REQUEST) as Time);
      const fee =
        print === null
          ? null
          : estimateFee(
              options.fees.lookup(market.series, market.event, print.time),
              'direct',
              print.price,
              LOT,
              'taker',
            );
      const price = print === null ? null : print.price / 10_000;
      return {
        city: event.city.name,
        event: event.event,
        day: event.day,
        hour,
        ...candidate,
        won: (market.index === winner) === (candidate.side === BID),
        cost: price === null ? null : candidate.side === BID ? price : 1 - price,
        wait: print === null ? null : (print.time - time) / MINUTE,
        fee: fee === null ? null : fee / 1e8,
        gap: edge.gap,
        nearer,
      };
    });
  });
}

interface SidedPrint {
  readonly time: Time;
  readonly price: Price;
}

/** The prints of each market by the side that took, in order of time. */
class SidedPrints {
  readonly #of = new Map<number, SidedPrint[]>();
  readonly #resolution: Duration;

  constructor(resolution: Duration) {
    this.#resolution = resolution;
  }

  add({ market, takerSide, exchangeTime, price }: Trade): void {
    if (takerSide === null) return;
    const key = 2 * market + takerSide;
    const prints = this.#of.get(key);
    const print = { time: (exchangeTime - this.#resolution) as Time, price };
    if (prints === undefined) this.#of.set(key, [print]);
    else prints.push(print);
  }

  /** The first print of a side that cannot have come before `time`. */
  after(market: MarketIndex, side: Side, time: Time): SidedPrint | null {
    const prints = this.#of.get(2 * market + side) ?? [];
    let [low, high] = [0, prints.length];
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (prints[middle]!.time < time) low = middle + 1;
      else high = middle;
    }
    return prints[low] ?? null;
  }
}
