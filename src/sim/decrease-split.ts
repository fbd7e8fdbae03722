import { MILLISECOND } from '../core/time.ts';

/**
 * How far apart, in exchange time, a decrease of a level and a print may be told and still be one match. Both carry the time of the match,
 * to the millisecond; a longer window would take cancels for trades.
 */
export const MATCH_WINDOW = 5 * MILLISECOND;

/** One decrease of a level: what prints have explained of it so far, and what they have not. */
export interface Decrease<Place> {
  readonly quantity: number;
  readonly time: number;
  /** Not explained by any print yet (0.01 contract). */
  open: number;
  /** Explained by a print from outside the window: it may as well have been a cancel. */
  late: number;
  /** Where orders of ours stood before it, as whoever asks for the split keeps it. */
  place: Place | null;
}

/** What the decreases of a tape, or of one level, came to, in 0.01 contract: the first three add up to the fourth. */
export interface SplitTotal {
  traded: number;
  cancelled: number;
  /** Could be either: a print and more than one decrease of its level met within the window. */
  ambiguous: number;
  decreased: number;
  /** Prints that no decrease has shown. */
  unshown: number;
}

interface Level<Place> {
  /** When anything of it was last told. */
  last: number;
  /** Prints that no decrease has shown yet, oldest first, and the time of each. */
  readonly waiting: { time: number; quantity: number }[];
  /** Decreases and prints told since the level was last silent for longer than the window. */
  readonly decreases: Decrease<Place>[];
  readonly prints: { time: number; quantity: number }[];
  /** A print without a side was at this price: nothing here is certain. */
  unsided: boolean;
}

/**
 * Splits every decrease of one market's levels into what traded and what was cancelled. Prints and decreases come in either order: a
 * decrease is explained by prints that wait for it, a print by decreases within the window before it, nearest in time first. `Key` is
 * price × 2 + side of the resting orders.
 */
export class DecreaseSplit<Place = never> {
  readonly total: SplitTotal = { traded: 0, cancelled: 0, ambiguous: 0, decreased: 0, unshown: 0 };
  readonly #levels = new Map<number, Level<Place>>();
  readonly #trades: boolean;

  /** `trades` is whether the tape records prints: where not, any decrease could be either. */
  constructor(trades: boolean) {
    this.#trades = trades;
  }

  /** A print at a level. Returns the decreases told within the window before it, and those of them that it explains, nearest in time first. */
  print(
    key: number,
    quantity: number,
    time: number,
  ): { readonly near: readonly Decrease<Place>[]; readonly matched: readonly Decrease<Place>[] } {
    const level = this.#level(key, time);
    level.prints.push({ time, quantity });
    const matched: Decrease<Place>[] = [];
    let left = quantity;
    const near = level.decreases.filter((decrease) => time - decrease.time <= MATCH_WINDOW);
    const open = near.filter((decrease) => decrease.open > 0).reverse();
    open.sort((a, b) => Math.abs(instant(time) - instant(a.time)) - Math.abs(instant(time) - instant(b.time)));
    for (const decrease of open) {
      if (left === 0) break;
      const part = Math.min(left, decrease.open);
      decrease.open -= part;
      left -= part;
      matched.push(decrease);
    }
    if (left > 0) level.waiting.push({ time, quantity: left });
    return { near, matched };
  }

  /** A print whose side is not known: what falls at that price around it is ambiguous. */
  unsidedPrint(key: number, time: number): void {
    this.#level(key, time).unsided = true;
  }

  /** A decrease of a level. `open` is what no print has explained; prints to come may still explain it. */
  decrease(key: number, quantity: number, time: number): Decrease<Place> {
    const level = this.#level(key, time);
    const decrease: Decrease<Place> = { quantity, time, open: quantity, late: 0, place: null };
    while (decrease.open > 0 && level.waiting.length > 0) {
      const print = level.waiting[0]!;
      const part = Math.min(print.quantity, decrease.open);
      print.quantity -= part;
      decrease.open -= part;
      if (time - print.time > MATCH_WINDOW) decrease.late += part;
      if (print.quantity === 0) level.waiting.shift();
    }
    level.decreases.push(decrease);
    return decrease;
  }

  /** A new book was told, the old one broke, or the tape ended: what is open is decided, and no print waits any longer. */
  settle(): void {
    for (const level of this.#levels.values()) {
      this.#decide(level);
      for (const print of level.waiting) this.total.unshown += print.quantity;
    }
    this.#levels.clear();
  }

  #level(key: number, time: number): Level<Place> {
    let level = this.#levels.get(key);
    if (level === undefined) {
      level = { last: time, waiting: [], decreases: [], prints: [], unsided: false };
      this.#levels.set(key, level);
    } else if (time - level.last > MATCH_WINDOW) this.#decide(level);
    level.last = time;
    return level;
  }

  /** Adds up what a level was told since it was last silent. Decreases and prints of one instant and one size are one match. */
  #decide(level: Level<Place>): void {
    const { total } = this;
    if (level.prints.length === 0 && !level.unsided && this.#trades) {
      // The common case: what no print met was cancelled.
      for (const { quantity, late } of level.decreases) {
        total.decreased += quantity;
        total.cancelled += quantity - late;
        total.ambiguous += late;
      }
      level.decreases.length = 0;
      return;
    }
    const certain = level.unsided || !this.#trades ? null : new Set(sameMatch(level));
    const rest = level.decreases.filter((decrease) => certain?.has(instant(decrease.time)) !== true);
    let printed = 0;
    for (const { time, quantity } of level.prints) if (certain?.has(instant(time)) !== true) printed += quantity;
    const decreased = rest.reduce((sum, { quantity, late }) => sum + quantity - late, 0);
    for (const decrease of level.decreases) {
      total.decreased += decrease.quantity;
      if (certain === null) total.ambiguous += decrease.quantity;
      else if (certain.has(instant(decrease.time))) total.traded += decrease.quantity;
      else {
        const size = decrease.quantity - decrease.late;
        const traded = Math.min(size, Math.max(0, printed - (decreased - size)));
        const cancelled = Math.max(0, size - printed);
        total.traded += traded;
        total.cancelled += cancelled;
        total.ambiguous += decrease.quantity - traded - cancelled;
      }
    }
    level.decreases.length = 0;
    level.prints.length = 0;
    level.unsided = false;
  }
}

/** The venue writes the time of a print in milliseconds and that of a decrease in microseconds: the millisecond they share. */
function instant(time: number): number {
  return Math.floor(time / MILLISECOND);
}

/** Instants at which all that fell at a level is all that was printed there. */
function sameMatch({ decreases, prints }: Pick<Level<unknown>, 'decreases' | 'prints'>): number[] {
  const left = new Map<number, number>();
  for (const { time, quantity } of prints) left.set(instant(time), (left.get(instant(time)) ?? 0) + quantity);
  for (const { time, quantity } of decreases) {
    const at = instant(time);
    if (left.has(at)) left.set(at, left.get(at)! - quantity);
  }
  return [...left.keys()].filter((at) => left.get(at) === 0);
}
