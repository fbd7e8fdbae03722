import { cents } from '../../src/core/price.ts';
import { contracts } from '../../src/core/quantity.ts';
import { type Case, five, half } from './case.ts';

export const changedMarket: Case = ({ facts, context }) => {
  // @ts-expect-error TS2540: a market's facts are the venue's
  facts.closeTime = context.now;
  // @ts-expect-error TS2542: so is its grid
  facts.grid.prices[0] = 1;
};

export const addedMarket: Case = ({ facts, context }) => {
  // @ts-expect-error TS2339: the list of markets is not ours
  context.markets.push(facts);
};

export const changedOrder: Case = ({ order, context }) => {
  // @ts-expect-error TS2540: an order changes by `amend`, once the venue agrees
  order.price = cents(51);
  // @ts-expect-error TS2540: and ends by `cancel`
  order.state = { status: 'executed' };
  // @ts-expect-error TS2540: what went to the venue is past
  order.order.quantity = five;
  // @ts-expect-error TS2339: the list of open orders is told, not kept by hand
  context.openOrders().pop();
};

export const changedPosition: Case = ({ context, market }) => {
  // @ts-expect-error TS2540: a position changes by fills
  context.position(market).quantity = contracts(0);
};

export const changedPast: Case = ({ trade, fill }) => {
  // @ts-expect-error TS2540: a print is past
  trade.price = half;
  // @ts-expect-error TS2540: a fill is past
  fill.fee = 0;
};
