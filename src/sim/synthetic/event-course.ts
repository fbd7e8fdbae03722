import type { MarketStatus, Settlement } from '../../core/market.ts';
import { ONE_DOLLAR, type Price } from '../../core/price.ts';
import { HOUR, MINUTE, type Time } from '../../core/time.ts';
import { FINE_GRID, type Span } from './lifecycle.ts';
import type { MakerTeam } from './market-maker.ts';
import type { NoiseFlow } from './noise-flow.ts';
import type { Stage } from './stage.ts';
import { type SyntheticEvent, type SyntheticMarket, settlesYes } from './synthetic-market.ts';

/** A market and those who keep it going. */
export interface StaffedMarket {
  readonly market: SyntheticMarket;
  readonly makers: MakerTeam;
  readonly noise: NoiseFlow;
}

/** What a market paid, noted when it is known. */
export type Payout = Omit<Settlement, 'market'>;

/** From the result to its payment; a dispute lies in between. */
const PAID_AFTER = HOUR;
const DISPUTED_AFTER = 20 * MINUTE;
const AMENDED_AFTER = 2 * HOUR;
const PAID_AFTER_DISPUTE = 3 * HOUR;

/** One event's way through the states of its markets, as the venue would tell it. */
export class EventCourse {
  readonly #event: SyntheticEvent;
  readonly #staffed: readonly StaffedMarket[];
  readonly #stage: Stage;
  /** The probability of yes at each market's last close: its last fair price. */
  readonly #lastFair = new Map<SyntheticMarket, number>();

  constructor(event: SyntheticEvent, staffed: readonly StaffedMarket[], stage: Stage) {
    this.#event = event;
    this.#staffed = staffed;
    this.#stage = stage;
  }

  /** Writes down all of it; `opening` is called just before the first orders come. */
  writeDown(opening: (now: Time) => void): void {
    const { life, times, path } = this.#event;
    this.#each(path.steps[0]!.time, ({ market }) => this.#tell(market, 'initialized'));
    this.#stage.agenda.at(times.open, (now) => {
      opening(now);
      for (const staffed of this.#staffed) this.#open(staffed, now);
    });
    const { announced, close, reopened, gridChange } = life;
    if (announced !== null) this.#each(announced, ({ market }) => this.#tell(market, null, close));
    if (gridChange !== null) this.#each(gridChange, (staffed, now) => this.#refineGrid(staffed, now));
    life.pauses.forEach((pause, at) => {
      if (pause !== null) this.#writePause(this.#staffed[at]!, pause);
    });
    this.#each(close, ({ market }, now) => this.#close(market, reopened === null, now));
    if (reopened !== null) {
      this.#each(reopened.from, (staffed, now) => this.#reopen(staffed, reopened.to, now));
      this.#each(reopened.to, ({ market }, now) => this.#close(market, true, now));
    }
    this.#writeResult();
  }

  #writeResult(): void {
    const { settle, disputed } = this.#event.life;
    this.#each(settle, ({ market }) => this.#tell(market, 'determined'));
    if (disputed) {
      this.#each((settle + DISPUTED_AFTER) as Time, ({ market }) => this.#tell(market, 'disputed'));
      this.#each((settle + AMENDED_AFTER) as Time, ({ market }) => this.#tell(market, 'amended'));
    }
    this.#each((settle + (disputed ? PAID_AFTER_DISPUTE : PAID_AFTER)) as Time, ({ market }) => this.#pay(market));
  }

  #each(time: Time, act: (staffed: StaffedMarket, now: Time) => void): void {
    this.#stage.agenda.at(time, (now) => {
      this.#stage.emit.begin(now);
      for (const staffed of this.#staffed) act(staffed, now);
    });
  }

  #tell({ book: { market } }: SyntheticMarket, status: MarketStatus | null, closeTime?: Time): void {
    const told = { ...(status === null ? {} : { status }), ...(closeTime === undefined ? {} : { closeTime }) };
    this.#stage.emit.detail({ type: 'lifecycle', change: { market, ...told } });
  }

  #cover({ book: { market } }: SyntheticMarket, covered: boolean, reason: string): void {
    this.#stage.emit.detail({ type: 'coverage', change: { market, covered, reason } });
  }

  #open({ market, makers, noise }: StaffedMarket, now: Time): void {
    const { exchange, emit } = this.#stage;
    market.trading = true;
    exchange.open(market.book, now);
    makers.requote(now);
    noise.start(now);
    emit.begin(now);
    this.#tell(market, 'active', this.#event.times.close);
    this.#cover(market, true, 'the market opened');
    emit.show(market.book);
  }

  #writePause({ market, makers }: StaffedMarket, { from, to }: Span): void {
    const { agenda, exchange, emit } = this.#stage;
    agenda.at(from, (now) => {
      market.trading = false;
      exchange.pause(market.book, now);
      emit.begin(now);
      this.#tell(market, 'inactive');
    });
    agenda.at(to, (now) => {
      // Whatever rested is cancelled when the market is active again: its feed begins anew, with an empty book.
      exchange.clear(market.book, 'reactivated', now);
      exchange.open(market.book, now);
      emit.begin(now);
      this.#tell(market, 'active');
      emit.show(market.book);
      market.trading = true;
      makers.requote(now);
    });
  }

  #refineGrid({ market, makers }: StaffedMarket, now: Time): void {
    const { exchange, emit } = this.#stage;
    exchange.regrid(market.book, FINE_GRID, now);
    emit.detail({ type: 'lifecycle', change: { market: market.book.market, grid: FINE_GRID } });
    makers.requote(now);
  }

  /** The close cancels what rests; the feed shows no delta of it. */
  #close(market: SyntheticMarket, forGood: boolean, now: Time): void {
    const { exchange, emit } = this.#stage;
    market.trading = false;
    market.over = forGood;
    this.#lastFair.set(market, market.probability);
    emit.hide(market.book);
    exchange.clear(market.book, 'market-closed', now);
    this.#tell(market, 'closed');
    this.#cover(market, false, 'the market closed');
  }

  #reopen({ market, makers }: StaffedMarket, closeTime: Time, now: Time): void {
    const { exchange, emit } = this.#stage;
    exchange.open(market.book, now);
    this.#tell(market, 'active', closeTime);
    this.#cover(market, true, 'the market was opened again');
    emit.show(market.book);
    market.trading = true;
    makers.requote(now);
  }

  #pay(market: SyntheticMarket): void {
    const index = market.book.market;
    this.#stage.emit.detail({ type: 'settlement', settlement: { market: index, ...this.payoutOf(market) } });
    this.#tell(market, 'finalized');
  }

  /** What a market of the event pays, from its last close on. Whatever the outcome, on average that is what it was worth at its close. */
  payoutOf(market: SyntheticMarket): Payout {
    const yes = settlesYes(this.#event, market);
    const fair = Math.round(this.#lastFair.get(market)! * ONE_DOLLAR);
    const result = yes ? ONE_DOLLAR : 0;
    const { outcome } = this.#event.life;
    if (outcome === 'void') return { outcome, value: fair as Price };
    if (outcome === 'scalar') return { outcome, value: Math.round((result + fair) / 2) as Price };
    return { outcome: yes ? 'yes' : 'no', value: result as Price };
  }
}
