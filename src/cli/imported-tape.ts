import type { Market, MarketIndex } from '../core/market.ts';
import { DETAIL, type Detail, type MarketEventKind } from '../core/market-event.ts';
import type { Price } from '../core/price.ts';
import type { Quantity } from '../core/quantity.ts';
import { BID, type Side } from '../core/side.ts';
import type { Grade } from '../core/tape-block.ts';
import { NEVER, type Time } from '../core/time.ts';
import type { Findings } from '../tape/import/findings.ts';
import type { ImportNote } from '../tape/manifest.ts';
import type { MarketResult } from '../tape/market-table.ts';

/** One row to be, in order among those of its local time. */
export interface ImportedRow {
  readonly exchangeTime: Time;
  readonly localTime: Time;
  readonly kind: MarketEventKind;
  readonly market: MarketIndex;
  /** Of no meaning on an unsided trade or a detail. */
  readonly side: Side;
  readonly price: Price;
  readonly quantity: Quantity;
  readonly more: boolean;
  readonly tradeId: string | null;
  readonly detail: Detail | null;
}

/** A market before it is numbered. */
export interface ImportedMarket {
  readonly facts: Omit<Market, 'index'>;
  readonly result: MarketResult | null;
}

export interface NumberedMarket {
  readonly market: Market;
  readonly result: MarketResult | null;
}

/** Decoded wire shapes as the rows of a tape, ready to be sealed. */
export interface ImportedTape {
  readonly markets: readonly NumberedMarket[];
  /** In tape order. */
  readonly rows: readonly ImportedRow[];
  readonly origin: string;
  readonly licence: string | null;
  readonly grade: Grade;
  readonly timeResolutionUs: number;
  readonly sizesRecorded: boolean;
  readonly notes: readonly ImportNote[];
  /** Whether a program made it. Default false. */
  readonly synthetic?: boolean;
}

/** Numbers markets densely in order of ticker, so that the same source gives the same tape. */
export function numberMarkets(markets: readonly ImportedMarket[]): NumberedMarket[] {
  return [...markets]
    .sort((a, b) => (a.facts.ticker < b.facts.ticker ? -1 : 1))
    .map(({ facts, result }, index) => ({ market: { ...facts, index: index as MarketIndex }, result }));
}

/** A detail row: it happened and was known at one time. */
export function detailRow(market: MarketIndex, time: Time, detail: Detail): ImportedRow {
  return {
    exchangeTime: time,
    localTime: time,
    kind: DETAIL,
    market,
    side: BID,
    price: 0 as Price,
    quantity: 0 as Quantity,
    more: false,
    tradeId: null,
    detail,
  };
}

/**
 * Puts trades in order of time and the life of each market around them: active and covered from its opening (or first row), closed and
 * uncovered at its close (or last row), settled when its result says. Nothing is claimed of the time from `until` on.
 */
export function lifeRows(
  markets: readonly NumberedMarket[],
  trades: readonly ImportedRow[],
  claim: string,
  findings: Findings,
  until = NEVER,
): ImportedRow[] {
  const first = new Map<MarketIndex, Time>();
  const last = new Map<MarketIndex, Time>();
  for (const { market, localTime } of trades) {
    if (localTime < (first.get(market) ?? Infinity)) first.set(market, localTime);
    if (localTime > (last.get(market) ?? -Infinity)) last.set(market, localTime);
  }
  const before: ImportedRow[] = [];
  const behind: ImportedRow[] = [];
  let unopened = 0;
  let unclosed = 0;
  for (const { market, result } of markets) {
    const { index } = market;
    const open = market.openTime ?? first.get(index);
    const closed = market.closeTime !== null && market.closeTime <= until;
    const end = market.closeTime ?? last.get(index);
    const close = end === undefined || end <= until ? end : until;
    if (open !== undefined && open > until) continue;
    if (market.openTime === null && first.has(index)) unopened++;
    if (market.closeTime === null && first.has(index)) unclosed++;
    const coverage = (time: Time, covered: boolean, reason: string) =>
      detailRow(index, time, { type: 'coverage', change: { market: index, covered, reason } });
    if (open !== undefined)
      before.push(detailRow(index, open, { type: 'lifecycle', change: { market: index, status: 'active' } }));
    if (closed) {
      behind.push(
        detailRow(index, market.closeTime!, { type: 'lifecycle', change: { market: index, status: 'closed' } }),
      );
    }
    if (open !== undefined && close !== undefined && open < close) {
      before.push(coverage(open, true, claim));
      behind.push(coverage(close, false, closed ? 'market closed' : 'recording ended'));
    }
    if (result !== null && result.time !== null && result.time <= until) {
      const settlement = { market: index, outcome: result.outcome, value: result.value };
      const time = Math.max(result.time, last.get(index) ?? 0) as Time;
      behind.push(detailRow(index, time, { type: 'settlement', settlement }));
    }
  }
  findings.add('markets without a recorded opening', unopened, 'open from their first row on');
  findings.add('markets without a close time', unclosed, 'never closed on this tape; covered to their last row');
  return inOrder([...before, ...trades, ...behind]);
}

/** Rows in order of local time; those of one time stay in the order given. */
function inOrder(rows: readonly ImportedRow[]): ImportedRow[] {
  return rows.toSorted((a, b) => a.localTime - b.localTime);
}
