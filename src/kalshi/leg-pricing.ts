import { Fault } from '../core/fault.ts';
import { complement, type NoPrice, type Price } from '../core/price.ts';
import { ASK, BID, type Side } from '../core/side.ts';
import type { Leg, WireFrame, WireLevel } from './frame.ts';

/** Whether levels of the NO leg carry NO prices (the wire's default) or YES prices (`use_yes_price`). */
export type LegPricing = 'no-prices' | 'yes-prices';

/** A level of one leg, its price as the wire wrote it, as a level of the YES book. */
export function yesLevel(leg: Leg, price: Price, pricing: LegPricing): { side: Side; price: Price } {
  if (leg === 'yes') return { side: BID, price };
  return { side: ASK, price: pricing === 'no-prices' ? complement(price as number as NoPrice) : price };
}

/** Whether a snapshot's book would be uncrossed if its NO leg were priced so. A book with one side empty fits both. */
export function fitsPricing(yes: readonly WireLevel[], no: readonly WireLevel[], pricing: LegPricing): boolean {
  if (yes.length === 0 || no.length === 0) return true;
  const bid = Math.max(...yes.map((level) => level.price));
  const ask = Math.min(...no.map((level) => yesLevel('no', level.price, pricing).price));
  return bid < ask;
}

/**
 * Tells how the NO leg of a session is priced: the one way in which no snapshot is crossed. Throws a Fault (`malformed-input`) when
 * the snapshots fit both ways, or neither.
 */
export function detectPricing(frames: Iterable<WireFrame>): LegPricing {
  let no = true;
  let yes = true;
  let seen = 0;
  for (const frame of frames) {
    if (frame.type !== 'snapshot') continue;
    seen++;
    no &&= fitsPricing(frame.yes, frame.no, 'no-prices');
    yes &&= fitsPricing(frame.yes, frame.no, 'yes-prices');
  }
  if (no !== yes) return no ? 'no-prices' : 'yes-prices';
  const why = no ? 'fit both NO prices and YES prices' : 'are crossed in NO prices and in YES prices';
  throw new Fault('malformed-input', `the ${seen} snapshots of this session ${why} on the NO leg`, {
    next: 'Say how the session was subscribed: legPricing "no-prices" (the default of the wire) or "yes-prices".',
  });
}
