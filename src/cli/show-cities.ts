import { textTable } from '../study/text/text-table.ts';
import { CITIES } from '../weather/cities.ts';
import type { City } from '../weather/city.ts';
import { dayAfter } from '../weather/climate-day.ts';
import { settlementSource, WEATHER_COMPANY_FROM } from '../weather/settlement-source.ts';
import type { Session } from './session.ts';

const COLUMNS = ['city', 'series', 'settled on', 'station', 'day ends (UTC)'].map((title) => ({ title }));

/** Prints the cities that are known, and the clock and source that settle them. */
export function showCities(session: Session): void {
  const [before, since] = [
    settlementSource(dayAfter(WEATHER_COMPANY_FROM, -1)),
    settlementSource(WEATHER_COMPANY_FROM),
  ];
  if (session.json) {
    session.print(
      JSON.stringify({ cities: CITIES, settlement: { before, since, sinceDay: WEATHER_COMPANY_FROM } }, null, 2),
    );
    return;
  }
  session.print(textTable(COLUMNS, CITIES.map(row)).join('\n'));
  session.note(
    `A climate day is midnight to midnight of local standard time all year: 01:00 to 01:00 on the wall clock in summer. Days from ${WEATHER_COMPANY_FROM} on ` +
      `are settled by ${since.name} (${since.report}), earlier ones by the ${before.name} (${before.report}).`,
  );
}

function row({ name, series, station, standardOffset }: City): string[] {
  return [
    name,
    series,
    station.climateReport,
    `${station.icao} ${station.name}`,
    `${String(-standardOffset).padStart(2, '0')}:00`,
  ];
}
