import type { Clock } from '../core/clock.ts';
import { Fault } from '../core/fault.ts';
import type { Signal } from '../core/market-event.ts';
import { type Duration, HOUR, MINUTE, type Time } from '../core/time.ts';
import type { City } from '../weather/city.ts';
import { climateDayOf, dayAfter } from '../weather/climate-day.ts';
import { highsOfReports, reportsUrl } from './iem.ts';
import { Nws } from './nws.ts';
import { highsOfPreviousRuns, previousRunsUrl, readForecast } from './open-meteo.ts';
import type { WeatherSources } from './sources.ts';
import type { WeatherWeb } from './weather-web.ts';

const AGAIN = 10 * MINUTE;
/** A forecast is judged by its last ninety errors: so many days are asked of the archives at the beginning. */
const DAYS_BEFORE = 100;

export interface WeatherWatchOptions {
  readonly cities: readonly City[];
  readonly web: WeatherWeb;
  readonly sources: WeatherSources;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  /** Takes what is new, as it is heard. */
  readonly tell: (signal: Signal) => void;
  readonly trouble: (text: string) => void;
}

/** One thing that is asked for again and again. */
interface Task {
  readonly what: string;
  readonly every: number;
  readonly read: () => Promise<readonly Signal[]>;
  due: number;
}

/**
 * Asks the public weather services for what is new of each city until the signal: past highs and forecasts once, then the forecast each 15 minutes,
 * readings each 5 and climate reports each 10. A service that fails is told of and asked again at its next time; nothing else waits for it.
 */
export async function watchWeather(options: WeatherWatchOptions): Promise<void> {
  const { cities, clock, signal } = options;
  const news = new News(options.tell);
  await Promise.all(
    cities.map(async (city) => {
      const tasks = tasksOf(city, options);
      while (!signal.aborted) {
        const task = tasks.reduce((first, each) => (each.due < first.due ? each : first));
        await until(task.due, clock, signal);
        if (signal.aborted) return;
        task.due = clock.elapsed() + task.every;
        try {
          for (const each of await task.read()) news.hear(each);
        } catch (error) {
          if (!(error instanceof Fault)) throw error;
          // What is asked for once is asked for again where it failed.
          task.due = clock.elapsed() + Math.min(task.every, AGAIN);
          if (error.code !== 'interrupted') options.trouble(`${task.what} of ${city.name}: ${error.message}`);
        }
      }
    }),
  );
}

function tasksOf(city: City, { web, sources, clock, signal }: WeatherWatchOptions): Task[] {
  const nws = new Nws(web, sources.nws, city);
  const task = (what: string, minutes: number, read: Task['read']): Task => ({
    what,
    every: minutes * MINUTE,
    read,
    due: clock.elapsed(),
  });
  const today = () => climateDayOf(city, clock.now());
  return [
    task('past highs', Number.POSITIVE_INFINITY, async () => {
      const years = new Set([dayAfter(today(), -DAYS_BEFORE).slice(0, 4), today().slice(0, 4)]);
      const told: Signal[] = [];
      for (const year of years)
        told.push(...highsOfReports(city, (await web.read(reportsUrl(sources.iem, city, year), signal)).body));
      const first = dayAfter(today(), -DAYS_BEFORE);
      return told.filter(({ about }) => about >= first);
    }),
    task('past forecasts', Number.POSITIVE_INFINITY, async () => {
      const [from, to] = [dayAfter(today(), -DAYS_BEFORE), today()];
      const { body } = await web.read(previousRunsUrl(sources.openMeteoPrevious, city, from, to), signal);
      const now = clock.now();
      return highsOfPreviousRuns(city, body).filter(({ issueTime }) => issueTime <= now);
    }),
    task('the forecast', 15, () => readForecast(web, sources.openMeteo, city, signal)),
    task('the forecast of NWS', 15, () => nws.forecasts(signal)),
    task('readings', 5, () => nws.observations((clock.now() - 36 * HOUR) as Time, signal)),
    task('climate reports', 10, () => nws.reports(signal)),
  ];
}

/** Resolves at `due` on the clock, or at the signal. */
function until(due: number, clock: Clock, signal: AbortSignal): Promise<void> {
  return new Promise((done) => {
    const end = (): void => {
      callOff();
      signal.removeEventListener('abort', end);
      done();
    };
    const callOff = clock.wakeAfter(Math.max(0, due - clock.elapsed()) as Duration, end);
    if (signal.aborted) end();
    else signal.addEventListener('abort', end, { once: true });
  });
}

/** Passes on what was not told before: of one name and day another number, or a later word on it. */
class News {
  readonly #tell: (signal: Signal) => void;
  readonly #last = new Map<string, Signal>();

  constructor(tell: (signal: Signal) => void) {
    this.#tell = tell;
  }

  hear(signal: Signal): void {
    const key = `${signal.name} ${signal.about}`;
    const before = this.#last.get(key);
    if (before !== undefined && before.value === signal.value) return;
    // What is older than what is known already changes nothing, and would be told in the wrong order.
    if (before !== undefined && signal.issueTime < before.issueTime) return;
    this.#last.set(key, signal);
    this.#tell(signal);
  }
}
