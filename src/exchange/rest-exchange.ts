import { formatTime, HOUR } from '../core/time.ts';
import { DEFAULT_COST } from './costs.ts';
import type { Exchange } from './exchange.ts';
import type { LateReads } from './late-reads.ts';
import { ok, type Route } from './route.ts';

const DAYS = ['monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday', 'sunday'];

/** Status, schedule, how fresh user data is, and what requests cost. */
export function exchangeRoutes(exchange: Exchange, late: LateReads, costs: () => readonly unknown[]): Route[] {
  return [
    {
      method: 'GET',
      path: '/exchange/status',
      name: 'GetExchangeStatus',
      open: true,
      answer: () => ok({ exchange_active: true, trading_active: true, exchange_index_statuses: [shard()] }),
    },
    {
      method: 'GET',
      path: '/exchange/schedule',
      name: 'GetExchangeSchedule',
      open: true,
      answer: () => ok({ schedule: { standard_hours: [alwaysOpen(exchange)], maintenance_windows: [] } }),
    },
    {
      method: 'GET',
      path: '/exchange/user_data_timestamp',
      name: 'GetUserDataTimestamp',
      open: true,
      answer: () => ok({ as_of_time: formatTime(late.asOf) }),
    },
    {
      method: 'GET',
      path: '/account/endpoint_costs',
      name: 'GetAccountEndpointCosts',
      open: true,
      answer: () => ok({ default_cost: DEFAULT_COST, endpoint_costs: costs() }),
    },
  ];
}

function shard(): Record<string, unknown> {
  const description = 'SYNTHETIC';
  const active = { exchange_active: true, trading_active: true, intra_exchange_transfers_active: false };
  return { exchange_index: 0, description, ...active };
}

function alwaysOpen({ now }: Exchange): Record<string, unknown> {
  const year = 365 * 24 * HOUR;
  const hours = [{ open_time: '00:00', close_time: '23:59' }];
  return {
    start_time: formatTime((now - year) as typeof now),
    end_time: formatTime((now + year) as typeof now),
    ...Object.fromEntries(DAYS.map((day) => [day, hours])),
  };
}
