import { Fault } from '../core/fault.ts';
import type { City } from './city.ts';
import { INVENTED_CITIES } from './invented-cities.ts';

type Row = readonly [
  name: string,
  label: string,
  series: string,
  formerSeries: string | null,
  icao: string,
  climateReport: string,
  station: string,
  latitude: number,
  longitude: number,
  standardOffset: number,
];

/** Stations are those that the rules of the series name by their climate report; a city's best-known airport often is another. */
const ROWS: readonly Row[] = [
  ['new-york', 'New York', 'KXHIGHNY', 'HIGHNY', 'KNYC', 'CLINYC', 'Central Park', 40.78, -73.97, -5],
  ['chicago', 'Chicago', 'KXHIGHCHI', 'HIGHCHI', 'KMDW', 'CLIMDW', 'Midway Airport', 41.79, -87.75, -6],
  ['miami', 'Miami', 'KXHIGHMIA', 'HIGHMIA', 'KMIA', 'CLIMIA', 'International Airport', 25.79, -80.32, -5],
  ['austin', 'Austin', 'KXHIGHAUS', 'HIGHAUS', 'KAUS', 'CLIAUS', 'Bergstrom Airport', 30.18, -97.68, -6],
  ['denver', 'Denver', 'KXHIGHDEN', 'HIGHDEN', 'KDEN', 'CLIDEN', 'International Airport', 39.85, -104.66, -7],
  ['los-angeles', 'Los Angeles', 'KXHIGHLAX', 'HIGHLAX', 'KLAX', 'CLILAX', 'International Airport', 33.94, -118.39, -8],
  ['philadelphia', 'Philadelphia', 'KXHIGHPHIL', null, 'KPHL', 'CLIPHL', 'International Airport', 39.87, -75.23, -5],
  ['san-francisco', 'San Francisco', 'KXHIGHTSFO', null, 'KSFO', 'CLISFO', 'International Airport', 37.62, -122.37, -8],
  ['phoenix', 'Phoenix', 'KXHIGHTPHX', null, 'KPHX', 'CLIPHX', 'Sky Harbor Airport', 33.43, -112, -7],
  ['seattle', 'Seattle', 'KXHIGHTSEA', null, 'KSEA', 'CLISEA', 'Seattle-Tacoma Airport', 47.44, -122.31, -8],
  ['atlanta', 'Atlanta', 'KXHIGHTATL', null, 'KATL', 'CLIATL', 'Hartsfield-Jackson Airport', 33.63, -84.44, -5],
  ['boston', 'Boston', 'KXHIGHTBOS', null, 'KBOS', 'CLIBOS', 'Logan Airport', 42.36, -71.01, -5],
  ['dallas', 'Dallas', 'KXHIGHTDAL', null, 'KDFW', 'CLIDFW', 'Dallas/Fort Worth Airport', 32.9, -97.02, -6],
  ['washington', 'Washington', 'KXHIGHTDC', null, 'KDCA', 'CLIDCA', 'Reagan National Airport', 38.85, -77.03, -5],
  ['las-vegas', 'Las Vegas', 'KXHIGHTLV', null, 'KLAS', 'CLILAS', 'Harry Reid Airport', 36.07, -115.16, -8],
  [
    'minneapolis',
    'Minneapolis',
    'KXHIGHTMIN',
    null,
    'KMSP',
    'CLIMSP',
    'Minneapolis-St Paul Airport',
    44.88,
    -93.23,
    -6,
  ],
  ['houston', 'Houston', 'KXHIGHTHOU', null, 'KHOU', 'CLIHOU', 'Hobby Airport', 29.64, -95.28, -6],
  ['oklahoma-city', 'Oklahoma City', 'KXHIGHTOKC', null, 'KOKC', 'CLIOKC', 'Will Rogers Airport', 35.39, -97.6, -6],
  ['new-orleans', 'New Orleans', 'KXHIGHTNOLA', null, 'KMSY', 'CLIMSY', 'Armstrong Airport', 29.99, -90.25, -6],
  ['san-antonio', 'San Antonio', 'KXHIGHTSATX', null, 'KSAT', 'CLISAT', 'International Airport', 29.54, -98.48, -6],
  ['san-diego', 'San Diego', 'KXHIGHTSAN', null, 'KSAN', 'CLISAN', 'International Airport', 32.73, -117.18, -8],
  ['newark', 'Newark', 'KXHIGHTEWR', null, 'KEWR', 'CLIEWR', 'Liberty Airport', 40.68, -74.17, -5],
  ['trenton', 'Trenton', 'KXHIGHTTTN', null, 'KTTN', 'CLITTN', 'Mercer Airport', 40.28, -74.81, -5],
  ['louisville', 'Louisville', 'KXHIGHTSDF', null, 'KSDF', 'CLISDF', 'Muhammad Ali Airport', 38.18, -85.74, -5],
];

/** Every city that is known, in the order in which lists show them. */
export const CITIES: readonly City[] = ROWS.map(
  ([name, label, series, former, icao, climateReport, station, latitude, longitude, standardOffset]) => ({
    name,
    label,
    series,
    formerSeries: former === null ? [] : [former],
    station: { icao, climateReport, name: station, latitude, longitude },
    standardOffset,
  }),
);

const EVERYWHERE: readonly City[] = [...CITIES, ...INVENTED_CITIES];

/** A city by its name, as a person writes it ("Los Angeles", "los_angeles"). Throws a Fault (`usage`) for one that is not known. */
export function cityNamed(given: string): City {
  const name = given.trim().toLowerCase().replaceAll(/[ _]/g, '-');
  const city = CITIES.find((each) => each.name === name);
  if (city !== undefined) return city;
  throw new Fault('usage', `no such city is known: "${given}"`, {
    next: `Name one of ${CITIES.map((each) => each.name).join(', ')}.`,
  });
}

/** The city of a series, old names and invented places included; undefined for a series that is about no known city's high. */
export function cityOfSeries(series: string): City | undefined {
  return EVERYWHERE.find((city) => city.series === series || city.formerSeries.includes(series));
}

/** The city that a signal is about, "forecast-high/chicago"; undefined for any other signal. */
export function cityOfSignal(name: string): City | undefined {
  const place = name.slice(name.indexOf('/') + 1);
  return EVERYWHERE.find((city) => city.name === place);
}
