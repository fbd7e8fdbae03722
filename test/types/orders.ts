import { ASK, BID } from '../../src/core/side.ts';
import { type Case, five, half } from './case.ts';

const ioc = { timeInForce: 'immediate-or-cancel' } as const;
const fok = { timeInForce: 'fill-or-kill' } as const;

export const postOnlyAtOnce: Case = ({ context, market }) => {
  const terms = { market, side: BID, price: half, quantity: five };
  // @ts-expect-error TS2345: an order that takes at once cannot refuse to take
  context.submit({ ...terms, ...ioc, postOnly: true });
  // @ts-expect-error TS2345: nor one that fills whole or not at all
  context.submit({ ...terms, ...fok, postOnly: true });
};

export const reduceOnlyAtRest: Case = ({ context, market }) => {
  const terms = { market, side: ASK, price: half, quantity: five };
  // @ts-expect-error TS2345: the venue takes reduce-only with immediate-or-cancel alone; good-till-cancelled is the default
  context.submit({ ...terms, reduceOnly: true });
  // @ts-expect-error TS2345: nor with fill-or-kill
  context.submit({ ...terms, ...fok, reduceOnly: true });
};

export const expireAtOnce: Case = ({ context, market }) => {
  const terms = { market, side: BID, price: half, quantity: five, expireTime: context.now };
  // @ts-expect-error TS2345: an order that takes at once has no time to expire in
  context.submit({ ...terms, ...ioc });
  // @ts-expect-error TS2345: nor one that fills whole or not at all
  context.submit({ ...terms, ...fok });
};

export const unknownTimeInForce: Case = ({ context, market }) => {
  // @ts-expect-error TS2322: the venue knows three times in force
  context.submit({ market, side: BID, price: half, quantity: five, timeInForce: 'day' });
};

export const sideByWord: Case = ({ context, market }) => {
  // @ts-expect-error TS2322: a side is BID or ASK
  context.submit({ market, side: 'buy', price: half, quantity: five });
};

export const withoutPrice: Case = ({ context, market }) => {
  // @ts-expect-error TS2345: there are no market orders: every order names its worst price
  context.submit({ market, side: BID, quantity: five });
};

export const answerAwaited: Case = ({ context, market }) => {
  const order = context.submit({ market, side: BID, price: half, quantity: five });
  // @ts-expect-error TS2339: a request returns its number and nothing else: what becomes of it comes to `onOrder`
  return order.filled;
};
