import type { Day } from './climate-day.ts';

/** Who publishes the high that a market is paid by. */
export interface SettlementSource {
  readonly name: 'National Weather Service' | 'The Weather Company';
  /** What it is: a report of its own, or a relay of another's. */
  readonly report: string;
}

/** The first climate day that is settled by The Weather Company, by the venue's notice. */
export const WEATHER_COMPANY_FROM: Day = '2026-08-14';

const NATIONAL_WEATHER_SERVICE: SettlementSource = {
  name: 'National Weather Service',
  report: 'Climatological Report (Daily)',
};
const WEATHER_COMPANY: SettlementSource = {
  name: 'The Weather Company',
  report: 'its relay of the Climatological Report (Daily)',
};

/** Who settles the markets on a climate day. A model of highs before the change was never tried on what comes after it. */
export function settlementSource(day: Day): SettlementSource {
  return day >= WEATHER_COMPANY_FROM ? WEATHER_COMPANY : NATIONAL_WEATHER_SERVICE;
}
