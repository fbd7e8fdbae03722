import type { Market, MarketChange, MarketStatus } from '../core/market.ts';
import type { Detail } from '../core/market-event.ts';
import type { PriceGrid } from '../core/price-grid.ts';
import type { Time } from '../core/time.ts';
import type { DecodedMarket } from './decode-market.ts';

/** What has been told of a market's life, by messages and by its record: only what is new is told again, a settlement once. */
export class MarketLife {
  readonly market: Market;
  #status: MarketStatus | null = null;
  #closeTime: Time | null;
  #grid: PriceGrid;
  #paid = false;

  constructor(market: Market) {
    this.market = market;
    this.#closeTime = market.closeTime;
    this.#grid = market.grid;
  }

  /** What a change tells that is new; null where it is nothing. */
  change({ status, closeTime, grid }: Omit<MarketChange, 'market'>): Detail | null {
    const change: MarketChange = {
      market: this.market.index,
      ...(status !== undefined && status !== this.#status && { status }),
      ...(closeTime !== undefined && closeTime !== this.#closeTime && { closeTime }),
      ...(grid !== undefined && !sameGrid(grid, this.#grid) && { grid }),
    };
    if (Object.keys(change).length === 1) return null;
    this.#status = change.status ?? this.#status;
    this.#closeTime = change.closeTime ?? this.#closeTime;
    this.#grid = change.grid ?? this.#grid;
    return { type: 'lifecycle', change };
  }

  /** What a record of it tells that is new, in order. */
  record({ facts, status, settlement }: DecodedMarket): Detail[] {
    const { closeTime, grid } = facts;
    const change = this.change({ grid, ...(status !== null && { status }), ...(closeTime !== null && { closeTime }) });
    const told: Detail[] = change === null ? [] : [change];
    if (status === 'finalized' && settlement !== null && !this.#paid) {
      this.#paid = true;
      told.push({ type: 'settlement', settlement: { ...settlement, market: this.market.index } });
    }
    return told;
  }
}

function sameGrid(grid: PriceGrid, other: PriceGrid): boolean {
  return (
    grid === other ||
    (grid.size === other.size && Array.from(grid.prices).every((price, at) => price === other.prices[at]))
  );
}
