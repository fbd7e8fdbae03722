import { Fault } from '../core/fault.ts';
import { CITIES, type SyntheticCity, syntheticPlace } from '../sim/synthetic/config.ts';
import type { Day } from '../weather/climate-day.ts';

interface CityFlags {
  readonly cities?: number;
  readonly city?: string;
}

/** The cities that flags ask for: made-up weather of named ones, or so many invented ones. Throws a Fault (`usage`). */
export function syntheticCities({ cities, city }: CityFlags, day: Day, standard: number): SyntheticCity[] {
  if (city !== undefined) {
    const places = city.split(',').map((name) => syntheticPlace(name, day));
    const twice = places.find(({ place }, at) => places.findIndex((other) => other.place === place) !== at);
    if (twice !== undefined)
      throw new Fault('usage', `--city ${twice.place} is given twice`, { next: 'Name it once.' });
    return places;
  }
  const count = cities ?? standard;
  if (!Number.isInteger(count) || count < 1 || count > CITIES.length) {
    throw new Fault('usage', `--cities ${count} is not 1 to ${CITIES.length}`, { next: 'Say how many cities.' });
  }
  return CITIES.slice(0, count);
}
