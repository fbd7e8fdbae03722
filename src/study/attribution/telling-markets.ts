import { netOf } from '../statistics/interval.ts';
import type { LaneResult } from '../store/run-result.ts';

const OF_EACH_SORT = 2;

/** The markets that tell most about a lane: those that lost most, gained most, and filled most often, in this order, each once. */
export function tellingMarkets(lane: LaneResult, fillsOf: ReadonlyMap<string, number>): string[] {
  const traded = lane.markets.filter((market) => market.volumeE2 > 0);
  const byNet = [...traded].sort((a, b) => netOf(a) - netOf(b) || (a.ticker < b.ticker ? -1 : 1));
  const lost = byNet.filter((market) => netOf(market) < 0).slice(0, OF_EACH_SORT);
  const gained = byNet
    .reverse()
    .filter((market) => netOf(market) > 0)
    .slice(0, OF_EACH_SORT);
  const count = (ticker: string): number => fillsOf.get(ticker) ?? 0;
  const busiest = [...traded]
    .sort((a, b) => count(b.ticker) - count(a.ticker) || (a.ticker < b.ticker ? -1 : 1))
    .slice(0, OF_EACH_SORT);
  return [...new Set([...lost, ...gained, ...busiest].map((market) => market.ticker))];
}
