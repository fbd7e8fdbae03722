import { BID } from '../../src/core/side.ts';
import { type Case, five, half } from './case.ts';

export const uncheckedBook: Case = ({ context, market }) => {
  // @ts-expect-error TS2532: a book that is torn, crossed or not recorded is undefined: it must be checked first
  return context.book(market).bestAsk;
};

export const emptySide: Case = ({ context, market }) => {
  const book = context.book(market);
  if (book === undefined) return;
  // @ts-expect-error TS2322: a side without a level has no best price: it must be checked first
  context.submit({ market, side: BID, price: book.bestAsk, quantity: five });
};

export const midOfOneSide: Case = ({ context, market }) => {
  const book = context.book(market);
  if (book === undefined) return;
  // @ts-expect-error TS18048: a book with one side has no mid
  return book.mid + 1;
};

export const midAsPrice: Case = ({ context, market }) => {
  const mid = context.book(market)?.mid;
  if (mid === undefined) return;
  // @ts-expect-error TS2322: a mid is a number that need not be on the grid: `market.grid.floor(mid)` gives a price
  context.submit({ market, side: BID, price: mid, quantity: five });
};

export const changedBook: Case = ({ context, market }) => {
  const book = context.book(market);
  if (book === undefined) return;
  // @ts-expect-error TS2540: a book is told, never written
  book.bestBid = half;
};
