import type { FeeChange } from '../core/fee-schedule.ts';
import { formatTime, type Time } from '../core/time.ts';
import { brokenDown } from './market-facts.ts';
import type { MarketRecord } from './market-record.ts';
import type { MarketWorld } from './market-world.ts';
import { countText } from './wire-format.ts';

type Fields = Readonly<Record<string, unknown>>;

const SOURCES = [{ name: 'the program that makes this world', url: 'http://127.0.0.1/' }];

/** Markets that are listed, by event, in the order in which the events were. */
export function listedEvents({ markets }: MarketWorld): Map<string, MarketRecord[]> {
  const events = new Map<string, MarketRecord[]>();
  for (const record of markets) {
    if (record.status === null) continue;
    const { event } = record.market;
    events.set(event, [...(events.get(event) ?? []), record]);
  }
  return events;
}

/** An event by its markets, as `GET /events/{event_ticker}` gives it. */
export function eventFacts([first, ...rest]: readonly MarketRecord[]): Fields {
  const { event, series, day } = first!.market;
  const updated = Math.max(first!.updated, ...rest.map((record) => record.updated)) as Time;
  return {
    event_ticker: event,
    series_ticker: series,
    title: brokenDown(first!).eventTitle,
    sub_title: `On ${day}`,
    collateral_return_type: '',
    mutually_exclusive: true,
    category: 'Climate and Weather',
    strike_date: formatTime(first!.market.closeTime!),
    settlement_sources: SOURCES,
    last_updated_ts: formatTime(updated),
    exchange_index: 0,
  };
}

/** A series as `GET /series/{series_ticker}` gives it at `now`. */
export function seriesFacts(ticker: string, world: MarketWorld, now: Time, withVolume: boolean): Fields {
  const markets = world.markets.filter(({ market, status }) => market.series === ticker && status !== null);
  const { title, event } = markets[0]!.market;
  const terms = world.fees.lookup(ticker, event, now);
  const volume = markets.reduce((sum, record) => sum + record.volume, 0);
  return {
    ticker,
    frequency: 'daily',
    title: title.slice(0, title.indexOf(' on ')),
    category: 'Climate and Weather',
    categories: ['Climate and Weather'],
    tags: ['SYNTHETIC'],
    settlement_sources: SOURCES,
    contract_url: 'http://127.0.0.1/',
    contract_terms_url: 'http://127.0.0.1/',
    fee_type: terms.type,
    fee_multiplier: terms.multiplierE4 / 10_000,
    additional_prohibitions: [],
    ...(withVolume ? { volume_fp: countText(volume) } : {}),
    last_updated_ts: formatTime(markets[0]!.created),
    exchange_index: 0,
  };
}

/** A row of a series' fee schedule. */
export function feeChangeFacts({ series, from, type, multiplierE4 }: FeeChange, id: string): Fields {
  return {
    id,
    series_ticker: series,
    fee_type: type,
    fee_multiplier: multiplierE4 / 10_000,
    scheduled_ts: formatTime(from),
  };
}
