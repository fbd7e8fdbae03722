import type { Money } from '../core/money.ts';
import { formatTime, type Time } from '../core/time.ts';
import type { ExchangeAccount, Holding, SettlementRow } from './account.ts';
import { resultOf } from './market-facts.ts';
import { cashText, countText, dollarText, unixSeconds, wholeCents } from './wire-format.ts';

type Fields = Readonly<Record<string, unknown>>;

/** What an account has, as `GET /portfolio/balance` gives it: the cash that no order locks, and its positions at their marks. */
export function balanceFacts(account: ExchangeAccount, now: Time): Fields {
  const { available } = account.ledger;
  return {
    balance: wholeCents(available),
    balance_dollars: cashText(available),
    portfolio_value: wholeCents(account.positionValue()),
    updated_ts: unixSeconds(now),
    balance_breakdown: [{ exchange_index: 0, balance: cashText(available) }],
  };
}

/** A market in which the account has traded. */
export function positionFacts(account: ExchangeAccount, { market, traded, updated }: Holding): Fields {
  const position = account.ledger.position(market.market.index);
  return {
    ticker: market.ticker,
    exchange_index: 0,
    total_traded_dollars: dollarText(traded),
    position_fp: countText(position.quantity),
    market_exposure_dollars: dollarText(position.cost),
    realized_pnl_dollars: dollarText(position.realised + position.settled),
    fees_paid_dollars: dollarText(position.fees),
    last_updated_ts: formatTime(updated),
  };
}

/** A position as the channel `market_positions` tells it. */
export function positionMessage(account: ExchangeAccount, { market }: Holding): Fields {
  const position = account.ledger.position(market.market.index);
  return {
    user_id: account.id,
    market_ticker: market.ticker,
    position_fp: countText(position.quantity),
    position_cost_dollars: dollarText(position.cost),
    realized_pnl_dollars: dollarText(position.realised + position.settled),
    fees_paid_dollars: dollarText(position.fees),
    position_fee_cost_dollars: dollarText(position.fees),
    volume_fp: countText(position.volume),
    subaccount: 0,
  };
}

/** Positions summed by event. */
export function eventPositionFacts(account: ExchangeAccount, holdings: readonly Holding[]): Fields[] {
  const events = new Map<string, Holding[]>();
  for (const holding of holdings) {
    const { event } = holding.market.market;
    events.set(event, [...(events.get(event) ?? []), holding]);
  }
  return [...events].map(([event, held]) => {
    const positions = held.map(({ market }) => account.ledger.position(market.market.index));
    const sum = (numbers: readonly number[]): number => numbers.reduce((total, number) => total + number, 0);
    return {
      event_ticker: event,
      total_cost_dollars: dollarText(sum(held.map(({ traded }) => traded))),
      total_cost_shares_fp: countText(sum(held.map(({ volume }) => volume))),
      event_exposure_dollars: dollarText(sum(positions.map(({ cost }) => cost))),
      realized_pnl_dollars: dollarText(sum(positions.map(({ realised, settled }) => realised + settled))),
      fees_paid_dollars: dollarText(sum(positions.map(({ fees }) => fees))),
    };
  });
}

/** What a market paid. */
export function settlementFacts({ market, settlement, quantity, cost, payout, fees, time }: SettlementRow): Fields {
  const long = quantity > 0;
  const none = 0 as Money;
  return {
    ticker: market.ticker,
    exchange_index: 0,
    event_ticker: market.market.event,
    market_result: resultOf(market),
    yes_count_fp: countText(long ? quantity : 0),
    yes_total_cost_dollars: dollarText(long ? cost : none),
    no_count_fp: countText(long ? 0 : -quantity),
    no_total_cost_dollars: dollarText(long ? none : cost),
    revenue: wholeCents(payout),
    settled_time: formatTime(time),
    fee_cost: dollarText(fees),
    value: Math.floor(settlement.value / 100),
  };
}
