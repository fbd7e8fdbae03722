import { describe, expect, test } from 'vitest';
import { CITIES, cityNamed, cityOfSeries } from '../../src/weather/cities.ts';

describe('the cities', () => {
  test('each has a name, a series and a station of its own', () => {
    for (const of of [
      (city: (typeof CITIES)[number]) => city.name,
      (city: (typeof CITIES)[number]) => city.series,
      (city: (typeof CITIES)[number]) => city.station.icao,
      (city: (typeof CITIES)[number]) => city.station.climateReport,
    ]) {
      expect(new Set(CITIES.map(of)).size).toBe(CITIES.length);
    }
  });

  test('Chicago settles on Midway, New York on Central Park, Houston on Hobby, Dallas on Fort Worth', () => {
    const report = (name: string) => cityNamed(name).station.climateReport;
    expect(['chicago', 'new-york', 'houston', 'dallas'].map(report)).toEqual(['CLIMDW', 'CLINYC', 'CLIHOU', 'CLIDFW']);
  });

  test('series are those that trade, not their dead look-alikes', () => {
    expect(cityNamed('los-angeles').series).toBe('KXHIGHLAX');
    expect(cityNamed('philadelphia').series).toBe('KXHIGHPHIL');
    expect(cityNamed('houston').series).toBe('KXHIGHTHOU');
    expect(['KXHIGHLA', 'KXHIGHPHI', 'KXDENHIGH', 'KXHIGHHOU', 'KXLOWTCHI'].map(cityOfSeries)).toEqual(
      new Array(5).fill(undefined),
    );
  });

  test('old records are found under the old name of their series', () => {
    expect(cityOfSeries('HIGHCHI')).toBe(cityNamed('chicago'));
    expect(cityOfSeries('KXHIGHCHI')).toBe(cityNamed('chicago'));
  });

  test('a name may be written as people write it, and one that is not known is told with all that are', () => {
    expect(cityNamed(' Los Angeles ').name).toBe('los-angeles');
    expect(cityNamed('new_york').name).toBe('new-york');
    expect(() => cityNamed('gotham')).toThrowError(
      expect.objectContaining({ code: 'usage', next: expect.stringContaining('chicago') }),
    );
  });

  test('each station lies where its clock is: about 15 degrees of longitude an hour', () => {
    for (const { name, station, standardOffset } of CITIES) {
      expect(Math.abs(station.longitude / 15 - standardOffset), name).toBeLessThan(1.2);
      expect(station.latitude, name).toBeGreaterThan(24);
      expect(station.latitude, name).toBeLessThan(50);
    }
  });
});
