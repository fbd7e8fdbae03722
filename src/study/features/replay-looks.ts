import type { MarketIndex } from '../../core/market.ts';
import type { Signal } from '../../core/market-event.ts';
import { dollars } from '../../core/money.ts';
import { Random } from '../../core/random.ts';
import { HOUR, type Time } from '../../core/time.ts';
import { STANDARD_LIMITS } from '../../engine/limits.ts';
import type { Context, Strategy, Timer, Trade } from '../../engine/strategy.ts';
import { WeatherDesk, type WeatherEvent } from '../../engine/weather-desk.ts';
import { FeeBook } from '../../ledger/fee-book.ts';
import { BASIC_TIER } from '../../sim/api-budget.ts';
import { PESSIMISTIC } from '../../sim/lane.ts';
import { ASSUMED_LATENCY } from '../../sim/latency.ts';
import { cityOfSignal } from '../../weather/cities.ts';
import { signalName } from '../../weather/city-signals.ts';
import { climateDayStart, type Day } from '../../weather/climate-day.ts';
import { LadderWatch } from '../../weather/ladder-watch.ts';
import { simulate } from '../run/simulate.ts';
import type { TapeSource } from '../store/tape-source.ts';

export interface LookOptions {
  /** When to look, in hours from the beginning of each climate day: −3 is 21:00 of the evening before. */
  readonly hours: readonly number[];
  readonly check: () => void;
  readonly onProgress?: (rows: number) => void;
  /** Hears every print, before and after the looks. */
  readonly onTrade?: (trade: Trade) => void;
  /** Looks also at days that are forecast but have no market yet: their event's name is empty. Default false. */
  readonly everyDay?: boolean;
}

/** What was seen of one event at one of the hours asked for. */
export interface Look<T> {
  readonly event: WeatherEvent;
  readonly hour: number;
  readonly time: Time;
  readonly seen: T;
}

/** All looks of a replay, in order of time, and what became known after them. */
export interface Looks<T> {
  readonly looks: readonly Look<T>[];
  readonly desk: WeatherDesk;
  /** The market of each event that paid yes, where one has. */
  readonly winners: ReadonlyMap<string, MarketIndex>;
  readonly events: number;
  /** Looks whose time was past when the first market of their event became known. */
  readonly tooLate: number;
}

/**
 * Replays a tape through the engine, as a backtest does, and looks at each weather event at the hours asked for. Throws a Fault
 * (`strategy-failed`) where a signal is told before it was issued.
 */
export async function replayLooks<T>(
  tape: TapeSource,
  options: LookOptions,
  see: (desk: WeatherDesk, event: WeatherEvent, now: Time, hour: number) => T,
): Promise<Looks<T>> {
  const { check, onProgress } = options;
  const onlooker = new Onlooker(options, see);
  const terms = {
    fees: new FeeBook([]),
    membership: 'direct',
    limits: STANDARD_LIMITS,
    latency: ASSUMED_LATENCY,
    tier: BASIC_TIER,
    startingCash: dollars(0),
  } as const;
  const create = () => ({ strategy: onlooker, random: new Random('looks') });
  await simulate(tape, [{ arm: 'looks', lane: PESSIMISTIC, terms, create, sink: null }], {
    feed: ASSUMED_LATENCY.feed,
    strategy: 'looks',
    check,
    onProgress,
  });
  return onlooker;
}

/** A strategy that never trades: it looks at each event when its hours come. */
class Onlooker<T> implements Strategy, Looks<T> {
  readonly looks: Look<T>[] = [];
  readonly desk: WeatherDesk;
  readonly winners = new Map<string, MarketIndex>();
  events = 0;
  tooLate = 0;
  readonly #options: LookOptions;
  readonly #see: (desk: WeatherDesk, event: WeatherEvent, now: Time, hour: number) => T;
  readonly #fresh: WeatherEvent[] = [];
  readonly #due: { readonly event: WeatherEvent; readonly hour: number }[] = [];
  /** Days that are looked at without a market, as city and day. */
  readonly #bare = new Set<string>();

  constructor(options: LookOptions, see: (desk: WeatherDesk, event: WeatherEvent, now: Time, hour: number) => T) {
    this.#options = options;
    this.#see = see;
    this.desk = new WeatherDesk((event) => this.#fresh.push(event));
  }

  onLifecycle: NonNullable<Strategy['onLifecycle']> = (change, context) => {
    this.desk.onLifecycle(change, context);
    this.#schedule(context);
  };

  onTrade: NonNullable<Strategy['onTrade']> = (trade, context) => {
    this.desk.onTrade(trade, context);
    this.#options.onTrade?.(trade);
    this.#schedule(context);
  };

  onBook: NonNullable<Strategy['onBook']> = (market, context) => {
    this.desk.onBook(market, context);
    this.#schedule(context);
  };

  onSignal: NonNullable<Strategy['onSignal']> = (signal, context) => {
    this.desk.onSignal(signal, context);
    if (this.#options.everyDay === true) this.#lookAtDay(signal, context);
  };

  onSettlement: NonNullable<Strategy['onSettlement']> = ({ market, outcome }, context) => {
    if (outcome === 'yes') this.winners.set(context.market(market).event, market);
  };

  onTimer({ tag }: Timer, { now }: Context): void {
    const { event, hour } = this.#due[Number(tag)]!;
    if (event.event === '' && this.desk.lists(event.city, event.day)) return;
    this.looks.push({ event, hour, time: now, seen: this.#see(this.desk, event, now, hour) });
  }

  #schedule(context: Context): void {
    for (const event of this.#fresh.splice(0)) {
      this.events++;
      this.#wakeFor(event, context);
    }
  }

  /** A forecast of a day: its market may never be listed, or later. */
  #lookAtDay({ name, about }: Signal, context: Context): void {
    const city = cityOfSignal(name);
    if (city === undefined || name !== signalName('forecast-high', city)) return;
    const day = about as Day;
    const key = `${name} ${day}`;
    if (this.#bare.has(key) || this.desk.lists(city, day)) return;
    this.#bare.add(key);
    this.#wakeFor({ event: '', city, day, watch: new LadderWatch() }, context);
  }

  #wakeFor(event: WeatherEvent, context: Context): void {
    for (const hour of this.#options.hours) {
      const time = (climateDayStart(event.city, event.day) + Math.round(hour * HOUR)) as Time;
      if (time < context.now) {
        this.tooLate++;
        continue;
      }
      context.wakeAt(time, String(this.#due.length));
      this.#due.push({ event, hour });
    }
  }
}
