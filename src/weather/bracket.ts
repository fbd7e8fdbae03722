import { Fault } from '../core/fault.ts';
import type { Market, Strike } from '../core/market.ts';

/** The highs that settle a market yes: whole °F, both ends inclusive; an open tail ends at plus or minus infinity. */
export interface Bracket {
  readonly low: number;
  readonly high: number;
}

/**
 * The bracket of a strike. `less` and `greater` are strict and their tickers alike (`-T78`): only the strike's type tells which tail it is.
 * Throws a Fault (`malformed-input`) for a strike that is no bracket of whole degrees.
 */
export function bracketOf({ type, floor, cap }: Strike): Bracket {
  if (type === 'less' && cap !== null) return whole(Number.NEGATIVE_INFINITY, Math.ceil(cap) - 1);
  if (type === 'greater' && floor !== null) return whole(Math.floor(floor) + 1, Number.POSITIVE_INFINITY);
  if (type === 'between' && floor !== null && cap !== null) return whole(Math.ceil(floor), Math.floor(cap));
  throw notABracket(`a strike of type ${type} with floor ${floor} and cap ${cap}`);
}

function whole(low: number, high: number): Bracket {
  if (low <= high) return { low, high };
  throw notABracket(`no whole degree lies from ${low} to ${high}`);
}

function notABracket(what: string): Fault {
  return new Fault('malformed-input', `${what}: not a bracket of a high`, {
    next: 'Brackets are read from strike_type, floor_strike and cap_strike: check them in the market record.',
  });
}

/** Whether a high settles a bracket yes. */
export function holds({ low, high }: Bracket, degrees: number): boolean {
  return degrees >= low && degrees <= high;
}

/** The markets of one event with their brackets, from the coldest up. */
export type Ladder = readonly { readonly market: Market; readonly bracket: Bracket }[];

/**
 * Puts the markets of one event in order. Throws a Fault (`malformed-input`) where their brackets overlap, leave a degree out, or have no
 * open tails: then their prices are no distribution.
 */
export function ladderOf(markets: readonly Market[]): Ladder {
  const ladder = markets
    .map((market) => ({ market, bracket: bracketOf(market.strike) }))
    .sort((left, right) => left.bracket.low - right.bracket.low || left.bracket.high - right.bracket.high);
  const event = markets[0]?.event ?? 'an event without markets';
  const last = ladder.at(-1);
  if (last === undefined || ladder[0]!.bracket.low !== Number.NEGATIVE_INFINITY)
    throw notALadder(event, 'has no lower tail');
  if (last.bracket.high !== Number.POSITIVE_INFINITY) throw notALadder(event, 'has no upper tail');
  for (let at = 1; at < ladder.length; at++) {
    const [below, above] = [ladder[at - 1]!, ladder[at]!];
    const step = above.bracket.low - below.bracket.high;
    if (step === 1) continue;
    const pair = `${below.market.ticker} and ${above.market.ticker}`;
    throw notALadder(event, step > 1 ? `leaves degrees out between ${pair}` : `has ${pair} overlap`);
  }
  return ladder;
}

function notALadder(event: string, why: string): Fault {
  return new Fault('malformed-input', `the ladder of ${event} ${why}`, {
    next: 'All markets of the event are needed, with the strikes of their records.',
  });
}

/** Which rung of a ladder a high falls on. */
export function rungOf(ladder: Ladder, degrees: number): number {
  return ladder.findIndex(({ bracket }) => holds(bracket, degrees));
}
