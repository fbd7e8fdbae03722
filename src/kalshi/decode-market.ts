import { parseDecimal } from '../core/decimal.ts';
import { MARKET_STATUSES, type Market, type MarketStatus, type Settlement, type Strike } from '../core/market.ts';
import { parsePrice } from '../core/price.ts';
import { CENT_GRID, gridOf, NAMED_GRIDS, type PriceGrid } from '../core/price-grid.ts';
import type { Time } from '../core/time.ts';
import { parseTicker, seriesToday } from './ticker.ts';
import {
  decimalText,
  malformed,
  optionalNumber,
  optionalPrice,
  optionalText,
  optionalTime,
  type WireObject,
  wireList,
  wireObject,
  wireText,
} from './wire.ts';

/** A market as the venue describes it, before a tape or session numbers it. */
export interface DecodedMarket {
  readonly facts: Omit<Market, 'index'>;
  /** Where it stands in its life, or null where the record does not say, or by a word that is not known. */
  readonly status: MarketStatus | null;
  /** How it paid, or null while it has no result. */
  readonly settlement: Omit<Settlement, 'market'> | null;
  /** When it paid, or null where the venue did not say (records before 2025). */
  readonly settlementTime: Time | null;
  /** When the venue expected it to pay, or null. */
  readonly expectedExpiration: Time | null;
  /** False where the record states no price grid: the facts then hold whole cents, which were the only grid of the past. */
  readonly gridStated: boolean;
}

/**
 * Decodes a Market record of today or of the past. `event` is the Event record around it where there is one: it names series and
 * exclusivity, which a market does not. Throws a Fault (`malformed-input`) when the record is not a market.
 */
export function decodeMarket(value: unknown, event: WireObject | null): DecodedMarket {
  const from = wireObject(value, 'market');
  const ticker = wireText(from, 'ticker');
  const parts = parseTicker(ticker);
  const stated = statedGrid(from);
  const series = (event && optionalText(event, 'series_ticker')) ?? seriesToday(parts.series);
  return {
    facts: {
      ticker,
      event: optionalText(from, 'event_ticker') ?? parts.event,
      series,
      title: optionalText(from, 'title') ?? optionalText(from, 'yes_sub_title') ?? optionalText(from, 'subtitle') ?? '',
      strike: decodeStrike(from, ticker),
      grid: stated ?? CENT_GRID,
      openTime: optionalTime(from, 'open_time'),
      closeTime: optionalTime(from, 'close_time'),
      day: parts.day ?? (optionalText(from, 'close_time') ?? '').slice(0, 10),
      mutuallyExclusive: event?.mutually_exclusive === true,
    },
    status: MARKET_STATUSES.find((status) => status === from.status) ?? null,
    settlement: decodeSettlement(from, ticker),
    settlementTime: optionalTime(from, 'settlement_ts'),
    expectedExpiration: optionalTime(from, 'expected_expiration_time'),
    gridStated: stated !== null,
  };
}

/** What it asks. Throws where the type and its bounds do not go together: a bracket without one of them would be another bracket. */
function decodeStrike(from: WireObject, ticker: string): Strike {
  const word = optionalText(from, 'strike_type');
  const strike = {
    type: strikeType(word),
    floor: optionalNumber(from, 'floor_strike'),
    cap: optionalNumber(from, 'cap_strike'),
  };
  const [floor, cap] = [strike.floor !== null, strike.cap !== null];
  const whole = { less: cap, between: floor && cap, greater: floor, other: word !== null || !(floor || cap) }[
    strike.type
  ];
  if (whole) return strike;
  throw malformed(`market ${ticker}`, `is "${word}" with floor ${strike.floor} and cap ${strike.cap}`);
}

function strikeType(word: string | null): Market['strike']['type'] {
  return word === 'less' || word === 'between' || word === 'greater' ? word : 'other';
}

/** The price grid that a record states, by its ranges or else by their name; null where it states none. */
export function statedGrid(from: WireObject): PriceGrid | null {
  const ranges = wireList(from.price_ranges, 'price_ranges');
  if (ranges.length > 0) {
    return gridOf(
      ranges.map((value) => {
        const range = wireObject(value, 'price range');
        const e4 = (name: string) => parseDecimal(decimalText(range[name], name), 4);
        return { start: e4('start'), end: e4('end'), step: e4('step') };
      }),
    );
  }
  const label = optionalText(from, 'price_level_structure');
  const bands = label === null ? undefined : NAMED_GRIDS[label];
  return bands === undefined ? null : gridOf(bands);
}

function decodeSettlement(from: WireObject, ticker: string): Omit<Settlement, 'market'> | null {
  const result = optionalText(from, 'result');
  if (result === null) return null;
  if (result === 'yes') return { outcome: 'yes', value: parsePrice('1') };
  if (result === 'no') return { outcome: 'no', value: parsePrice('0') };
  const value = optionalPrice(from, 'settlement_value');
  if (result === 'scalar' && value !== null) return { outcome: 'scalar', value };
  throw malformed(`market ${ticker}`, `has the result "${result}"${value === null ? ' and no settlement value' : ''}`);
}

/**
 * The markets of a saved body with the event around each: `{event, markets}`, `{events: [{markets}]}`, `{markets}`, `{market}`
 * or a plain list of events or markets.
 */
export function marketBodies(json: unknown): { market: unknown; event: WireObject | null }[] {
  if (Array.isArray(json)) return json.flatMap(marketBodies);
  const from = wireObject(json, 'events body');
  if (Array.isArray(from.events)) return from.events.flatMap(marketBodies);
  if (from.market !== undefined) return [{ market: from.market, event: null }];
  if (from.event !== undefined) {
    const event = wireObject(from.event, 'event');
    return wireList(from.markets ?? event.markets, 'markets').map((market) => ({ market, event }));
  }
  if (Array.isArray(from.markets)) {
    const event = from.event_ticker === undefined ? null : from;
    return from.markets.map((market) => ({ market, event }));
  }
  if (from.ticker !== undefined) return [{ market: from, event: null }];
  throw malformed('events body', 'holds neither an event nor a market');
}
