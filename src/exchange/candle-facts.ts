import { mulDivCeil } from '../core/decimal.ts';
import { formatPrice, type Price } from '../core/price.ts';
import type { Candle, Span } from './candles.ts';
import type { MarketRecord } from './market-record.ts';
import type { Query } from './query.ts';
import { badParameter } from './refusal.ts';
import { countText } from './wire-format.ts';

type Fields = Readonly<Record<string, unknown>>;

/** A stretch of candles that a query asks for: Unix seconds, and minutes a candle. */
export interface CandleRange {
  readonly from: number;
  readonly to: number;
  readonly minutes: number;
  readonly withLatest: boolean;
}

/** Throws a Refusal. */
export function candleRange(query: Query): CandleRange {
  const [from, to] = [query.needInteger('start_ts'), query.needInteger('end_ts')];
  const minutes = query.needInteger('period_interval');
  if (![1, 60, 1_440].includes(minutes)) throw badParameter('period_interval must be 1, 60 or 1440');
  if (to < from) throw badParameter('end_ts must not lie before start_ts');
  return { from, to, minutes, withLatest: query.flag('include_latest_before_start') };
}

/** A market's candles; asked for, first the last one before the range, moved to the first period that ends after its start. */
export function candleFacts(record: MarketRecord, range: CandleRange): Fields[] {
  const { from, to, minutes, withLatest } = range;
  const candles = record.candles.between(from, to, minutes);
  const facts = candles.map(oneCandle);
  const latest = withLatest ? record.candles.before(from - 1) : null;
  if (latest === null) return facts;
  const end = Math.ceil(from / (minutes * 60)) * minutes * 60;
  if (candles[0]?.end === end) return facts;
  const nothing = { open_dollars: null, low_dollars: null, high_dollars: null, close_dollars: null };
  const last = latest.price?.close ?? latest.previous;
  return [{ ...oneCandle({ ...latest, end }), price: { ...nothing, ...previous(last) }, volume_fp: '0.00' }, ...facts];
}

function oneCandle(candle: Candle): Fields {
  return {
    end_period_ts: candle.end,
    yes_bid: span(candle.bid),
    yes_ask: span(candle.ask),
    price: { ...tradePrices(candle), ...previous(candle.previous) },
    volume_fp: countText(candle.volume),
    open_interest_fp: countText(candle.openInterest),
  };
}

function tradePrices({ price, turnover, volume }: Candle): Fields {
  if (price === null) return {};
  const mean = mulDivCeil(2 * turnover - volume, 1, 2 * volume);
  return { ...span(price), mean_dollars: text(mean), min_dollars: text(price.low), max_dollars: text(price.high) };
}

function previous(price: number | null): Fields {
  return price === null ? {} : { previous_dollars: text(price) };
}

function span({ open, low, high, close }: Span): Fields {
  return { open_dollars: text(open), low_dollars: text(low), high_dollars: text(high), close_dollars: text(close) };
}

function text(e4: number): string {
  return formatPrice(e4 as Price);
}
