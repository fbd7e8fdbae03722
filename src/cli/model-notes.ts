import type { Market } from '../core/market.ts';
import { type ModelSet, noModel } from '../model/model-set.ts';
import { cityOfSeries } from '../weather/cities.ts';

/** What to say before a strategy that asks models runs over a tape: nothing there to trade, or days that they have learnt from. */
export function modelNotes(models: ModelSet | null, markets: readonly Market[]): string[] {
  if (models === null) return [];
  const { cities, learnt } = models.facts;
  const days = new Set(
    markets.flatMap(({ series, day }) => (cities.includes(cityOfSeries(series)?.name ?? '') ? [day] : [])),
  );
  if (days.size === 0) {
    return [
      `no market of this tape is about a city that has a model (${cities.join(', ')}): there is nothing to trade`,
    ];
  }
  const known = [...days].filter((day) => learnt[0] <= day && day <= learnt[1]).length;
  if (known === 0) return [];
  return [
    `the models have learnt from ${known} of the ${days.size} days of this tape (${learnt[0]} to ${learnt[1]}): what is earned on them proves nothing`,
  ];
}

/** Throws a Fault (`model-not-found`) where a strategy that asks models is to trade one city that has none. */
export function checkCity(models: ModelSet | null, city: unknown): void {
  if (models === null || typeof city !== 'string' || city === 'all' || models.facts.cities.includes(city)) return;
  throw noModel(`of ${city}`, models.names);
}
