import { dollars } from '../../core/money.ts';
import { Random } from '../../core/random.ts';
import { HOUR, type Time } from '../../core/time.ts';
import { STANDARD_LIMITS } from '../../engine/limits.ts';
import type { Context, Strategy, Timer } from '../../engine/strategy.ts';
import { WeatherDesk, type WeatherEvent } from '../../engine/weather-desk.ts';
import { FeeBook } from '../../ledger/fee-book.ts';
import { BASIC_TIER } from '../../sim/api-budget.ts';
import { PESSIMISTIC } from '../../sim/lane.ts';
import { ASSUMED_LATENCY } from '../../sim/latency.ts';
import { climateDayStart, type Day } from '../../weather/climate-day.ts';
import { simulate } from '../run/simulate.ts';
import type { TapeSource } from '../store/tape-source.ts';

/** The features of one event as they were at one time. */
export interface FeatureRow {
  readonly city: string;
  readonly event: string;
  readonly day: Day;
  /** Hours from the beginning of the climate day. */
  readonly hour: number;
  readonly time: Time;
  /** In the order of `FEATURES`; NaN for what was not known. */
  readonly features: Float64Array;
  /** The official high, published later, °F: what a model is to learn, never what it may see. Null where the tape does not tell it. */
  readonly high: number | null;
}

export interface FeatureOptions {
  /** When to look, in hours from the beginning of each climate day: −3 is 21:00 of the evening before. */
  readonly hours: readonly number[];
  readonly check: () => void;
  readonly onProgress?: (rows: number) => void;
}

/** What an export met beside its rows. */
export interface FeatureReport {
  readonly rows: readonly FeatureRow[];
  /** Events met, and looks at them that gave no row because no forecast of the day was issued yet. */
  readonly events: number;
  readonly withoutForecast: number;
  /** Looks whose time was past when the first market of their event became known. */
  readonly tooLate: number;
}

/**
 * Replays a tape through the engine, as a backtest does, and writes down the features of each weather event at the hours asked for. Throws a
 * Fault (`strategy-failed`) where a signal is told before it was issued.
 */
export async function featureRows(tape: TapeSource, options: FeatureOptions): Promise<FeatureReport> {
  const recorder = new FeatureRecorder(options.hours);
  const { check, onProgress } = options;
  await simulate(
    tape,
    [
      {
        arm: 'features',
        lane: PESSIMISTIC,
        terms: {
          fees: new FeeBook([]),
          membership: 'direct',
          limits: STANDARD_LIMITS,
          latency: ASSUMED_LATENCY,
          tier: BASIC_TIER,
          startingCash: dollars(0),
        },
        create: () => ({ strategy: recorder, random: new Random('features') }),
        sink: null,
      },
    ],
    { feed: ASSUMED_LATENCY.feed, strategy: 'features', check, onProgress },
  );
  return recorder.finish();
}

interface Look {
  readonly event: WeatherEvent;
  readonly hour: number;
}

/** A strategy that never trades: it looks at each event when its hours come. */
class FeatureRecorder implements Strategy {
  readonly #hours: readonly number[];
  readonly #desk: WeatherDesk;
  readonly #fresh: WeatherEvent[] = [];
  readonly #looks: Look[] = [];
  readonly #rows: (Omit<FeatureRow, 'high'> & { readonly of: WeatherEvent })[] = [];
  #events = 0;
  #withoutForecast = 0;
  #tooLate = 0;

  constructor(hours: readonly number[]) {
    this.#hours = hours;
    this.#desk = new WeatherDesk((event) => this.#fresh.push(event));
  }

  onLifecycle: NonNullable<Strategy['onLifecycle']> = (change, context) => {
    this.#desk.onLifecycle(change, context);
    this.#schedule(context);
  };

  onTrade: NonNullable<Strategy['onTrade']> = (trade, context) => {
    this.#desk.onTrade(trade, context);
    this.#schedule(context);
  };

  onBook: NonNullable<Strategy['onBook']> = (market, context) => {
    this.#desk.onBook(market, context);
    this.#schedule(context);
  };

  onSignal: NonNullable<Strategy['onSignal']> = (signal, context) => this.#desk.onSignal(signal, context);

  onTimer({ tag }: Timer, { now }: Context): void {
    const { event, hour } = this.#looks[Number(tag)]!;
    const features = this.#desk.features(event, now);
    if (features === null) this.#withoutForecast++;
    else
      this.#rows.push({
        of: event,
        city: event.city.name,
        event: event.event,
        day: event.day,
        hour,
        time: now,
        features,
      });
  }

  finish(): FeatureReport {
    const rows = this.#rows.map(({ of, ...row }) => ({
      ...row,
      high: this.#desk.signalsOf(of.city).officialHigh(of.day)?.value ?? null,
    }));
    return { rows, events: this.#events, withoutForecast: this.#withoutForecast, tooLate: this.#tooLate };
  }

  #schedule(context: Context): void {
    for (const event of this.#fresh.splice(0)) {
      this.#events++;
      for (const hour of this.#hours) {
        const time = (climateDayStart(event.city, event.day) + Math.round(hour * HOUR)) as Time;
        if (time < context.now) {
          this.#tooLate++;
          continue;
        }
        context.wakeAt(time, String(this.#looks.length));
        this.#looks.push({ event, hour });
      }
    }
  }
}
