import { z } from 'zod';
import type { Signal } from '../core/market-event.ts';
import { type Duration, MINUTE, parseTime, type Time } from '../core/time.ts';
import type { City } from '../weather/city.ts';
import { signalName } from '../weather/city-signals.ts';
import { climateDayOf, type Day, dayAfter } from '../weather/climate-day.ts';
import { drift, readBody, readCsv } from './read-body.ts';

/*
 * The Iowa Environmental Mesonet keeps what the National Weather Service sent: climate reports with the time of each product, station readings, and
 * station guidance (MOS, NBM) by the time of its run.
 */
const SOURCE = 'IEM';

const reports = z.object({
  results: z.array(
    z.object({
      station: z.string(),
      valid: z.string().regex(/^\d{4}-\d{2}-\d{2}$/),
      high: z.union([z.number(), z.string()]),
      product: z.string().nullable(),
    }),
  ),
});

/** The address of a station's climate reports of a year. */
export function reportsUrl(base: string, city: City, year: string): string {
  return `${base}/json/cli.py?station=${city.station.icao}&year=${year}`;
}

/** Official highs, each known since its product was sent ("202410020641-KLOT-…"). Days without a number or a product are left out. Throws a Fault (`weather-drift`). */
export function highsOfReports(city: City, body: string): Signal[] {
  return readBody(`${SOURCE} climate reports`, body, reports).results.flatMap(({ station, valid, high, product }) => {
    if (station !== city.station.icao || typeof high !== 'number') return [];
    const sent = /^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)-/.exec(product ?? '');
    if (sent === null) return [];
    const [, year, month, day, hour, minute] = sent;
    const issueTime = parseTime(`${year}-${month}-${day}T${hour}:${minute}:00Z`);
    return [{ name: signalName('official-high', city), value: high, unit: '°F', issueTime, about: valid as Day }];
  });
}

/** The address of a station's readings, from a climate day to another, both included. */
export function readingsUrl(base: string, city: City, from: Day, to: Day): string {
  const end = dayAfter(to, 2);
  const part = (day: Day, at: number) => Number(day.split('-')[at]);
  const when = [0, 1, 2].map((at) => `${['year', 'month', 'day'][at]}1=${part(from, at)}`);
  const until = [0, 1, 2].map((at) => `${['year', 'month', 'day'][at]}2=${part(end, at)}`);
  // The service names airports of the contiguous states without their K.
  const station = city.station.icao.replace(/^K/, '');
  return `${base}/cgi-bin/request/asos.py?station=${station}&data=tmpf&${[...when, ...until].join('&')}&tz=Etc%2FUTC&format=onlycomma&latlon=no&missing=M&trace=T&direct=no&report_type=3&report_type=4`;
}

/** A reading is out so long after it was taken: declared, the archive does not say. */
const PUBLISHED_AFTER = (10 * MINUTE) as Duration;

/** Each reading that was the highest of its climate day so far. Throws a Fault (`weather-drift`). */
export function maximaOfReadings(city: City, body: string): Signal[] {
  const rows = readCsv(`${SOURCE} readings`, body, ['station', 'valid', 'tmpf']);
  const readings = rows.flatMap(({ valid, tmpf }) => {
    const value = tmpf === 'M' || tmpf === '' ? Number.NaN : Number(tmpf);
    return Number.isFinite(value) ? [{ time: timeOf(valid), value }] : [];
  });
  readings.sort((left, right) => left.time - right.time);
  const highest = new Map<Day, number>();
  return readings.flatMap(({ time, value }): Signal[] => {
    const day = climateDayOf(city, time);
    if (value <= (highest.get(day) ?? Number.NEGATIVE_INFINITY)) return [];
    highest.set(day, value);
    const issueTime = (time + PUBLISHED_AFTER) as Time;
    return [{ name: signalName('observed-max', city), value, unit: '°F', issueTime, about: day }];
  });
}

/** The address of a station's guidance, from runs of a day to those of another, both included. */
export function guidanceUrl(base: string, city: City, from: Day, to: Day): string {
  return `${base}/cgi-bin/request/mos.py?station=${city.station.icao}&model=NBS&sts=${from}T00:00Z&ets=${dayAfter(to, 1)}T00:00Z&format=csv`;
}

/** Guidance is out so long after the time of its run: declared. */
const GUIDANCE_AFTER = (90 * MINUTE) as Duration;

/**
 * The daytime maxima of station guidance by the time of its run. They stand in the column of 00 UTC, the evening of the day that they speak of in
 * these parts of the world; those of 12 UTC are minima. They have a name of their own: errors of two sources must not mix. Throws a Fault (`weather-drift`).
 */
export function highsOfGuidance(city: City, body: string): Signal[] {
  return readCsv(`${SOURCE} guidance`, body, ['station', 'runtime', 'ftime', 'txn']).flatMap((row): Signal[] => {
    const value = Number(row.txn);
    const about = timeOf(row.ftime);
    if (row.txn === '' || !Number.isFinite(value) || !/ 00:00/.test(row.ftime)) return [];
    const issueTime = (timeOf(row.runtime) + GUIDANCE_AFTER) as Time;
    const day = climateDayOf(city, (about - 1) as Time);
    return [{ name: `forecast-high-nbm/${city.name}`, value, unit: '°F', issueTime, about: day }];
  });
}

/** "2024-10-01 14:53", or with seconds and "+00": UTC. */
function timeOf(text: string): Time {
  const match = /^(\d{4}-\d{2}-\d{2})[ T](\d{2}:\d{2})(?::(\d{2}))?(?:\+00(?::?00)?|Z)?$/.exec(text);
  if (match === null) throw drift(SOURCE, `"${text.slice(0, 40)}" is no time`);
  return parseTime(`${match[1]}T${match[2]}:${match[3] ?? '00'}Z`);
}
