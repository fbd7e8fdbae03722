import { rows, segment } from '../kalshi/pages.ts';
import type { KalshiRest } from '../kalshi/rest.ts';
import { type WireObject, wireObject, wireText } from '../kalshi/wire.ts';

/** Open markets, with their records as the wire gave them. */
export interface ListedMarkets {
  readonly tickers: readonly string[];
  readonly bodies: readonly WireObject[];
}

/** Asks for the open markets of some series and for some markets by name. Throws as `KalshiRest.read` does. */
export async function listMarkets(
  rest: KalshiRest,
  series: readonly string[],
  markets: readonly string[],
  signal: AbortSignal,
): Promise<ListedMarkets> {
  const bodies: WireObject[] = [];
  for (const name of series) {
    const query = { series_ticker: name, status: 'open', limit: 1_000 };
    for await (const row of rows(rest, '/markets', 'markets', query, signal)) bodies.push(wireObject(row, 'market'));
  }
  for (const ticker of markets) {
    const answer = wireObject(await rest.read(`/markets/${segment(ticker)}`, {}, signal), 'market answer');
    bodies.push(wireObject(answer.market, 'market'));
  }
  return { tickers: bodies.map((body) => wireText(body, 'ticker')), bodies };
}
