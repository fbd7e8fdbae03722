import { Fault } from '../core/fault.ts';
import { formatPrice } from '../core/price.ts';
import { formatQuantity } from '../core/quantity.ts';
import { ASK, BID } from '../core/side.ts';
import { type Duration, SECOND, type Time } from '../core/time.ts';
import { type BookPicture, decodeBook } from '../kalshi/decode-book.ts';
import { type WireObject, wireObject, wireText } from '../kalshi/wire.ts';

type Levels = ReadonlyMap<number, number>;

/** By when, of the recorder's own time, the frames must have told what was answered over REST: they may come that much after the answer. */
const MAY_LAG_BY = (2 * SECOND) as Duration;

interface Pending {
  readonly ticker: string;
  readonly wanted: Levels;
  readonly until: Time;
}

/**
 * Compares the books that were read over REST with those rebuilt from frames: each must have been the rebuilt one at some moment around its
 * reading. Times are those of receipt: what lags is the way to the recorder, whatever the venue's clock does.
 */
export class BookChecks {
  /** How many books agreed, differed, or could not be compared: the rebuilt one was not trusted all the while, or the answer was no book. */
  readonly counts = { agreed: 0, differed: 0, untrusted: 0 };
  /** The first differences, for a person. */
  readonly differences: string[] = [];
  readonly #bookOf: (ticker: string) => Levels | undefined;
  /** The states of each book since the last asking. */
  #states: Map<string, Levels[]> | null = null;
  #pending: Pending[] = [];

  constructor(bookOf: (ticker: string) => Levels | undefined) {
    this.#bookOf = bookOf;
  }

  /** The books are asked for: from now on each of their states counts. */
  asking(tickers: Iterable<string>): void {
    this.#states = new Map();
    for (const ticker of tickers) {
      const book = this.#bookOf(ticker);
      this.#states.set(ticker, book === undefined ? [] : [new Map(book)]);
    }
  }

  /** A frame was received, and has not changed anything yet: what should have been told by now was not. */
  heard(now: Time): void {
    if (this.#pending.length > 0) this.#settle(now, null);
  }

  /** A book has changed. */
  changed(ticker: string, now: Time): void {
    this.#states?.get(ticker)?.push(new Map(this.#bookOf(ticker) ?? []));
    if (this.#pending.length > 0) this.#settle(now, ticker);
  }

  /** From here on the frames do not vouch for a book: what was in between may have been what REST answered. */
  torn(ticker: string): void {
    this.#states?.delete(ticker);
    const left = this.#pending.filter((pending) => pending.ticker !== ticker);
    this.counts.untrusted += this.#pending.length - left.length;
    this.#pending = left;
  }

  /** They were answered. */
  answered(books: readonly WireObject[], now: Time): void {
    for (const body of books) {
      const ticker = wireText(body, 'ticker');
      const wanted = levelsOf(body);
      const states = this.#states?.get(ticker) ?? [];
      if (wanted === null || this.#bookOf(ticker) === undefined || states.length === 0) this.counts.untrusted++;
      else if (states.some((state) => isSame(state, wanted))) this.counts.agreed++;
      else this.#pending.push({ ticker, wanted, until: (now + MAY_LAG_BY) as Time });
    }
    this.#states = null;
  }

  /** Nothing more comes: what the frames may still have told cannot be compared. */
  finish(now: Time): void {
    this.#settle(now, null);
    this.counts.untrusted += this.#pending.length;
    this.#pending = [];
  }

  #settle(now: Time, changed: string | null): void {
    this.#pending = this.#pending.filter(({ ticker, wanted, until }) => {
      const book = this.#bookOf(ticker)!;
      if (ticker === changed && isSame(book, wanted)) this.counts.agreed++;
      else if (now > until) this.#differs(ticker, book, wanted);
      else return true;
      return false;
    });
  }

  #differs(ticker: string, book: Levels, wanted: Levels): void {
    this.counts.differed++;
    if (this.differences.length >= 20) return;
    const keys = [...new Set([...book.keys(), ...wanted.keys()])].sort((a, b) => a - b);
    const key = keys.find((one) => (book.get(one) ?? 0) !== (wanted.get(one) ?? 0))!;
    const side = (key & 1) === BID ? 'bid' : 'ask';
    const size = (levels: Levels): string => formatQuantity((levels.get(key) ?? 0) as never);
    const at = `${side} ${formatPrice(((key - (key & 1)) / 2) as never)}`;
    this.differences.push(`${ticker}: ${at} is ${size(book)} by the frames and ${size(wanted)} over REST`);
  }
}

/** The levels of an answered book; null where it has not the form of one. */
function levelsOf(body: WireObject): Levels | null {
  let picture: BookPicture;
  try {
    picture = decodeBook(wireObject(body.orderbook_fp, 'orderbook_fp'));
  } catch (error) {
    if (error instanceof Fault && error.code === 'malformed-input') return null;
    throw error;
  }
  const { bids, asks } = picture;
  const levels = new Map<number, number>();
  for (const { price, quantity } of bids) levels.set(price * 2 + BID, quantity);
  for (const { price, quantity } of asks) levels.set(price * 2 + ASK, quantity);
  return levels;
}

function isSame(book: Levels, other: Levels): boolean {
  if (book.size !== other.size) return false;
  for (const [key, size] of book) if (other.get(key) !== size) return false;
  return true;
}
