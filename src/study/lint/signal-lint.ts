import { Fault } from '../../core/fault.ts';
import type { Market, MarketIndex, Settlement } from '../../core/market.ts';
import type { Signal } from '../../core/market-event.ts';
import { ladderOf } from '../../weather/bracket.ts';
import { cityOfSeries, cityOfSignal } from '../../weather/cities.ts';
import type { City } from '../../weather/city.ts';
import { climateDayEnd, climateDayStart, type Day } from '../../weather/climate-day.ts';
import { checkLabels, type PaidEvent } from '../judge/label-check.ts';
import type { Finding } from './finding.ts';

/** Fewer days than this show nothing. */
const LEAST_DAYS = 20;
/** Day-ahead forecasts of a high miss by two degrees or more; one that misses by less than this, on average and corrected for its bias, has seen it. °F. */
const IMPOSSIBLE_MISS = 0.9;

interface Told {
  readonly city: City;
  readonly ahead: Map<Day, number>;
  readonly official: Map<Day, number>;
  /** Numbers that were told before anybody could have known them. */
  earlyHighs: number;
  earlyReadings: number;
}

/** Looks at what a tape tells of the weather, and at what its markets were paid by. */
export class SignalLint {
  readonly #told = new Map<City, Told>();
  readonly #winners = new Map<string, MarketIndex>();
  readonly #markets: readonly Market[];

  constructor(markets: readonly Market[]) {
    this.#markets = markets;
  }

  settled({ market, outcome }: Settlement): void {
    if (outcome === 'yes') this.#winners.set(this.#markets[market]!.event, market);
  }

  hear({ name, about: day, value, issueTime }: Signal): void {
    const city = cityOfSignal(name);
    if (city === undefined || !/^\d{4}-\d\d-\d\d$/.test(day)) return;
    let told = this.#told.get(city);
    if (told === undefined) {
      told = { city, ahead: new Map(), official: new Map(), earlyHighs: 0, earlyReadings: 0 };
      this.#told.set(city, told);
    }
    const what = name.slice(0, name.indexOf('/'));
    if (what === 'official-high') {
      if (issueTime < climateDayEnd(city, day)) told.earlyHighs++;
      told.official.set(day, value);
    } else if (what === 'observed-max') {
      if (issueTime < climateDayStart(city, day)) told.earlyReadings++;
    } else if (what.startsWith('forecast-high') && issueTime < climateDayStart(city, day)) told.ahead.set(day, value);
  }

  findings(): Finding[] {
    const findings: Finding[] = [];
    const add = (code: Finding['code'], text: string) => void findings.push({ code, text });
    for (const { city, official, ahead, earlyHighs, earlyReadings } of this.#told.values()) {
      if (earlyHighs > 0)
        add(
          'high-before-day-end',
          `${count(earlyHighs, 'official high')} of ${city.label} on the tape ${earlyHighs === 1 ? 'is' : 'are'} issued before the climate day is over: nobody could have known ${earlyHighs === 1 ? 'it' : 'them'}.`,
        );
      if (earlyReadings > 0)
        add(
          'observation-before-day',
          `${count(earlyReadings, 'reading')} of ${city.label} ${earlyReadings === 1 ? 'is' : 'are'} issued before the climate day that ${earlyReadings === 1 ? 'it speaks' : 'they speak'} of has begun: days were cut at another midnight (UTC, daylight time) than that of local standard time.`,
        );
      const miss = missOf(ahead, official);
      if (miss !== null && miss < IMPOSSIBLE_MISS)
        add(
          'forecast-knows-high',
          `Day-ahead forecasts of ${city.label} miss the high by ${miss.toFixed(1)} °F on average: forecasts of a day that is still to come miss by two or more. They were made, or corrected, after it.`,
        );
    }
    for (const text of checkLabels(this.#paid(), (city, day) => this.#told.get(city)?.official.get(day)).findings)
      add('wrong-high', `${text[0]!.toUpperCase()}${text.slice(1)}: another day, degree or station than the market's.`);
    return findings;
  }

  /** Events whose whole ladder is on the tape, with the rung that was paid. */
  #paid(): PaidEvent[] {
    const byEvent = new Map<string, Market[]>();
    for (const market of this.#markets) {
      if (cityOfSeries(market.series) === undefined || !this.#winners.has(market.event)) continue;
      const list = byEvent.get(market.event);
      if (list === undefined) byEvent.set(market.event, [market]);
      else list.push(market);
    }
    return [...byEvent].flatMap(([event, markets]): PaidEvent[] => {
      try {
        const ladder = ladderOf(markets);
        const came = ladder.findIndex(({ market }) => market.index === this.#winners.get(event));
        return [{ city: cityOfSeries(markets[0]!.series)!, day: markets[0]!.day, ladder, came }];
      } catch (error) {
        if (error instanceof Fault) return [];
        throw error;
      }
    });
  }
}

/** The mean distance of high and forecast, its own mean error taken off; null on few days. */
function missOf(ahead: ReadonlyMap<Day, number>, official: ReadonlyMap<Day, number>): number | null {
  const errors = [...ahead].flatMap(([day, forecast]) => {
    const high = official.get(day);
    return high === undefined ? [] : [high - forecast];
  });
  if (errors.length < LEAST_DAYS) return null;
  const bias = errors.reduce((sum, each) => sum + each, 0) / errors.length;
  return errors.reduce((sum, each) => sum + Math.abs(each - bias), 0) / errors.length;
}

const count = (of: number, what: string): string => `${of} ${what}${of === 1 ? '' : 's'}`;
