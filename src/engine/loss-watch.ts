import type { MarketIndex, MarketStatus } from '../core/market.ts';
import { formatDollars, type Money } from '../core/money.ts';
import type { Price } from '../core/price.ts';
import { DAY, type Duration, HOUR, SECOND, type Time } from '../core/time.ts';
import type { Account } from '../ledger/account.ts';
import type { Limits } from './limits.ts';
import type { MarketState } from './market-state.ts';

/** What it asks of its engine. */
export interface LossActions {
  halt(reason: string): void;
  release(): void;
  pause(reason: string): void;
  lift(reason: string): void;
  /** Multiplies what orders and positions may cost. */
  size(factor: number): void;
}

/** Time between two looks at the marks, in market time. */
const LOOK_EVERY = SECOND;
/** A side of a book that is gone for so long counts as gone: then nobody takes what we hold. */
const QUOTE_LASTS = (10 * SECOND) as Duration;
const LOSSES = 'losses in a row';

const NEW_YORK = new Intl.DateTimeFormat('en-CA', { timeZone: 'America/New_York', dateStyle: 'short' });

/** The price at which a market would last have taken a position. */
interface Quote {
  price: Price;
  /** When it was gone; counts only when `stands` is false. */
  time: Time;
  /** Whether it stood at the last look. */
  stands: boolean;
}

/** Nobody can trade in such a market: its books are emptied, and that is no news of what it is worth. */
const STILL: ReadonlySet<MarketStatus> = new Set([
  'inactive',
  'closed',
  'determined',
  'disputed',
  'amended',
  'finalized',
]);

/** When New York's midnight can be next: at 04:00 UTC in summer, at 05:00 in winter. */
function nextMidnight(now: Time): number {
  const day = Math.floor(now / DAY) * DAY;
  return [4, 5, 28].map((hour) => day + hour * HOUR).find((time) => time > now)!;
}

/** Looks at what an account has lost, in a backtest as in a session: by its own time only, so that a replay comes to the same. */
export class LossWatch {
  readonly #account: Account;
  readonly #state: MarketState;
  readonly #limits: Limits;
  readonly #actions: LossActions;
  readonly #releasesDaily: boolean;
  readonly #noBooks: boolean;
  readonly #quotes: (Quote | undefined)[] = [];
  /** Which way each open position points. */
  readonly #open = new Map<MarketIndex, boolean>();
  /** What had come of each market, fees included, when its last position was closed. */
  readonly #made = new Map<MarketIndex, number>();
  /** Markets of open positions, what each was worth at the last look, and all together. */
  #held: MarketIndex[] = [];
  readonly #parts: number[] = [];
  #sum = 0;
  /** Those whose last quote is about to count no more. */
  readonly #fading = new Set<MarketIndex>();
  /** Whether a position has changed since the last look; where the tape stood then, and when that was. */
  #moved = false;
  #looked = 0;
  #lastLook = 0;
  #next = Number.NEGATIVE_INFINITY;
  #day = '';
  /** When the day is looked at anew. */
  #midnight = Number.NEGATIVE_INFINITY;
  #dayStart = 0;
  #peak = 0;
  #losses = 0;
  #lossesUntil: number | null = null;
  #halted = false;

  /** `noBooks`: the tape has prints only, which then are the marks. */
  constructor(
    account: Account,
    state: MarketState,
    limits: Limits,
    { noBooks, releasesDaily }: { readonly noBooks: boolean; readonly releasesDaily: boolean },
    actions: LossActions,
  ) {
    this.#account = account;
    this.#state = state;
    this.#limits = limits;
    this.#noBooks = noBooks;
    this.#releasesDaily = releasesDaily;
    this.#actions = actions;
  }

  /** When the next look is due. */
  get next(): number {
    return this.#next;
  }

  /** Positions closed at a loss, one after the other, up to now. */
  get losses(): number {
    return this.#losses;
  }

  get peak(): Money {
    return this.#peak as Money;
  }

  /** What the day has lost so far, at worst-case marks; below zero where it has gained. */
  dayLoss(now: Time): Money {
    return (this.#dayStart - this.worth(now)) as Money;
  }

  /** What a day may lose. */
  get dayLimit(): Money {
    const { dailyLoss, dailyLossShare } = this.#limits.settings;
    return Math.min(dailyLoss, Math.floor(dailyLossShare * this.#dayStart)) as Money;
  }

  /** What the account is worth if every position had to be sold at the best quote now; nothing for one that nobody takes. Changes nothing. */
  worth(now: Time): Money {
    let worth: number = this.#account.cash;
    for (const market of this.#held) worth += this.#part(market, now, false);
    return worth as Money;
  }

  /** The same, remembering what is seen, which only looks may do: those happen at the same times in a replay. Most markets have not changed since the last. */
  #seen(now: Time): Money {
    const { touched, sequence } = this.#state;
    const looked = this.#moved ? Number.NEGATIVE_INFINITY : this.#looked;
    for (const market of this.#held) {
      if (touched[market]! < looked && !this.#fading.has(market)) continue;
      const part = this.#part(market, now, true);
      this.#sum += part - (this.#parts[market] ?? 0);
      this.#parts[market] = part;
    }
    this.#moved = false;
    this.#looked = sequence;
    this.#lastLook = now;
    return (this.#account.cash + this.#sum) as Money;
  }

  #part(market: MarketIndex, now: Time, keep: boolean): number {
    const { quantity } = this.#account.position(market);
    return Math.floor(this.#worst(market, quantity > 0, now, keep) * Math.abs(quantity));
  }

  look(now: Time): void {
    this.#next = now + LOOK_EVERY;
    const worth = this.#seen(now);
    this.#lookAtDay(now, worth);
    this.#peak = Math.max(this.#peak, worth);
    const lost = this.#dayStart - worth;
    if (this.#halted && this.#limits.halt === null) {
      // A person has let it go on: the day counts anew from there.
      this.#halted = false;
      this.#dayStart = worth;
    } else if (!this.#halted && lost > 0 && lost >= this.dayLimit) {
      this.#halted = true;
      const limit = formatDollars(this.dayLimit);
      this.#actions.halt(`daily loss: ${formatDollars(lost as Money)} since 00:00 in New York, limit ${limit}`);
    }
    const { drawdown } = this.#limits.settings;
    const factor = this.#peak > 0 && this.#peak - worth >= drawdown * this.#peak ? 0.5 : 1;
    if (factor !== this.#limits.sizeFactor) this.#actions.size(factor);
    if (this.#lossesUntil !== null && now >= this.#lossesUntil) {
      this.#lossesUntil = null;
      this.#actions.lift(LOSSES);
    }
  }

  /** A position was taken up, or a fill or a settlement has changed it: one that has come to nothing was won or lost, its fees included. */
  changed(market: MarketIndex, now: Time): void {
    const { quantity, realised, settled, fees } = this.#account.position(market);
    const before = this.#open.get(market);
    const long = quantity === 0 ? undefined : quantity > 0;
    this.#moved = true;
    if (long === before) return;
    if (before === undefined) this.#held.push(market);
    if (long === undefined) this.#leave(market);
    else this.#open.set(market, long);
    if (before === undefined) return;
    this.#quotes[market] = undefined;
    const made = realised + settled - fees;
    const lost = made < (this.#made.get(market) ?? 0);
    this.#made.set(market, made);
    this.#closed(lost, now);
  }

  #leave(market: MarketIndex): void {
    this.#open.delete(market);
    this.#held = this.#held.filter((each) => each !== market);
    this.#sum -= this.#parts[market] ?? 0;
    this.#parts[market] = 0;
    this.#fading.delete(market);
  }

  #closed(lost: boolean, now: Time): void {
    this.#losses = lost ? this.#losses + 1 : 0;
    const { lossesInRow, lossPause } = this.#limits.settings;
    if (this.#losses < lossesInRow) return;
    this.#losses = 0;
    this.#lossesUntil = now + lossPause;
    this.#actions.pause(LOSSES);
  }

  #lookAtDay(now: Time, worth: number): void {
    if (now < this.#midnight) return;
    this.#midnight = nextMidnight(now);
    const day = NEW_YORK.format(now / 1_000);
    if (day === this.#day) return;
    this.#day = day;
    this.#dayStart = worth;
    if (!this.#halted || !this.#releasesDaily) return;
    this.#halted = false;
    this.#actions.release();
  }

  /**
   * What the market would give for one contract of ours, in 1e-4 dollars. A quote that is gone for a moment leaves the last, and so does a book that cannot be
   * read and a market in which nobody can trade now: neither tells what it will pay. Before the first quote, what it cost.
   */
  #worst(market: MarketIndex, long: boolean, now: Time, keep: boolean): number {
    const ours = (price: number): number => (long ? price : 10_000 - price);
    if (this.#noBooks) return ours(this.#state.lastPrice[market]!);
    const book = STILL.has(this.#state.status(market)) ? undefined : this.#state.readable(market);
    const price = long ? book?.bestBid : book?.bestAsk;
    const quote = this.#quotes[market];
    if (keep) this.#remember(market, quote, price, now, book !== undefined);
    if (price !== undefined) return ours(price);
    if (quote === undefined) return book !== undefined ? 0 : this.#averageCost(market);
    if (book !== undefined && now - this.#lastStood(quote) >= QUOTE_LASTS) return 0;
    return ours(quote.price);
  }

  #lastStood({ stands, time }: Quote): number {
    return stands ? this.#lastLook : time;
  }

  #remember(
    ...[market, quote, price, now, readable]: [MarketIndex, Quote | undefined, Price | undefined, Time, boolean]
  ): void {
    this.#fading.delete(market);
    if (price !== undefined) {
      if (quote === undefined) this.#quotes[market] = { price, time: now, stands: true };
      else {
        quote.price = price;
        quote.stands = true;
      }
    } else if (quote !== undefined) {
      if (readable) {
        quote.time = this.#lastStood(quote) as Time;
        if (now - quote.time < QUOTE_LASTS) this.#fading.add(market);
      }
      quote.stands = !readable;
    }
  }

  #averageCost(market: MarketIndex): number {
    const { cost, quantity } = this.#account.position(market);
    return cost / Math.abs(quantity);
  }
}
