import { formatDecimal, mulDivCeil } from '../core/decimal.ts';
import { formatMoney, type Money } from '../core/money.ts';
import { complement, formatPrice, type Price } from '../core/price.ts';
import type { Quantity } from '../core/quantity.ts';
import { BID, type Side } from '../core/side.ts';
import type { Time } from '../core/time.ts';

/** A count as the wire writes it: two decimals. */
export function countText(quantity: number): string {
  return formatDecimal(quantity, 2);
}

/** An amount with six decimals. */
export function dollarText(money: number): string {
  return formatMoney(money as Money);
}

/** An amount with four decimals, finer digits cut toward minus infinity. */
export function cashText(money: Money): string {
  return formatDecimal(Math.floor(money / 100), 4);
}

/** Whole cents of an amount, cut toward minus infinity. */
export function wholeCents(money: number): number {
  return Math.floor(money / 10_000);
}

/** The NO price of a YES price, as text. */
export function noText(price: Price): string {
  return formatDecimal(complement(price), 4);
}

/** An amount divided by contracts, to the nearest 1e-6 dollar, with four decimals where they hold it and six where they do not. */
export function averageText(total: Money, quantity: Quantity): string {
  const each = mulDivCeil(200 * total - quantity, 1, 2 * quantity);
  return each % 100 === 0 ? formatDecimal(each / 100, 4) : formatDecimal(each, 6);
}

export function unixSeconds(time: Time): number {
  return Math.floor(time / 1_000_000);
}

export function unixMilliseconds(time: Time): number {
  return Math.floor(time / 1_000);
}

/** The words for a direction, old and new. */
export function directionFields(side: Side): Record<'side' | 'action' | 'outcome_side' | 'book_side', string> {
  const bid = side === BID;
  return {
    side: 'yes',
    action: bid ? 'buy' : 'sell',
    outcome_side: bid ? 'yes' : 'no',
    book_side: bid ? 'bid' : 'ask',
  };
}

/** Both prices of a YES price. */
export function priceFields(price: Price): Record<'yes_price_dollars' | 'no_price_dollars', string> {
  return { yes_price_dollars: formatPrice(price), no_price_dollars: noText(price) };
}
