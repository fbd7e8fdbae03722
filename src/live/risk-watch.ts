import type { MarketIndex } from '../core/market.ts';
import { dollars, formatDollars, type Money } from '../core/money.ts';
import { type Duration, HOUR, SECOND, type Time } from '../core/time.ts';
import type { Engine } from '../engine/engine.ts';
import type { LimitSettings } from '../engine/limits.ts';

/** What a session may lose, and how well it must hear and be heard. */
export interface RiskSettings {
  /** From 00:00 in New York, at worst-case marks: the smaller of the two. Halts. */
  readonly dailyLoss: Money;
  readonly dailyLossShare: number;
  /** Below the highest worth so far. Halves sizes. */
  readonly drawdown: number;
  /** Positions that were closed or paid at a loss, one after the other. Pauses for `lossPause`. */
  readonly lossesInRow: number;
  readonly lossPause: Duration;
  /** Of the last hundred calls, the share that failed. Pauses while it lasts. */
  readonly apiErrors: number;
  /** Without a frame, on the wall. Pauses while it lasts. */
  readonly silence: Duration;
  /** Between our clock and the exchange's, on the wall. Pauses while it lasts. */
  readonly clockOffset: Duration;
}

export const STANDARD_RISK: RiskSettings = {
  dailyLoss: dollars(500),
  dailyLossShare: 0.05,
  drawdown: 0.1,
  lossesInRow: 5,
  lossPause: HOUR as Duration,
  apiErrors: 0.1,
  silence: (15 * SECOND) as Duration,
  clockOffset: (3 * SECOND) as Duration,
};

/** What a later life of the session must know of it. */
export interface RiskMemory {
  readonly day: string;
  /** Worth at the beginning of the day. */
  readonly dayStart: number;
  readonly peak: number;
  readonly losses: number;
  readonly halved: boolean;
}

/** How the session hears and is heard, at one look. */
export interface Hearing {
  /** Whether each of the last calls was answered. */
  readonly calls: readonly boolean[];
  readonly silence: Duration;
  /** Null where it is not known. */
  readonly clockOffset: Duration | null;
}

/** What it asks of the session. */
export interface RiskActions {
  halt(reason: string): void;
  /** No entries until `lift` is told the same reason. Does nothing while something else stands in the way already. */
  pause(reason: string): void;
  lift(reason: string): void;
  limits(settings: LimitSettings): void;
}

/** Fewer calls than this say nothing of how many fail. */
const FEWEST_CALLS = 10;
const PAUSED_FOR = {
  calls: 'too many calls fail',
  silence: 'the feed is silent',
  clock: "the clock is off the exchange's",
  losses: 'losses in a row',
};

const NEW_YORK = new Intl.DateTimeFormat('en-CA', { timeZone: 'America/New_York', dateStyle: 'short' });

/** Looks at what a session has lost and how it hears, once a second, and says what is to be done: halt, pause, smaller sizes. */
export class RiskWatch {
  settings: RiskSettings;
  readonly #engine: Engine;
  readonly #actions: RiskActions;
  readonly #open = new Map<MarketIndex, number>();
  readonly #paused = new Set<string>();
  #day = '';
  #dayStart = 0;
  #peak = 0;
  #losses = 0;
  #lossesUntil = 0;
  #halved = false;
  #lostTooMuch = false;

  constructor(engine: Engine, settings: RiskSettings, actions: RiskActions, memory: RiskMemory | null) {
    this.#engine = engine;
    this.settings = settings;
    this.#actions = actions;
    if (memory === null) return;
    this.#day = memory.day;
    this.#dayStart = memory.dayStart;
    this.#peak = memory.peak;
    this.#losses = memory.losses;
    this.#halved = memory.halved;
  }

  get memory(): RiskMemory {
    return {
      day: this.#day,
      dayStart: this.#dayStart,
      peak: this.#peak,
      losses: this.#losses,
      halved: this.#halved,
    };
  }

  /** What the day has lost so far; below zero where it has gained. */
  get dayLoss(): Money {
    return (this.#dayStart - this.worth) as Money;
  }

  /** What a day may lose. */
  get dayLimit(): Money {
    const { dailyLoss, dailyLossShare } = this.settings;
    return Math.min(dailyLoss, Math.floor(dailyLossShare * this.#dayStart)) as Money;
  }

  /** What the account is worth if every position had to be sold now; nothing for one that nobody bids for. */
  get worth(): Money {
    const { account, state } = this.#engine;
    let worth: number = account.cash;
    for (const market of account.openMarkets()) {
      const { quantity } = account.position(market);
      const book = state.readable(market);
      const each = quantity > 0 ? (book?.bestBid ?? 0) : 10_000 - (book?.bestAsk ?? 10_000);
      worth += each * Math.abs(quantity);
    }
    return worth as Money;
  }

  look(now: Time, hearing: Hearing): void {
    const { worth } = this;
    const day = NEW_YORK.format(now / 1_000);
    if (day !== this.#day) {
      this.#day = day;
      this.#dayStart = worth;
    }
    this.#peak = Math.max(this.#peak, worth);
    const lost = this.#dayStart - worth;
    if (this.#lostTooMuch && this.#engine.limits.halted === null) {
      // A person has let it go on: the day counts anew from there.
      this.#lostTooMuch = false;
      this.#dayStart = worth;
    } else if (lost >= this.dayLimit && lost > 0 && !this.#lostTooMuch) {
      this.#lostTooMuch = true;
      this.#actions.halt(
        `daily loss: ${formatDollars(lost as Money)} since 00:00 in New York, limit ${formatDollars(this.dayLimit)}`,
      );
    }
    if (!this.#halved && this.#peak - worth >= this.settings.drawdown * this.#peak && this.#peak > 0) this.#halve();
    this.#countLosses(now);
    this.#hear(now, hearing);
  }

  /** Halves what one order, one position and all together may cost. */
  #halve(): void {
    this.#halved = true;
    const { settings } = this.#engine.limits;
    const half = (amount: number) => Math.floor(amount / 2);
    this.#actions.limits({
      ...settings,
      positionContracts: half(settings.positionContracts) as never,
      orderCost: half(settings.orderCost) as Money,
      positionCost: half(settings.positionCost) as Money,
      accountShareOfOne: settings.accountShareOfOne / 2,
      accountShareOfAll: settings.accountShareOfAll / 2,
    });
  }

  /** A position that has come to nothing was won or lost: by what it closed and paid, less its fees. */
  #countLosses(now: Time): void {
    const { account } = this.#engine;
    for (const market of account.tradedMarkets()) {
      const { quantity, realised, settled, fees } = account.position(market);
      const made = realised + settled - fees;
      const before = this.#open.get(market);
      if (quantity !== 0) {
        if (before === undefined) this.#open.set(market, made);
      } else if (before !== undefined) {
        this.#open.delete(market);
        this.#losses = made < before ? this.#losses + 1 : 0;
        if (this.#losses >= this.settings.lossesInRow) {
          this.#losses = 0;
          this.#lossesUntil = now + this.settings.lossPause;
        }
      }
    }
  }

  #hear(now: Time, { calls, silence, clockOffset }: Hearing): void {
    const failed = calls.filter((answered) => !answered).length;
    const { apiErrors, silence: quiet, clockOffset: offset } = this.settings;
    this.#set(PAUSED_FOR.calls, calls.length >= FEWEST_CALLS && failed > apiErrors * calls.length);
    this.#set(PAUSED_FOR.silence, silence > quiet);
    this.#set(PAUSED_FOR.clock, clockOffset !== null && Math.abs(clockOffset) > offset);
    this.#set(PAUSED_FOR.losses, now < this.#lossesUntil);
  }

  /** Said again at each look: a halt, or another pause, may have stood in its place meanwhile. */
  #set(reason: string, holds: boolean): void {
    if (holds) {
      this.#paused.add(reason);
      this.#actions.pause(reason);
    } else if (this.#paused.delete(reason)) this.#actions.lift(reason);
  }
}
