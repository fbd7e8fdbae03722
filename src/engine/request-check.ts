import type { Market, MarketIndex } from '../core/market.ts';
import { Misuse } from '../core/misuse.ts';
import type { OrderRequest } from '../core/order.ts';
import { formatCents, type Price } from '../core/price.ts';
import type { PriceGrid } from '../core/price-grid.ts';
import type { Reasons } from './strategy.ts';

/*
 * What a strategy asks for, checked where it asks: types say the same, but a strategy's file is run without a type check. Each check
 * throws a Misuse, so that the failure is told at the strategy's own line.
 */

const TIMES_IN_FORCE: readonly unknown[] = ['good-till-cancelled', 'immediate-or-cancel', 'fill-or-kill'];
const SELF_TRADE: readonly unknown[] = ['taker-at-cross', 'maker'];
const FLAGS = ['postOnly', 'reduceOnly', 'cancelOnPause'] as const;
const FIELDS: Readonly<Record<keyof OrderRequest, true>> = {
  market: true,
  side: true,
  price: true,
  quantity: true,
  timeInForce: true,
  postOnly: true,
  reduceOnly: true,
  expireTime: true,
  selfTradePrevention: true,
  cancelOnPause: true,
  group: true,
  fairPrice: true,
  patience: true,
  follows: true,
};

/** A value in a message: short, and never a throw of its own. */
function show(value: unknown): string {
  if (typeof value === 'string') return JSON.stringify(value.slice(0, 40));
  if (typeof value === 'object' && value !== null) return 'an object';
  return typeof value === 'function' ? 'a function' : String(value);
}

/** What is known of the markets so far. */
export interface KnownMarkets {
  readonly known: readonly Market[];
  readonly markets: readonly Market[];
  isKnown(market: MarketIndex): boolean;
}

/** Checks that a market has been told of: what is not listed yet must not be felt for either. */
export function checkMarket(state: KnownMarkets, market: MarketIndex): void {
  if (typeof market === 'number' && state.isKnown(market)) return;
  throw new Misuse(
    `market ${show(market)} is not known: no row of it has been told (${state.known.length} markets have); context.markets lists them`,
  );
}

/** Checks an order request field by field; a field of another name is refused, because what it was meant to say would be lost. */
export function checkRequest(request: OrderRequest, state: KnownMarkets, grid: (market: MarketIndex) => PriceGrid) {
  if (typeof request !== 'object' || request === null) throw new Misuse(`submit needs a request, not ${show(request)}`);
  for (const field of Object.keys(request)) {
    if (Object.hasOwn(FIELDS, field)) continue;
    throw new Misuse(`an order has no field "${field}"; it has ${Object.keys(FIELDS).join(', ')}`);
  }
  const { market, side, price, quantity, timeInForce = TIMES_IN_FORCE[0], expireTime } = request;
  checkMarket(state, market);
  if (side !== 0 && side !== 1) throw new Misuse(`an order's side is 0 (bid) or 1 (ask), not ${show(side)}`);
  checkQuantity(quantity);
  checkPrice(price, grid(market), state.markets[market]!);
  if (!TIMES_IN_FORCE.includes(timeInForce)) throw new Misuse(`there is no time in force ${show(timeInForce)}`);
  const { selfTradePrevention = SELF_TRADE[0] } = request;
  if (!SELF_TRADE.includes(selfTradePrevention)) {
    throw new Misuse(`there is no self-trade prevention ${show(selfTradePrevention)}`);
  }
  for (const flag of FLAGS) {
    const value: unknown = request[flag];
    if (value !== undefined && typeof value !== 'boolean')
      throw new Misuse(`${flag} is true or false, not ${show(value)}`);
  }
  const { fairPrice: fair } = request;
  if (fair !== undefined && !(Number.isInteger(fair) && fair >= 0 && fair <= 10_000)) {
    throw new Misuse(`a fair price is a whole number of 1e-4 dollars from 0 to 10000, not ${show(fair)}`);
  }
  const { patience, follows } = request;
  if (patience !== undefined && !(Number.isSafeInteger(patience) && patience >= 0)) {
    throw new Misuse(`patience is a duration in whole microseconds, not ${show(patience)}`);
  }
  if (follows !== undefined && !(Number.isSafeInteger(follows) && follows >= 1)) {
    throw new Misuse(`follows is the id of an earlier order, not ${show(follows)}`);
  }
  if (expireTime !== undefined && !Number.isSafeInteger(expireTime)) {
    throw new Misuse(`expireTime is a time in whole microseconds, not ${show(expireTime)}`);
  }
}

/** Checks that a quantity is a whole number of 0.01 contract above zero. */
export function checkQuantity(quantity: unknown): void {
  if (Number.isSafeInteger(quantity) && (quantity as number) > 0) return;
  throw new Misuse(
    `an order needs a whole quantity above zero (0.01 contract: contracts(5) is 500), not ${show(quantity)}`,
  );
}

/** Checks that a market can trade at a price; names the nearest prices at which it can. */
export function checkPrice(price: Price, grid: PriceGrid, { ticker }: Market): void {
  if (Number.isInteger(price) && grid.contains(price)) return;
  throw new Misuse(`${priceText(price)} is not on the price grid of ${ticker}: ${nearest(price, grid)}`);
}

function priceText(price: unknown): string {
  if (typeof price !== 'number' || !Number.isFinite(price)) return `the price ${show(price)}`;
  return `the price ${price} (${Number((price / 100).toFixed(6))}¢)`;
}

function nearest(price: unknown, grid: PriceGrid): string {
  if (typeof price !== 'number' || Number.isNaN(price)) return `a price is a whole number of 1e-4 dollars`;
  if (price > 0 && price < 1) return `prices count 1e-4 dollars, so ${price} dollars is ${Math.round(price * 10_000)}`;
  const below = grid.floor(Math.min(price, 10_000));
  const above = grid.ceil(Math.max(price, 0));
  const prices = [below, above]
    .filter((found) => found !== undefined)
    .map((found) => `${found} (${formatCents(found)})`);
  return prices.length === 1 ? `the nearest price is ${prices[0]}` : `the nearest prices are ${prices.join(' and ')}`;
}

/** Checks an explanation: each reason a text, a number, true, false or null. One left undefined is left out of the row. */
export function checkReasons(action: string, reasons: Reasons): void {
  if (typeof action !== 'string' || action === '') {
    throw new Misuse(`explain needs a word for the action, not ${show(action)}`);
  }
  if (typeof reasons !== 'object' || reasons === null || Array.isArray(reasons)) {
    throw new Misuse(`explain needs an object of reasons, not ${Array.isArray(reasons) ? 'a list' : show(reasons)}`);
  }
  for (const name in reasons) {
    const value: unknown = reasons[name];
    const kind = typeof value;
    if (kind === 'number' || kind === 'string' || kind === 'boolean' || value === null || value === undefined) continue;
    const what = kind === 'bigint' ? `the bigint ${String(value)}` : show(value);
    throw new Misuse(`the reason "${name}" is ${what}: give a text, a number, true, false or null`);
  }
}
