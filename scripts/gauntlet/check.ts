import type { MarketIndex } from '../../src/core/market.ts';
import { ASK, BID } from '../../src/core/side.ts';
import type { ExchangeAccount } from '../../src/exchange/account.ts';
import type { Exchange } from '../../src/exchange/exchange.ts';
import type { Trader } from './trader.ts';

/** One way in which what the trader believes is not what the exchange did. */
export type Broken = string;

/** What must hold when everything has settled: no order twice, no fill lost or made up, one ledger, nothing in doubt, nothing said of a key. */
export function broken(
  trader: Trader,
  exchange: Exchange,
  account: ExchangeAccount,
  secrets: readonly string[],
): Broken[] {
  return [...wrongAccount(trader, exchange, account, secrets), ...wrongBooks(trader, exchange)];
}

/** What of it is not about books. */
export function wrongAccount(
  trader: Trader,
  exchange: Exchange,
  account: ExchangeAccount,
  secrets: readonly string[],
): Broken[] {
  return [
    ...trader.crashes.map(
      (error) => `crashed: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`,
    ),
    ...trader.alarms.map((what) => `alarm: ${what}`),
    ...doubts(trader),
    ...orders(trader, account),
    ...fills(trader, account),
    ...ledger(trader, exchange, account),
    ...secretsIn([...trader.log, ...trader.journal.lines], secrets),
  ];
}

function doubts({ execution, engine }: Trader): Broken[] {
  const found: Broken[] = [];
  if (execution.desk.inDoubt > 0) found.push(`${execution.desk.inDoubt} orders are still in doubt`);
  for (const own of engine.orders.list()) {
    const { status } = own.state;
    if (status !== 'resting') found.push(`order ${own.id} is still ${status}`);
  }
  return found;
}

/** Each order that left is at the exchange once or not at all, and stands there as the engine says. */
function orders({ engine }: Trader, account: ExchangeAccount): Broken[] {
  const found: Broken[] = [];
  const seen = new Map<number, string>();
  for (const record of account.orders) {
    const id = Number(/^td-1-(\d+)$/.exec(record.clientId)?.[1] ?? Number.NaN);
    if (!(id >= 1 && id <= engine.orders.count)) {
      found.push(`the exchange has an order that nobody sent: ${record.clientId || record.id}`);
      continue;
    }
    if (seen.has(id)) found.push(`order ${id} is at the exchange twice`);
    seen.set(id, record.id);
    const own = engine.orders.get(id as never);
    const { status } = own.state;
    if ((record.status === 'resting') !== (status === 'resting')) {
      found.push(`order ${id} is ${record.status} at the exchange and ${status} here`);
    }
    if (record.filled !== own.filled) found.push(`order ${id} filled ${record.filled} there and ${own.filled} here`);
    if (record.status === 'resting' && (record.remaining !== own.remaining || record.price !== own.price)) {
      found.push(
        `order ${id} rests ${record.remaining} at ${record.price} there, ${own.remaining} at ${own.price} here`,
      );
    }
  }
  for (const own of engine.orders.list()) {
    if (!seen.has(own.id)) found.push(`order ${own.id} rests here and is not at the exchange`);
  }
  return found;
}

/** The same fills, each once. */
function fills({ journal }: Trader, account: ExchangeAccount): Broken[] {
  const here = journal.fills.map(({ order, price, quantity, fee, side }) =>
    [order, side, price, quantity, fee].join(' '),
  );
  const there = account.fills.map(({ order, trade, fee }) =>
    [order.clientId.replace('td-1-', ''), order.terms.side, trade.price, trade.quantity, fee].join(' '),
  );
  return differences(here, there).map(([fill, more]) => `fill ${fill}: ${more > 0 ? 'told too often' : 'lost'}`);
}

function ledger({ engine, markets }: Trader, exchange: Exchange, account: ExchangeAccount): Broken[] {
  const found: Broken[] = [];
  for (const { index, ticker } of markets) {
    const there = account.position(exchange.world.byTicker.get(ticker)!);
    const here = engine.account.position(index as MarketIndex).quantity;
    if (here !== there) found.push(`${ticker}: ${there} held there, ${here} here`);
  }
  if (engine.account.cash !== account.ledger.cash) {
    found.push(`cash is ${account.ledger.cash} there and ${engine.account.cash} here`);
  }
  return found;
}

/** Every book that may be read shows what the exchange's shows; while a market trades, it may be read. */
export function wrongBooks({ engine, markets }: Trader, exchange: Exchange): Broken[] {
  const found: Broken[] = [];
  for (const { index, ticker } of markets) {
    const { book: there, status } = exchange.world.byTicker.get(ticker)!;
    if (engine.state.status(index) !== status) {
      found.push(`${ticker} is ${status} there and ${engine.state.status(index)} here`);
    }
    const here = engine.state.readable(index);
    if (here === undefined) {
      if (status === 'active') found.push(`the book of ${ticker} cannot be read`);
      continue;
    }
    for (const side of [BID, ASK] as const) {
      for (let level = 0; level < there.grid.size; level++) {
        const price = there.grid.priceAt(level);
        const [size, seen] = [there.total(side, level), here.sizeAt(side, price)];
        if (size !== seen) found.push(`${ticker} shows ${seen} of ${size} at ${price}`);
      }
    }
  }
  return found;
}

/** Texts that hold a secret, or any line of one. */
export function secretsIn(texts: readonly string[], secrets: readonly string[]): Broken[] {
  const parts = secrets.flatMap((secret) =>
    secret.split('\n').filter((line) => line.length >= 16 && !line.startsWith('--')),
  );
  return texts.filter((text) => parts.some((part) => text.includes(part))).map(() => 'a secret is in the log');
}

/** By how much more often each text is in the first list. */
function differences(first: readonly string[], second: readonly string[]): [string, number][] {
  const counts = new Map<string, number>();
  for (const text of first) counts.set(text, (counts.get(text) ?? 0) + 1);
  for (const text of second) counts.set(text, (counts.get(text) ?? 0) - 1);
  return [...counts].filter(([, count]) => count !== 0);
}
