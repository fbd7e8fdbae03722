import type { Market, MarketIndex } from '../../core/market.ts';
import { ONE_DOLLAR, type Price } from '../../core/price.ts';
import { CENT_GRID } from '../../core/price-grid.ts';
import { Random } from '../../core/random.ts';
import {
  civilFromTime,
  DAY,
  formatDate,
  HOUR,
  MILLISECOND,
  MINUTE,
  parseTime,
  SECOND,
  type Time,
} from '../../core/time.ts';
import { Agenda } from './agenda.ts';
import { type Bracket, bracketProbability, firstDegree, ladder } from './bracket.ts';
import { activityAt } from './clock-of-day.ts';
import { checkConfig, eventTimes, type SyntheticCity, type SyntheticConfig } from './config.ts';
import { drawPoisson } from './draw.ts';
import { Emitter, type TapeSink } from './emit.ts';
import { SyntheticExchange, type Witness } from './exchange.ts';
import { type BeliefStep, drawPath } from './latent.ts';
import { MakerTeam } from './market-maker.ts';
import { OrderBook } from './order-book.ts';
import { RetailFlow } from './retail.ts';
import { ShadowBoard, type ShadowOrder } from './shadow.ts';
import { takeStaleQuotes } from './stale-taker.ts';
import { drawIntent, drawOpenMarket, type SyntheticSweep, sweepMarket } from './sweep.ts';
import { type SyntheticEvent, SyntheticMarket, settlesYes } from './synthetic-market.ts';
import { type SyntheticTruth, summarise } from './truth.ts';

const MONTHS = ['JAN', 'FEB', 'MAR', 'APR', 'MAY', 'JUN', 'JUL', 'AUG', 'SEP', 'OCT', 'NOV', 'DEC'];

/**
 * Generates a SYNTHETIC tape into `sink`: every market first, then rows in tape order. The same configuration gives the same
 * rows, whatever watches: `witness` sees the generator's own books, and `shadows` are orders that nobody in the market sees, tracked
 * through its queues (`truth.shadows`). Throws a Fault (`invalid-parameter`) on a configuration it cannot generate.
 */
export function generate(
  config: SyntheticConfig,
  sink: TapeSink,
  witness?: Witness,
  shadows: readonly ShadowOrder[] = [],
): SyntheticTruth {
  checkConfig(config);
  return new Generator(config, sink, witness, shadows).run();
}

/** One run: it draws the truth, registers the markets, then lets the participants act in time order. */
class Generator {
  readonly #config: SyntheticConfig;
  readonly #sink: TapeSink;
  readonly #root: Random;
  readonly #agenda = new Agenda();
  readonly #emit: Emitter;
  readonly #exchange: SyntheticExchange;
  readonly #shadows: ShadowBoard;
  readonly #events: SyntheticEvent[] = [];
  readonly #makers = new Map<SyntheticMarket, MakerTeam>();
  readonly #sweeps: SyntheticSweep[] = [];

  constructor(config: SyntheticConfig, sink: TapeSink, witness: Witness | undefined, shadows: readonly ShadowOrder[]) {
    this.#config = config;
    this.#sink = sink;
    this.#root = new Random(config.seed);
    this.#emit = new Emitter(sink, this.#root.fork('feed'));
    this.#shadows = new ShadowBoard(shadows);
    this.#exchange = new SyntheticExchange(this.#emit, witness, shadows.length > 0 ? this.#shadows : undefined);
  }

  run(): SyntheticTruth {
    for (let day = 0; day < this.#config.days; day++) {
      for (const city of this.#config.cities) this.#events.push(this.#createEvent(city, day));
    }
    this.#writeFees();
    for (const event of this.#events) this.#writeDown(event);
    this.#agenda.run();
    return summarise(this.#events, this.#sweeps, this.#shadows.results, this.#emit.rows);
  }

  #createEvent(city: SyntheticCity, dayNumber: number): SyntheticEvent {
    const times = eventTimes(this.#config, city, dayNumber);
    const date = (parseTime(`${this.#config.firstDay}T00:00:00Z`) + dayNumber * DAY) as Time;
    const day = formatDate(date);
    const ticker = `${seriesOf(city)}-${tickerDate(date)}`;
    const random = this.#root.fork(ticker);
    const path = drawPath(city, times, this.#config.activity, random.fork('latent'));
    const first = firstDegree(path.steps[0]!.mean, random.below(3) - 1);
    const markets = ladder(first).map((bracket) => {
      const index = this.#sink.market(marketFacts(city, ticker, day, bracket, times));
      return this.#createMarket(`${ticker}-${bracket.suffix}`, bracket, index, times.midnight);
    });
    return { ticker, city, day, times, path, markets };
  }

  #createMarket(ticker: string, bracket: Bracket, index: MarketIndex, midnight: Time): SyntheticMarket {
    const random = this.#root.fork(ticker);
    const book = new OrderBook(index, CENT_GRID);
    const market = new SyntheticMarket({ ticker, bracket, book, midnight }, random.fork('view'));
    this.#makers.set(market, new MakerTeam(market, this.#exchange, random));
    return market;
  }

  /** A ledger refuses a series without a fee schedule: the tape brings one, the formula that weather series had when this was written. */
  #writeFees(): void {
    for (const city of this.#config.cities) {
      const from = this.#events.find((event) => event.city === city)!.path.steps[0]!.time;
      const change = { series: seriesOf(city), event: null, from, type: 'quadratic', multiplierE4: 10_000 } as const;
      this.#agenda.at(from, (now) => {
        this.#emit.begin(now);
        this.#emit.detail({ type: 'fees', change });
      });
    }
  }

  /** Writes down all of an event's life that does not depend on its course. */
  #writeDown(event: SyntheticEvent): void {
    const random = this.#root.fork(`${event.ticker} course`);
    const { steps } = event.path;
    const { open, close, settle, midnight } = event.times;
    steps.forEach((step) => {
      if (step.forecast !== null) this.#writeForecast(event, step, random);
    });
    this.#agenda.at(open, (now) => this.#open(event, now));
    const stale = random.fork('stale');
    for (const step of steps.slice(1)) this.#agenda.at(step.time, (now) => this.#believe(event, step, stale, now));
    const sweeps = random.fork('sweeps');
    for (let count = drawPoisson(sweeps, this.#config.sweepsPerEvent); count > 0; count--) {
      let time = close as number;
      // Not in the first minutes or the last, and thinned to the busy hours.
      do time = Math.round(open + 10 * MINUTE + sweeps.uniform() * (close - open - 20 * MINUTE));
      while (sweeps.uniform() > activityAt(time as Time, midnight));
      this.#agenda.at(time as Time, (now) => this.#sweep(event, sweeps, now));
    }
    this.#agenda.at(close, (now) => this.#close(event, now));
    this.#agenda.at(settle, (now) => this.#settle(event, now));
  }

  /** A forecast reaches us some seconds after its issue; quotes have moved by then, so it is news only to who was not looking. */
  #writeForecast(event: SyntheticEvent, step: BeliefStep, random: Random): void {
    const arrival = step.time + 2 * SECOND + Math.round(random.exponential(3 * SECOND));
    const name = `forecast-high/${event.city.name.toLowerCase()}`;
    const signal = { name, value: step.forecast!, unit: '°F', issueTime: step.time, about: event.day };
    this.#agenda.at(arrival as Time, (now) => {
      this.#emit.begin(now);
      this.#emit.detail({ type: 'signal', signal });
    });
  }

  #open(event: SyntheticEvent, now: Time): void {
    this.#setProbabilities(event, event.path.steps[0]!);
    for (const market of event.markets) {
      market.trading = true;
      this.#exchange.open(market.book);
      const makers = this.#makers.get(market)!;
      makers.requote(now);
      const flow = this.#root.fork(`${market.ticker} retail`);
      new RetailFlow(market, makers, this.#exchange, this.#agenda, this.#config.activity, flow).start(now);
      const index = market.book.market;
      this.#emit.begin(now);
      this.#emit.detail({
        type: 'lifecycle',
        change: { market: index, status: 'active', closeTime: event.times.close },
      });
      this.#emit.detail({ type: 'coverage', change: { market: index, covered: true, reason: 'the market opened' } });
      this.#emit.show(market.book);
    }
  }

  /** News: what is stale may be taken at once, and within a millisecond the makers have quoted anew. */
  #believe(event: SyntheticEvent, step: BeliefStep, random: Random, now: Time): void {
    this.#setProbabilities(event, step);
    for (const market of event.markets) {
      takeStaleQuotes(market, this.#exchange, random, now);
      const reaction = 200 + random.below(700);
      this.#agenda.at((now + reaction) as Time, (at) => this.#requote(market, at));
    }
  }

  #setProbabilities(event: SyntheticEvent, step: BeliefStep): void {
    for (const market of event.markets) {
      market.probability = bracketProbability(market.bracket, step.mean, step.deviation);
      market.moveViewError();
    }
  }

  #sweep(event: SyntheticEvent, random: Random, now: Time): void {
    const market = drawOpenMarket(event, random);
    if (market === undefined) return;
    const intent = drawIntent(settlesYes(event, market), this.#config.informedSweepShare, random);
    const done = sweepMarket(market, intent, this.#exchange, now);
    if (done === undefined) return;
    this.#sweeps.push(done);
    const refill = 2 * MILLISECOND + random.below(6 * MILLISECOND);
    this.#agenda.at((now + refill) as Time, (at) => this.#requote(market, at));
  }

  #requote(market: SyntheticMarket, now: Time): void {
    this.#makers.get(market)!.requote(now);
  }

  /** The close cancels what rests; the feed shows no delta of it. */
  #close(event: SyntheticEvent, now: Time): void {
    for (const market of event.markets) {
      market.trading = false;
      this.#exchange.close(market.book, now);
      this.#emit.hide(market.book);
      const index = market.book.market;
      this.#emit.begin(now);
      this.#emit.detail({ type: 'lifecycle', change: { market: index, status: 'closed' } });
      this.#emit.detail({ type: 'coverage', change: { market: index, covered: false, reason: 'the market closed' } });
    }
  }

  #settle(event: SyntheticEvent, now: Time): void {
    for (const market of event.markets) {
      const index = market.book.market;
      const yes = settlesYes(event, market);
      const value = yes ? ONE_DOLLAR : (0 as Price);
      this.#emit.begin(now);
      this.#emit.detail({ type: 'lifecycle', change: { market: index, status: 'determined' } });
      this.#emit.detail({ type: 'settlement', settlement: { market: index, outcome: yes ? 'yes' : 'no', value } });
    }
    const paid = (now + HOUR) as Time;
    for (const market of event.markets) {
      this.#agenda.at(paid, (at) => {
        this.#emit.begin(at);
        this.#emit.detail({ type: 'lifecycle', change: { market: market.book.market, status: 'finalized' } });
      });
    }
  }
}

function seriesOf(city: SyntheticCity): string {
  return `SYNHIGH${city.code}`;
}

/** "30JAN05" */
function tickerDate(date: Time): string {
  const [year, month, day] = civilFromTime(date);
  return `${String(year % 100).padStart(2, '0')}${MONTHS[month - 1]!}${String(day).padStart(2, '0')}`;
}

function marketFacts(
  city: SyntheticCity,
  event: string,
  day: string,
  bracket: Bracket,
  times: { readonly open: Time; readonly close: Time },
): Omit<Market, 'index'> {
  return {
    ticker: `${event}-${bracket.suffix}`,
    event,
    series: seriesOf(city),
    title: `SYNTHETIC: highest temperature in ${city.name} on ${day}: ${bracket.label}`,
    strike: bracket.strike,
    grid: CENT_GRID,
    openTime: times.open,
    closeTime: times.close,
    day,
    mutuallyExclusive: true,
  };
}
