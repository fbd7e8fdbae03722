import { cents, complement } from '../../src/core/price.ts';
import { contracts } from '../../src/core/quantity.ts';
import { ASK, BID } from '../../src/core/side.ts';
import { after, milliseconds } from '../../src/core/time.ts';
import type { Case } from './case.ts';

/** What the mistakes beside this file were meant to be: all of it compiles. */
export const meant: Case = ({ context, market, facts, id }) => {
  const book = context.book(market);
  if (book?.bestAsk === undefined || book.mid === undefined) return;
  const terms = { market, side: BID, price: book.bestAsk, quantity: contracts(5) };
  context.submit(terms);
  context.submit({ ...terms, postOnly: true, expireTime: after(context.now, milliseconds(500)) });
  context.submit({ ...terms, timeInForce: 'immediate-or-cancel', reduceOnly: true });
  context.submit({ ...terms, side: ASK, timeInForce: 'fill-or-kill' });
  const tradable = facts.grid.floor(book.mid);
  if (tradable !== undefined) context.amend(id, tradable, contracts(0.25));
  const no = complement(book.bestAsk);
  context.submit({ ...terms, price: complement(no) });
  return context.fee(market, cents(50), contracts(1), 'maker');
};
