import type { MarketStatus } from '../core/market.ts';
import { formatPrice } from '../core/price.ts';
import type { Time } from '../core/time.ts';
import { brokenDown, gridFields, resultOf, strikeFields } from './market-facts.ts';
import type { MarketRecord } from './market-record.ts';
import { unixSeconds } from './wire-format.ts';

type Message = Readonly<Record<string, unknown>>;

/** What changed in a market's life. */
interface Change {
  readonly status: MarketStatus | undefined;
  readonly moved: boolean;
  readonly regridded: boolean;
}

/** The messages that a change gives. That a market opens or closes in time is told by nobody. */
export function lifecycleOf(market: MarketRecord, before: MarketStatus | null, change: Change, now: Time): Message[] {
  const told: Message[] = [];
  const tell = (event_type: string, extra: Message): void => {
    told.push({ event_type, market_ticker: market.ticker, ...extra });
  };
  const { status, moved, regridded } = change;
  if (moved) tell('close_date_updated', { close_ts: unixSeconds(market.closeTime) });
  if (regridded) tell('price_level_structure_updated', gridFields(market.book.grid));
  if (status === 'inactive') tell('deactivated', { is_deactivated: true });
  if (status === 'active' && before === 'inactive') tell('activated', { is_deactivated: false });
  if (status === 'determined') {
    const settlement_value = formatPrice(market.settlement!.value);
    tell('determined', { result: resultOf(market), determination_ts: unixSeconds(now), settlement_value });
  }
  if (status === 'finalized') tell('settled', { settled_ts: unixSeconds(now) });
  return told;
}

/** A market is listed. */
export function marketCreated(market: MarketRecord): Message {
  const { event } = market.market;
  const { title, label, rules } = brokenDown(market);
  return {
    event_type: 'created',
    market_ticker: market.ticker,
    exchange_index: 0,
    open_ts: unixSeconds(market.market.openTime!),
    close_ts: unixSeconds(market.closeTime),
    additional_metadata: {
      name: label,
      title,
      yes_sub_title: label,
      no_sub_title: label,
      rules_primary: rules,
      rules_secondary: '',
      can_close_early: true,
      event_ticker: event,
      expected_expiration_ts: unixSeconds(market.expected),
      ...strikeFields(market.market.strike),
    },
    ...gridFields(market.book.grid),
  };
}

/** An event is listed. */
export function eventCreated(market: MarketRecord): Message {
  const { event, series, day } = market.market;
  return {
    event_ticker: event,
    exchange_index: 0,
    title: brokenDown(market).eventTitle,
    subtitle: `On ${day}`,
    collateral_return_type: '',
    series_ticker: series,
  };
}
