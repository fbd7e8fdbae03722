import type { MarketChange, MarketIndex } from '../core/market.ts';
import type { Signal } from '../core/market-event.ts';
import type { Time } from '../core/time.ts';
import { cityOfSeries, cityOfSignal } from '../weather/cities.ts';
import type { City } from '../weather/city.ts';
import { CitySignals } from '../weather/city-signals.ts';
import type { Day } from '../weather/climate-day.ts';
import { featuresOf } from '../weather/features.ts';
import { LadderWatch } from '../weather/ladder-watch.ts';
import type { Context, Trade } from './strategy.ts';

/** One event on the high of one city and day, as it is followed. */
export interface WeatherEvent {
  readonly event: string;
  readonly city: City;
  readonly day: Day;
  readonly watch: LadderWatch;
}

/**
 * Follows the daily highs that an engine tells of: forward its callbacks, and it gives the features of an event as of now. The same object makes
 * the rows that models are trained on, and those that they are asked with. Markets of other series do no harm.
 */
export class WeatherDesk {
  readonly #events = new Map<string, WeatherEvent>();
  readonly #signals = new Map<City, CitySignals>();
  readonly #onEvent: (event: WeatherEvent) => void;

  /** `onEvent` hears of each event once, when the first of its markets is known. */
  constructor(onEvent: (event: WeatherEvent) => void = () => {}) {
    this.#onEvent = onEvent;
  }

  onLifecycle({ market }: MarketChange, context: Context): void {
    this.#eventOf(market, context);
  }

  onTrade(trade: Trade, context: Context): void {
    const event = this.#eventOf(trade.market, context);
    event?.watch.traded(trade.market, trade.price / 10_000, trade.quantity / 100, trade.localTime);
  }

  onBook(market: MarketIndex, context: Context): void {
    const event = this.#eventOf(market, context);
    if (event === undefined) return;
    const book = context.book(market);
    const price = (best: number | undefined) => (best === undefined ? null : best / 10_000);
    event.watch.quoted(market, price(book?.bestBid), price(book?.bestAsk), context.now);
  }

  /** Throws a Misuse for a signal that was not issued yet. */
  onSignal(signal: Signal, context: Context): void {
    const city = cityOfSignal(signal.name);
    if (city !== undefined) this.signalsOf(city).hear(signal, context.now);
  }

  /** What is known of a city's highs. */
  signalsOf(city: City): CitySignals {
    let signals = this.#signals.get(city);
    if (signals === undefined) {
      signals = new CitySignals(city);
      this.#signals.set(city, signals);
    }
    return signals;
  }

  /** The features of an event now, as `featuresOf` gives them; null without a forecast. */
  features({ city, day, watch }: WeatherEvent, now: Time): Float64Array | null {
    return featuresOf({ signals: this.signalsOf(city), watch, day, now });
  }

  /** Whether a market on a city's day is known. */
  lists(city: City, day: Day): boolean {
    for (const event of this.#events.values()) if (event.city === city && event.day === day) return true;
    return false;
  }

  #eventOf(market: MarketIndex, context: Context): WeatherEvent | undefined {
    const facts = context.market(market);
    let event = this.#events.get(facts.event);
    if (event === undefined) {
      const city = cityOfSeries(facts.series);
      if (city === undefined) return undefined;
      event = { event: facts.event, city, day: facts.day, watch: new LadderWatch() };
      this.#events.set(facts.event, event);
      this.#onEvent(event);
    }
    event.watch.list(facts);
    return event;
  }
}
