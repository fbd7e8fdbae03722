import { civilFromTime, DAY, parseTime, type Time } from '../core/time.ts';
import type { City } from '../weather/city.ts';
import type { Day } from '../weather/climate-day.ts';

const MONTHS = 'JANUARY FEBRUARY MARCH APRIL MAY JUNE JULY AUGUST SEPTEMBER OCTOBER NOVEMBER DECEMBER'.split(' ');

/** A Climatological Report (Daily) on a day that is over, in the layout of the service, with no more in it than the high: SYNTHETIC. */
export function climateReport({ station, label }: City, day: Day, high: number): string {
  const [year, month, date] = civilFromTime(parseTime(`${day}T00:00:00Z`));
  const [, , next] = civilFromTime((parseTime(`${day}T00:00:00Z`) + DAY) as Time);
  return [
    '000',
    `CDUS43 KSYN ${String(next).padStart(2, '0')}0641`,
    station.climateReport,
    '',
    'CLIMATE REPORT',
    'SYNTHETIC WEATHER SERVICE, NOWHERE',
    '',
    `...THE ${label.toUpperCase()} CLIMATE SUMMARY FOR ${MONTHS[month - 1]} ${date} ${year}...`,
    '',
    'TEMPERATURE (F)',
    ' YESTERDAY',
    `  MAXIMUM         ${high}   3:00 PM`,
    '  MINIMUM         MM',
    '',
  ].join('\n');
}
