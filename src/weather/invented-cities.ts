import type { City } from './city.ts';

type Row = readonly [label: string, code: string, standardOffset: number];

/** The places of synthetic tapes, as the generator has them. */
const ROWS: readonly Row[] = [
  ['Synthville', 'VIL', -5],
  ['Mockton', 'MOK', -6],
  ['Feignbury', 'FEI', -7],
  ['Shamford', 'SHA', -5],
  ['Fabriport', 'FAB', -8],
  ['Inventon', 'INV', -6],
];

/** SYNTHETIC cities: nobody lives there, no station stands there, and no source settles them. */
export const INVENTED_CITIES: readonly City[] = ROWS.map(([label, code, standardOffset]) => ({
  name: label.toLowerCase(),
  label,
  series: `SYNHIGH${code}`,
  formerSeries: [],
  station: { icao: `SYN${code}`, climateReport: `SYN${code}`, name: 'SYNTHETIC', latitude: 0, longitude: 0 },
  standardOffset,
}));
