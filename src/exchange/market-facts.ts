import { formatDecimal } from '../core/decimal.ts';
import type { Strike } from '../core/market.ts';
import { formatPrice, type Price } from '../core/price.ts';
import { NAMED_GRIDS, type PriceGrid } from '../core/price-grid.ts';
import { ASK, BID } from '../core/side.ts';
import { DAY, formatTime, HOUR, type Time } from '../core/time.ts';
import type { MarketRecord } from './market-record.ts';
import { countText, noText } from './wire-format.ts';

type Fields = Readonly<Record<string, unknown>>;

/** From the result to its payment, in seconds, where nobody disputes it. */
const SETTLEMENT_TIMER = 3_600;

/** The record of a market as `GET /markets/{ticker}` gives it at `now`. Keys that have nothing to say are absent. */
export function marketFacts(record: MarketRecord, now: Time): Fields {
  const { market, settlement } = record;
  const { title, label, rules } = brokenDown(record);
  return {
    ticker: market.ticker,
    event_ticker: market.event,
    market_type: 'binary',
    title,
    subtitle: label,
    yes_sub_title: label,
    no_sub_title: label,
    created_time: formatTime(record.created),
    updated_time: formatTime(record.updated),
    open_time: formatTime(market.openTime!),
    close_time: formatTime(record.closeTime),
    expected_expiration_time: formatTime(record.expected),
    expiration_time: formatTime(latestExpiration(record)),
    latest_expiration_time: formatTime(latestExpiration(record)),
    settlement_timer_seconds: SETTLEMENT_TIMER,
    status: record.status,
    ...priceFacts(record, now),
    result: resultOf(record),
    can_close_early: true,
    notional_value_dollars: '1.0000',
    ...(settlement === null ? {} : { settlement_value_dollars: formatPrice(settlement.value) }),
    ...(record.settledTime === null ? {} : { settlement_ts: formatTime(record.settledTime) }),
    expiration_value: record.measured,
    ...strikeFields(market.strike),
    rules_primary: rules,
    rules_secondary: '',
    ...gridFields(record.book.grid),
    exchange_index: 0,
    settlement_bounds_type: 'default',
  };
}

function priceFacts(record: MarketRecord, now: Time): Fields {
  const past = record.candles.before(Math.floor((now - DAY) / 1_000_000));
  const text = (e4: number): string => formatPrice(e4 as Price);
  return {
    yes_bid_dollars: text(record.bid),
    yes_bid_size_fp: countText(record.bestSize(BID)),
    yes_ask_dollars: text(record.ask),
    yes_ask_size_fp: countText(record.bestSize(ASK)),
    no_bid_dollars: noText(record.ask as Price),
    no_ask_dollars: noText(record.bid as Price),
    last_price_dollars: text(record.lastPrice ?? 0),
    volume_fp: countText(record.volume),
    volume_24h_fp: countText(record.candles.volumeSince((now - DAY) as Time)),
    open_interest_fp: countText(record.openInterest),
    previous_yes_bid_dollars: text(past?.bid.close ?? 0),
    previous_yes_ask_dollars: text(past?.ask.close ?? 0),
    previous_price_dollars: text(past?.price?.close ?? past?.previous ?? 0),
  };
}

function latestExpiration({ expected }: MarketRecord): Time {
  return (expected + 6 * DAY + 8 * HOUR) as Time;
}

/** A market's texts. */
export function brokenDown({ market }: MarketRecord): Record<'title' | 'eventTitle' | 'label' | 'rules', string> {
  const cut = market.title.lastIndexOf(': ');
  const eventTitle = market.title.slice(0, cut);
  const label = market.title.slice(cut + 2);
  const rules = `SYNTHETIC: a program makes this market. It pays if the highest temperature that the program draws for ${market.day} is ${label}.`;
  return { title: market.title, eventTitle, label, rules };
}

/** "yes", "no", "scalar", or "" until the result is known. A market that is void pays a scalar value. */
export function resultOf({ settlement }: MarketRecord): string {
  if (settlement === null) return '';
  return settlement.outcome === 'void' ? 'scalar' : settlement.outcome;
}

/** What a market asks, without the keys that say nothing. */
export function strikeFields({ type, floor, cap }: Strike): Fields {
  return {
    strike_type: type === 'other' ? 'custom' : type,
    ...(floor === null ? {} : { floor_strike: floor }),
    ...(cap === null ? {} : { cap_strike: cap }),
  };
}

/** The price grid: its label, and the bands that count. */
export function gridFields(grid: PriceGrid): Fields {
  const bands = JSON.stringify(grid.bands);
  const label = Object.entries(NAMED_GRIDS).find(([, named]) => JSON.stringify(named) === bands)?.[0] ?? '';
  const text = (e4: number): string => formatDecimal(e4, 4);
  return {
    price_level_structure: label,
    price_ranges: grid.bands.map(({ start, end, step }) => ({ start: text(start), end: text(end), step: text(step) })),
  };
}

/** The book of a market as REST gives it: bids of both legs, the best last, at most `depth` of each (0 is all). */
export function bookFacts(record: MarketRecord, depth: number): Fields {
  const { yes, no } = bookLevels(record);
  const best = (levels: readonly Level[]): readonly Level[] => (depth === 0 ? levels : levels.slice(-depth));
  return { yes_dollars: best(yes), no_dollars: best(no) };
}

/** Price and size of a level, as text. */
export type Level = readonly [string, string];

/** Both sides of a book, each as bids of its leg, ascending. With `inYes` the NO side is in YES prices instead, still best last. */
export function bookLevels({ book }: MarketRecord, inYes = false): { yes: Level[]; no: Level[] } {
  const yes: Level[] = [];
  const no: Level[] = [];
  for (let level = 0; level < book.grid.size; level++) {
    const total = book.total(BID, level);
    if (total > 0) yes.push([formatPrice(book.grid.priceAt(level)), countText(total)]);
  }
  for (let level = book.grid.size - 1; level >= 0; level--) {
    const total = book.total(ASK, level);
    const price = book.grid.priceAt(level);
    if (total > 0) no.push([inYes ? formatPrice(price) : noText(price), countText(total)]);
  }
  return { yes, no };
}
