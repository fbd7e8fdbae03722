/** A side of the YES book. Buying NO at q is an ask at 1 − q; NO exists only at the edges a person reads. */
export type Side = 0 | 1;

/** Buys YES. */
export const BID = 0 as const;
/** Sells YES, which is buying NO. */
export const ASK = 1 as const;

export function opposite(side: Side): Side {
  return (1 - side) as Side;
}

/** +1 for a bid, −1 for an ask: the sign a fill gives the YES position. */
export function direction(side: Side): 1 | -1 {
  return side === BID ? 1 : -1;
}

export function sideName(side: Side): 'bid' | 'ask' {
  return side === BID ? 'bid' : 'ask';
}

/** The leg as a person reads it: a bid buys YES, an ask buys NO. */
export function legName(side: Side): 'yes' | 'no' {
  return side === BID ? 'yes' : 'no';
}
