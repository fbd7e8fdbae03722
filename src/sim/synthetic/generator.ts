import type { Market, MarketIndex } from '../../core/market.ts';
import type { PriceGrid } from '../../core/price-grid.ts';
import { Random } from '../../core/random.ts';
import { civilFromTime, DAY, formatDate, MILLISECOND, parseTime, type Time } from '../../core/time.ts';
import { Agenda } from './agenda.ts';
import { type Bracket, firstDegree, ladder } from './bracket.ts';
import { checkConfig, eventTimes, type SyntheticCity, type SyntheticConfig, seriesOf } from './config.ts';
import { Emitter, type TapeSink } from './emit.ts';
import { EventCourse, type Payout, type StaffedMarket } from './event-course.ts';
import { EventFlow } from './event-flow.ts';
import { SyntheticExchange } from './exchange.ts';
import { drawPath } from './latent.ts';
import { drawLife } from './lifecycle.ts';
import { MakerTeam } from './market-maker.ts';
import { NoiseFlow } from './noise-flow.ts';
import { OrderBook } from './order-book.ts';
import { ShadowBoard, type ShadowOrder } from './shadow.ts';
import { writeHistory, writeOfficialHigh, writeSignals } from './signals.ts';
import type { Stage } from './stage.ts';
import type { SyntheticSweep } from './sweep.ts';
import { type SyntheticEvent, SyntheticMarket } from './synthetic-market.ts';
import { type SyntheticTruth, summarise } from './truth.ts';
import type { Witness } from './witness.ts';

const MONTHS = ['JAN', 'FEB', 'MAR', 'APR', 'MAY', 'JUN', 'JUL', 'AUG', 'SEP', 'OCT', 'NOV', 'DEC'];
const MARKETS_AN_EVENT = 6;
const ACTIONS_A_STEP = 20_000;

/**
 * Generates a SYNTHETIC tape into `sink`: every market first, then rows in tape order. The same configuration gives the same
 * rows, whatever watches: `witness` sees the generator's own books and orders, and `shadows` are orders that nobody in the market
 * sees, tracked through its queues (`truth.shadows`). Throws a Fault (`invalid-parameter`) on a configuration it cannot generate.
 */
export function generate(
  config: SyntheticConfig,
  sink: TapeSink,
  witness?: Witness,
  shadows: readonly ShadowOrder[] = [],
): SyntheticTruth {
  const world = new World(config, sink, witness, shadows);
  while (world.advance());
  return world.truth();
}

/**
 * One run: it draws the truth, registers the markets, then lets the participants act in time order, some thousand actions with each
 * `advance`. For whoever must do other things in between; everybody else calls {@link generate}.
 */
export class World {
  readonly #config: SyntheticConfig;
  readonly #sink: TapeSink;
  readonly #stage: Stage;
  readonly #shadows: ShadowBoard;
  readonly #events: SyntheticEvent[] = [];
  readonly #flows = new Map<OrderBook, NoiseFlow>();
  readonly #sweeps: SyntheticSweep[] = [];
  readonly #payouts = new Map<number, () => Payout>();

  /** Throws a Fault (`invalid-parameter`) on a configuration that cannot be generated. */
  constructor(config: SyntheticConfig, sink: TapeSink, witness?: Witness, shadows: readonly ShadowOrder[] = []) {
    checkConfig(config);
    const root = new Random(config.seed);
    const emit = new Emitter(sink, root.fork('feed'));
    this.#config = config;
    this.#sink = sink;
    this.#shadows = new ShadowBoard(shadows);
    const exchange = new SyntheticExchange(emit, witness, shadows.length > 0 ? this.#shadows : undefined);
    this.#stage = { config, agenda: new Agenda(), exchange, emit, root };
    this.#serveIcebergs(root.fork('icebergs'));
    for (let day = 0; day < this.#config.days; day++) {
      for (const city of this.#config.cities) this.#events.push(this.#createEvent(city, day));
    }
    for (const city of config.cities) {
      if (city.place !== undefined) writeHistory(city, this.#stage, root.fork(`${city.place} history`));
    }
    this.#writeFees();
    for (const event of this.#events) this.#writeDown(event);
  }

  /** Runs on. Returns false when the tape is done. */
  advance(): boolean {
    return this.#stage.agenda.run(ACTIONS_A_STEP);
  }

  /** Runs on to `time`, all of that instant included: for an exchange whose clock somebody else keeps. Returns false when the tape is done. */
  runUntil(time: Time): boolean {
    return this.#stage.agenda.runUntil(time);
  }

  /** Where guests, owners below 0, send their orders: at no time before the last that the world was run to. */
  get exchange(): SyntheticExchange {
    return this.#stage.exchange;
  }

  /** The book of every market, at its number on the tape. */
  get books(): readonly OrderBook[] {
    return this.#events
      .flatMap(({ markets }) => markets.map(({ book }) => book))
      .sort((one, other) => one.market - other.market);
  }

  /** What a market will pay, from its last close on. */
  payoutOf(market: MarketIndex): Payout {
    return this.#payouts.get(market)!();
  }

  /** What is true of the tape, once it is done. */
  truth(): SyntheticTruth {
    return summarise(this.#events, this.#sweeps, this.#shadows.results, this.#stage.emit.rows);
  }

  #createEvent(city: SyntheticCity, dayNumber: number): SyntheticEvent {
    const times = eventTimes(this.#config, city, dayNumber);
    const date = (parseTime(`${this.#config.firstDay}T00:00:00Z`) + dayNumber * DAY) as Time;
    const day = formatDate(date);
    const series = seriesOf(city);
    const ticker = `${series}-${tickerDate(date)}`;
    const random = this.#stage.root.fork(ticker);
    const path = drawPath(city, times, this.#config.activity, random.fork('latent'));
    const life = drawLife(this.#config.lifecycle, times, MARKETS_AN_EVENT, random.fork('life'));
    const first = firstDegree(path.steps[0]!.mean, random.below(3) - 1);
    const facts = { city, event: ticker, series, day, grid: life.grid, openTime: times.open, closeTime: times.close };
    const markets = ladder(first).map((bracket) => {
      const book = new OrderBook(this.#sink.market(marketFacts(facts, bracket)), life.grid);
      const own = { ticker: `${ticker}-${bracket.suffix}`, bracket, book, midnight: times.midnight };
      return new SyntheticMarket(own, this.#stage.root.fork(own.ticker).fork('view'));
    });
    return { ticker, series, city, day, times, life, path, markets };
  }

  /** A ledger refuses a series without a fee schedule: the tape brings one, the formula that weather series had when this was written. */
  #writeFees(): void {
    const { agenda, emit } = this.#stage;
    for (const city of this.#config.cities) {
      const { series, path } = this.#events.find((event) => event.city === city)!;
      const from = path.steps[0]!.time;
      const change = { series, event: null, from, type: 'quadratic', multiplierE4: 10_000 } as const;
      agenda.at(from, (now) => {
        emit.begin(now);
        emit.detail({ type: 'fees', change });
      });
    }
  }

  #writeDown(event: SyntheticEvent): void {
    const stage = this.#stage;
    const random = stage.root.fork(`${event.ticker} course`);
    const staffed = event.markets.map((market) => this.#staff(market));
    const flow = new EventFlow(event, staffed, stage, (sweep) => this.#sweeps.push(sweep));
    writeSignals(event, stage, random.fork('signals'));
    if (event.city.place !== undefined) writeOfficialHigh(event, stage);
    const course = new EventCourse(event, staffed, stage);
    for (const market of event.markets) this.#payouts.set(market.book.market, () => course.payoutOf(market));
    course.writeDown(() => flow.opening());
    flow.writeDown(random);
  }

  #staff(market: SyntheticMarket): StaffedMarket {
    const { config, exchange, root } = this.#stage;
    const makers = new MakerTeam(market, exchange, config.depth, root.fork(market.ticker));
    const noise = new NoiseFlow(market, makers, this.#stage);
    this.#flows.set(market.book, noise);
    return { market, makers, noise };
  }

  #serveIcebergs(random: Random): void {
    const { agenda, exchange } = this.#stage;
    exchange.refill = (order, now) => {
      const delay = 5 * MILLISECOND + random.below(40 * MILLISECOND);
      agenda.at((now + delay) as Time, (at) => this.#flows.get(order.book)?.refill(order, at));
    };
  }
}

/** "30JAN05" */
function tickerDate(date: Time): string {
  const [year, month, day] = civilFromTime(date);
  return `${String(year % 100).padStart(2, '0')}${MONTHS[month - 1]!}${String(day).padStart(2, '0')}`;
}

interface EventFacts {
  readonly city: SyntheticCity;
  readonly event: string;
  readonly series: string;
  readonly day: string;
  readonly grid: PriceGrid;
  readonly openTime: Time;
  readonly closeTime: Time;
}

function marketFacts(facts: EventFacts, bracket: Bracket): Omit<Market, 'index'> {
  const { city, event, series, day, grid, openTime, closeTime } = facts;
  return {
    ticker: `${event}-${bracket.suffix}`,
    event,
    series,
    title: `SYNTHETIC: highest temperature in ${city.name} on ${day}: ${bracket.label}`,
    strike: bracket.strike,
    grid,
    openTime,
    closeTime,
    day,
    mutuallyExclusive: true,
  };
}
