import { complement, type NoPrice, type Price, parsePrice } from '../core/price.ts';
import { parseQuantity, type Quantity } from '../core/quantity.ts';
import { malformed, type WireObject, wireList } from './wire.ts';

export interface BookLevel {
  readonly price: Price;
  readonly quantity: Quantity;
}

/** A whole order book in YES prices, best level first. */
export interface BookPicture {
  readonly bids: readonly BookLevel[];
  readonly asks: readonly BookLevel[];
}

const SIDES = ['yes_dollars', 'no_dollars'];

/**
 * Reads `orderbook_fp`: the bids of both legs, best last; a NO bid is an ask of the YES book. A side may be left out where it is empty,
 * but not where there is a field that nobody knows: that may be the side, renamed. Throws a Fault (`malformed-input`).
 */
export function decodeBook(from: WireObject): BookPicture {
  const missing = SIDES.find((side) => from[side] === undefined);
  const stranger = Object.keys(from).find((name) => !SIDES.includes(name));
  if (missing !== undefined && stranger !== undefined)
    throw malformed(missing, `is missing, and there is "${stranger}"`);
  const bids = levels(from, 'yes_dollars');
  const asks = levels(from, 'no_dollars').map(({ price, quantity }) => ({
    price: complement(price as number as NoPrice),
    quantity,
  }));
  return { bids: bids.sort((a, b) => b.price - a.price), asks: asks.sort((a, b) => a.price - b.price) };
}

function levels(from: WireObject, name: string): BookLevel[] {
  return wireList(from[name], name).map((level) => {
    if (!Array.isArray(level) || typeof level[0] !== 'string' || typeof level[1] !== 'string') {
      throw malformed(name, 'holds a level that is not a pair of texts');
    }
    return { price: parsePrice(level[0]), quantity: parseQuantity(level[1]) };
  });
}
