import { cityNamed } from '../weather/cities.ts';

/** The series of some cities, by name with commas: what `--city` stands for. Throws a Fault (`usage`) for one that is not known. */
export function seriesOfCities(names: string): string[] {
  return names.split(',').map((given) => cityNamed(given).series);
}
