import { noBook } from '../../src/book/no-book.ts';
import { dollars } from '../../src/core/money.ts';
import { cents, complement } from '../../src/core/price.ts';
import { contracts } from '../../src/core/quantity.ts';
import { ASK, BID } from '../../src/core/side.ts';
import { after, milliseconds, seconds } from '../../src/core/time.ts';
import { type Case, five, half } from './case.ts';

export const priceAndQuantity: Case = ({ context, market }) => {
  // @ts-expect-error TS2322: a price plus a quantity is a plain number, which nothing takes
  context.submit({ market, side: BID, price: half + five, quantity: five });
};

export const quantityAsPrice: Case = ({ context, market }) => {
  // @ts-expect-error TS2322: a quantity is no price
  context.submit({ market, side: BID, price: five, quantity: five });
};

export const priceAsQuantity: Case = ({ context, market, id }) => {
  // @ts-expect-error TS2345: price and quantity in the wrong order
  context.amend(id, five, half);
  // @ts-expect-error TS2345: and here too
  return context.fee(market, five, half, 'taker');
};

export const rawPrice: Case = ({ context, market }) => {
  // @ts-expect-error TS2322: is 55 cents, 1e-4 dollars, or per cent? `cents(55)` says
  context.submit({ market, side: BID, price: 55, quantity: five });
};

export const rawQuantity: Case = ({ context, market }) => {
  // @ts-expect-error TS2322: is 5 contracts, or hundredths? `contracts(5)` says
  context.submit({ market, side: BID, price: half, quantity: 5 });
};

export const dollarsAsPrice: Case = ({ context, market }) => {
  // @ts-expect-error TS2322: an amount of money is no price of a contract
  context.submit({ market, side: BID, price: dollars(0.5), quantity: five });
};

export const priceEqualsMoney: Case = ({ context }) => {
  // @ts-expect-error TS2367: a price never equals an amount of money
  return cents(50) === context.available;
};

export const moneyEqualsQuantity: Case = ({ fill }) => {
  // @ts-expect-error TS2367: a fee never equals a number of contracts
  return fill.fee === fill.quantity;
};

export const millisecondsAsDuration: Case = ({ context }) => {
  // @ts-expect-error TS2345: 500 of what? `milliseconds(500)` says
  context.wakeAt(after(context.now, 500), 'soon');
};

export const durationAsTime: Case = ({ context }) => {
  // @ts-expect-error TS2345: three seconds are no point in time
  context.wakeAt(seconds(3), 'soon');
};

export const timePlusNumber: Case = ({ context }) => {
  // @ts-expect-error TS2345: a time plus a number is a plain number: `after(context.now, milliseconds(500))`
  context.wakeAt(context.now + milliseconds(500), 'soon');
};

export const noPriceAsYes: Case = ({ context, market }) => {
  // @ts-expect-error TS2322: what NO costs is not what YES costs: buying NO at 45 cents is an ask at `cents(55)`
  context.submit({ market, side: ASK, price: complement(cents(55)), quantity: contracts(5) });
};

export const noBookPrice: Case = ({ context, market }) => {
  const book = context.book(market);
  if (book === undefined) return;
  const { bestBid } = noBook(book);
  if (bestBid === undefined) return;
  // @ts-expect-error TS2345: prices of the NO book are NO prices
  return book.sizeAt(ASK, bestBid);
};

export const rawMarket: Case = ({ context }) => {
  // @ts-expect-error TS2345: a market is named by the index that `context.markets` or an event gives
  return context.position(0);
};

export const marketAsOrder: Case = ({ context, market }) => {
  // @ts-expect-error TS2345: a market is no order
  context.cancel(market);
};
