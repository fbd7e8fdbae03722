import type { Market } from '../../core/market.ts';
import { DELTA, QUOTE, SNAPSHOT, TRADE, UNSIDED_TRADE } from '../../core/market-event.ts';
import { BID } from '../../core/side.ts';
import type { TapeBlock } from '../../core/tape-block.ts';
import type { Finding } from './finding.ts';

/** Fewer prints of a market than this show nothing. */
const LEAST_PRINTS = 20;
/** So large a share of prints beyond the quote that stood: then it did not stand. */
const MOST_OUTSIDE = 0.2;

interface Seen {
  /** Prints of the present instant, by price, size and side. */
  instant: Map<string, number>;
  time: number;
  prints: number;
  /** Greatest number that divides how often each print is there. */
  divisor: number;
  bid: number;
  ask: number;
  quoted: boolean;
  measured: number;
  outside: number;
}

/** Looks at the prints of each market: whether each is there several times over, and whether they met the quotes that stood. */
export class PrintLint {
  readonly #markets: readonly Market[];
  readonly #seen: (Seen | undefined)[] = [];
  /** Quotes are looked at where a tape has nothing but best prices: a book's levels are its own witnesses. */
  readonly #quotes: boolean;

  constructor(markets: readonly Market[], quotes: boolean) {
    this.#markets = markets;
    this.#quotes = quotes;
  }

  feed({ key, price, quantity, localOffset, baseTime, length }: TapeBlock): void {
    for (let row = 0; row < length; row++) {
      const packed = key[row]!;
      const kind = (packed >>> 1) & 7;
      if (kind === DELTA || kind === SNAPSHOT) continue;
      if (kind === TRADE || kind === UNSIDED_TRADE)
        this.#print(this.#of(packed >>> 5), packed & 1, price[row]!, quantity[row]!, baseTime + localOffset[row]!);
      else if (kind === QUOTE && this.#quotes) {
        const seen = this.#of(packed >>> 5);
        seen.quoted = true;
        if ((packed & 1) === BID) seen.bid = price[row]!;
        else seen.ask = price[row]!;
      }
    }
  }

  #of(market: number): Seen {
    let seen = this.#seen[market];
    if (seen === undefined) {
      seen = {
        instant: new Map(),
        time: 0,
        prints: 0,
        divisor: 0,
        bid: 0,
        ask: 0,
        quoted: false,
        measured: 0,
        outside: 0,
      };
      this.#seen[market] = seen;
    }
    return seen;
  }

  #print(seen: Seen, side: number, price: number, quantity: number, time: number): void {
    if (time !== seen.time) {
      close(seen);
      seen.time = time;
    }
    const print = `${side} ${price} ${quantity}`;
    seen.instant.set(print, (seen.instant.get(print) ?? 0) + 1);
    seen.prints++;
    if (!seen.quoted || seen.bid === 0 || seen.ask === 0) return;
    seen.measured++;
    if (price < seen.bid || price > seen.ask) seen.outside++;
  }

  findings(): Finding[] {
    const repeated: { ticker: string; times: number }[] = [];
    let [measured, outside] = [0, 0];
    for (const [market, seen] of this.#seen.entries()) {
      if (seen === undefined) continue;
      close(seen);
      if (seen.prints >= LEAST_PRINTS && seen.divisor > 1)
        repeated.push({ ticker: this.#markets[market]!.ticker, times: seen.divisor });
      measured += seen.measured;
      outside += seen.outside;
    }
    const findings: Finding[] = [];
    const [first] = repeated;
    if (first !== undefined)
      findings.push({
        code: 'duplicate-prints',
        text: `Every print of ${first.ticker}${repeated.length > 1 ? ` and ${repeated.length - 1} further markets` : ''} is on the tape ${first.times} times: fills and volume are counted as often.`,
      });
    if (measured >= LEAST_PRINTS && outside > MOST_OUTSIDE * measured)
      findings.push({
        code: 'stale-quotes',
        text: `${Math.round((100 * outside) / measured)} % of ${measured} prints lie beyond the quote that stood when they came: quotes are late, or filled forward, and fills at them are none.`,
      });
    return findings;
  }
}

/** The instant is over: how often each of its prints was there. */
function close(seen: Seen): void {
  for (const times of seen.instant.values()) seen.divisor = gcd(seen.divisor, times);
  seen.instant.clear();
}

function gcd(left: number, right: number): number {
  return right === 0 ? left : gcd(right, left % right);
}
