import { Fault } from '../core/fault.ts';

/** The daily high of each city that Kalshi has a market on: what `--city` stands for. */
const HIGH_SERIES: Readonly<Record<string, string>> = {
  'new-york': 'KXHIGHNY',
  chicago: 'KXHIGHCHI',
  miami: 'KXHIGHMIA',
  austin: 'KXHIGHAUS',
  denver: 'KXHIGHDEN',
  'los-angeles': 'KXHIGHLAX',
  philadelphia: 'KXHIGHPHIL',
  'san-francisco': 'KXHIGHTSFO',
  phoenix: 'KXHIGHTPHX',
  seattle: 'KXHIGHTSEA',
  atlanta: 'KXHIGHTATL',
  boston: 'KXHIGHTBOS',
  dallas: 'KXHIGHTDAL',
  washington: 'KXHIGHTDC',
  'las-vegas': 'KXHIGHTLV',
  minneapolis: 'KXHIGHTMIN',
  houston: 'KXHIGHTHOU',
  'oklahoma-city': 'KXHIGHTOKC',
  'new-orleans': 'KXHIGHTNOLA',
  'san-antonio': 'KXHIGHTSATX',
  'san-diego': 'KXHIGHTSAN',
};

/** The series of some cities, by name with commas. Throws a Fault (`usage`) for one that is not known. */
export function seriesOfCities(names: string): string[] {
  return names.split(',').map((given) => {
    const name = given.trim().toLowerCase().replaceAll(/[ _]/g, '-');
    const series = Object.hasOwn(HIGH_SERIES, name) ? HIGH_SERIES[name] : undefined;
    if (series !== undefined) return series;
    throw new Fault('usage', `--city ${given}: no such city is known`, {
      next: `Name one of ${Object.keys(HIGH_SERIES).join(', ')}, or a series with --series.`,
    });
  });
}
