import type { Market, MarketChange, MarketIndex, Settlement } from '../../src/core/market.ts';
import type { Signal } from '../../src/core/market-event.ts';
import { contracts } from '../../src/core/quantity.ts';
import type { Side } from '../../src/core/side.ts';
import { type Duration, HOUR, MINUTE, type Time } from '../../src/core/time.ts';
import type { Context, OrderUpdate, Prediction, Reasons, Strategy, Timer, Trade } from '../../src/engine/strategy.ts';
import { MakerThenTaker } from '../../src/engine/tactics/maker-then-taker.ts';
import { WeatherDesk, type WeatherEvent } from '../../src/engine/weather-desk.ts';
import { climateDayStart } from '../../src/weather/climate-day.ts';
import {
  type Candidate,
  candidatesOf,
  EDGE_FEATURES,
  edgeFeatures,
  edgeOf,
  type Edge as Gap,
} from '../../src/weather/edge.ts';
import { highOfClasses } from '../../src/weather/high-classes.ts';
import { type Choice, choose, type Offer, offerOf } from './choice.ts';
import { DIAL_VERSION, type Dial, dialOf } from './dial.ts';
import type { EdgeParams } from './params.ts';
import { RecentVolume } from './recent-volume.ts';

/** An event that is looked at, and what is under way about it. */
interface Watched {
  readonly event: WeatherEvent;
  readonly until: Time;
  /** Whether anything of it has changed since the last look. */
  stale: boolean;
  /** A question is on its way. */
  asking: boolean;
  /** The forecast that the model was asked with, °F. */
  forecast: number;
  /** What was last said of it: the same is not said twice in a row. */
  said: string;
  /** The gap that the classifier was asked about. */
  gap: Gap | null;
  candidates: readonly Candidate[];
}

/**
 * Each minute in which something of an event changed: features, the model's high, its gap to the market's, and where that is wide enough the
 * classifier's opinion of each candidate. What is sure enough and worth its price is bought, resting first and taking later, and held to
 * settlement.
 */
export class Edge implements Strategy {
  #params: EdgeParams;
  #dial: Dial;
  readonly #desk: WeatherDesk;
  readonly #recent = new RecentVolume();
  readonly #fresh: WeatherEvent[] = [];
  readonly #watched = new Map<string, Watched>();
  readonly #entries = new Map<MarketIndex, MakerThenTaker>();
  /** When a market may be entered again. */
  readonly #again = new Map<MarketIndex, number>();
  /** The city of each market that we may hold. */
  readonly #cityOf = new Map<MarketIndex, string>();

  constructor(params: EdgeParams) {
    this.#params = params;
    this.#dial = dialOf(params.aggressiveness);
    this.#desk = new WeatherDesk((event) => this.#fresh.push(event));
  }

  /** What is under way goes on as it began; the next look goes by the new parameters. */
  onParams(params: EdgeParams): void {
    this.#params = params;
    this.#dial = dialOf(params.aggressiveness);
  }

  onLifecycle(change: MarketChange, context: Context): void {
    this.#desk.onLifecycle(change, context);
    this.#watch(context);
  }

  onTrade(trade: Trade, context: Context): void {
    this.#desk.onTrade(trade, context);
    this.#recent.add(trade);
    this.#changed(trade.market, context);
    this.#watch(context);
  }

  onBook(market: MarketIndex, context: Context): void {
    this.#desk.onBook(market, context);
    this.#changed(market, context);
    this.#watch(context);
  }

  /** A forecast or an observation is looked at once, without waiting for the minute. */
  onSignal(signal: Signal, context: Context): void {
    this.#desk.onSignal(signal, context);
    for (const watched of this.#watched.values()) {
      const { city } = watched.event;
      if (!signal.name.endsWith(`/${city.name}`)) continue;
      watched.stale = true;
      if (context.now >= this.#firstLook(watched.event)) this.#look(watched, context);
    }
  }

  onTimer(timer: Timer, context: Context): void {
    const watched = this.#watched.get(timer.tag);
    if (watched === undefined) {
      this.#entries.get(Number(timer.tag) as MarketIndex)?.onTimer(timer, context);
      this.#dropDone(context);
      return;
    }
    this.#look(watched, context);
    const next = context.now + MINUTE;
    if (next <= watched.until) context.wakeAt(next as Time, timer.tag);
    else this.#watched.delete(timer.tag);
  }

  onOrder(update: OrderUpdate, context: Context): void {
    this.#entries.get(update.order.market)?.onOrder(update, context);
    this.#dropDone(context);
  }

  onPrediction(prediction: Prediction, context: Context): void {
    const watched = this.#watched.get(prediction.tag);
    if (watched === undefined) return;
    watched.asking = false;
    const { outputs, missing, model } = prediction;
    if (outputs === null) this.#skip(watched, 'skip: no opinion', { model, missing }, context);
    else if (model.endsWith('/high')) this.#heardHigh(watched, outputs[0]!, context);
    else this.#heardEdge(watched, outputs, context);
  }

  onSettlement({ market }: Settlement): void {
    this.#entries.delete(market);
    this.#cityOf.delete(market);
  }

  /** Begins to look at events that have just become known, where their city has a model and was asked for. */
  #watch(context: Context): void {
    const { city: wanted, untilHour } = this.#params;
    for (const event of this.#fresh.splice(0)) {
      const { city, day } = event;
      if (wanted !== 'all' && city.name !== wanted) continue;
      if (!context.models.has(`${city.name}/high`)) continue;
      const until = (climateDayStart(city, day) + Math.round(untilHour * HOUR)) as Time;
      const first = Math.max(context.now, this.#firstLook(event)) as Time;
      if (first > until) continue;
      const watched: Watched = {
        event,
        until,
        stale: true,
        asking: false,
        forecast: 0,
        said: '',
        gap: null,
        candidates: [],
      };
      this.#watched.set(event.event, watched);
      context.wakeAt(first, event.event);
    }
  }

  #firstLook({ city, day }: WeatherEvent): number {
    return climateDayStart(city, day) + Math.round(this.#params.fromHour * HOUR);
  }

  #changed(market: MarketIndex, context: Context): void {
    const watched = this.#watched.get(context.market(market).event);
    if (watched !== undefined) watched.stale = true;
  }

  #look(watched: Watched, context: Context): void {
    if (!watched.stale || watched.asking) return;
    watched.stale = false;
    const features = this.#desk.features(watched.event, context.now);
    if (features === null) return;
    watched.asking = true;
    watched.forecast = this.#desk.signalsOf(watched.event.city).forecast(watched.event.day)!.value;
    context.predict(`${watched.event.city.name}/high`, features, watched.event.event);
  }

  #heardHigh(watched: Watched, classes: readonly number[], context: Context): void {
    const { event } = watched;
    const gap = edgeOf(event, highOfClasses(watched.forecast, classes), context.now);
    if (gap === null) {
      this.#skip(watched, 'skip: no market', {}, context);
      return;
    }
    const candidates = candidatesOf(gap, this.#params.bracket);
    if (Math.abs(gap.gap) < this.#params.gap || candidates.length === 0) {
      this.#skip(watched, 'skip: gap', figuresOf(gap), context);
      return;
    }
    const features = new Float64Array(candidates.length * EDGE_FEATURES.length);
    for (const [at, each] of candidates.entries()) features.set(edgeFeatures(gap, each), at * EDGE_FEATURES.length);
    watched.gap = gap;
    watched.candidates = candidates;
    watched.asking = true;
    context.predict(`${event.city.name}/edge`, features, event.event);
  }

  /** The classifier has spoken of each candidate: the best that may be had is bought, or it is said why not. */
  #heardEdge(watched: Watched, outputs: readonly (readonly number[])[], context: Context): void {
    const { gap, candidates } = watched;
    const offers = candidates.flatMap(({ rung, side }, at): Offer[] => {
      const { market } = gap!.ladder[rung]!;
      const offer = offerOf(market, side, outputs[at]![0]!, this.#params, context, this.#recent);
      return offer === null ? [] : [offer];
    });
    const choice = choose(offers, this.#dial, this.#params, context, (market, side) =>
      this.#held(watched, market, side, context),
    );
    const figures = { ...figuresOf(gap!), dial: DIAL_VERSION, ...choice.figures };
    if (choice.entry === null) this.#skip(watched, `skip: ${choice.reason}`, figures, context, choice.market);
    else this.#enter(watched, choice.entry, figures, context);
  }

  /** Why a market may not be entered now, or null. */
  #held({ event: { city } }: Watched, market: MarketIndex, side: Side, context: Context): string | null {
    const { quantity } = context.position(market);
    if (this.#entries.has(market)) return 'entry under way';
    if (quantity !== 0 && !this.#params.allowMultipleOrdersSameBracket) return 'position held';
    if (quantity !== 0 && quantity > 0 !== (side === 0)) return 'other side held';
    if (context.now < (this.#again.get(market) ?? 0)) return 'tried lately';
    let open = 0;
    for (const [other, name] of this.#cityOf) {
      if (
        name === city.name &&
        other !== market &&
        (this.#entries.has(other) || context.position(other).quantity !== 0)
      )
        open++;
    }
    return open >= this.#params.positionsInCity ? 'positions in city' : null;
  }

  #enter(
    watched: Watched,
    { market, side, quantity, rest, limit, fair }: NonNullable<Choice['entry']>,
    figures: Reasons,
    context: Context,
  ): void {
    const { index } = market;
    const patience = this.#patience(index, context);
    context.explain('enter', index, { ...figures, patience_s: patience / 1_000_000 });
    watched.said = 'enter';
    const entry = new MakerThenTaker({
      market: index,
      side,
      quantity,
      restPrice: rest,
      patience,
      takeLimit: () => limit,
      fairPrice: fair,
      tag: String(index),
    });
    this.#entries.set(index, entry);
    this.#cityOf.set(index, watched.event.city.name);
    entry.start(context);
  }

  /** The base times the dial, longer where much is traded: × (1 + ½ · min(contracts in 30 min / 100, 2)). */
  #patience(market: MarketIndex, context: Context): Duration {
    const busy = Math.min(this.#recent.contracts(market, context.now) / contracts(100), 2);
    return Math.round(this.#params.patience * this.#dial.patience * (1 + busy / 2)) as Duration;
  }

  #dropDone(context: Context): void {
    for (const [market, entry] of this.#entries) {
      if (!entry.done) continue;
      this.#entries.delete(market);
      this.#again.set(market, context.now + this.#params.retry);
    }
  }

  /** Says why nothing is traded, once until something else is the reason. */
  #skip(watched: Watched, action: string, figures: Reasons, context: Context, market?: Market): void {
    if (watched.said === action) return;
    watched.said = action;
    const told = market ?? watched.event.watch.ladder?.[0]?.market;
    if (told !== undefined) context.explain(action, told.index, figures);
  }
}

const round = (value: number, digits: number): number => Number(value.toFixed(digits));

function figuresOf({ gap, temperature, view }: Gap): Reasons {
  return {
    model_high: round(temperature, 2),
    market_high: round(view.temperature, 2),
    gap: round(gap, 2),
    overround: round(view.implied.overround, 4),
  };
}
