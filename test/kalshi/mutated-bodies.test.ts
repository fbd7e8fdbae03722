import { expect, it } from 'vitest';
import { contracts } from '../../src/core/quantity.ts';
import type { Duration, Time } from '../../src/core/time.ts';
import { DriftSentinel } from '../../src/kalshi/drift.ts';
import { environmentNamed } from '../../src/kalshi/environment.ts';
import { FeedMachine } from '../../src/kalshi/feed-machine.ts';
import { MarketReads } from '../../src/kalshi/market-reads.ts';
import { OrderWrites } from '../../src/kalshi/order-writes.ts';
import { PortfolioReads } from '../../src/kalshi/portfolio-reads.ts';
import { KalshiRest } from '../../src/kalshi/rest.ts';
import { describeRecorded } from '../ledger/demo-fixtures.ts';

type Json = unknown;

/** One change of one field, somewhere within a body. */
interface Mutation {
  readonly name: string;
  readonly body: Json;
}

/** Every field of a body, at any depth: gone, under another name, of another type, null. Of a list its first item stands for all. */
function* mutations(body: Json, path = ''): Generator<Mutation> {
  if (Array.isArray(body)) {
    if (body.length > 0)
      for (const { name, body: item } of mutations(body[0], `${path}[]`))
        yield { name, body: [item, ...body.slice(1)] };
    return;
  }
  if (typeof body !== 'object' || body === null) return;
  for (const [field, value] of Object.entries(body)) {
    const at = path === '' ? field : `${path}.${field}`;
    const { [field]: _, ...rest } = body as Record<string, Json>;
    yield { name: `${at} dropped`, body: rest };
    yield { name: `${at} renamed`, body: { ...rest, [`${field}_v9`]: value } };
    yield { name: `${at} retyped`, body: { ...body, [field]: retyped(value) } };
    if (value !== null) yield { name: `${at} null`, body: { ...body, [field]: null } };
    for (const { name, body: inner } of mutations(value, at)) yield { name, body: { ...body, [field]: inner } };
  }
}

function retyped(value: Json): Json {
  if (typeof value === 'string')
    return value !== '' && Number.isFinite(Number(value)) ? Number(value) : { text: value };
  if (typeof value === 'number') return String(value);
  if (typeof value === 'boolean') return Number(value);
  return Array.isArray(value) ? { list: value } : 'something else';
}

/** Adds a field that nobody knows to every object of a body. */
function withNewFields(body: Json): Json {
  if (Array.isArray(body)) return body.map(withNewFields);
  if (typeof body !== 'object' || body === null) return body;
  return {
    ...Object.fromEntries(Object.entries(body).map(([name, value]) => [name, withNewFields(value)])),
    brand_new: { since: 1 },
  };
}

/** A client whose every request is answered by one body. */
function clientFor(body: Json) {
  const drift = new DriftSentinel();
  const clock = { now: () => 1 as Time, elapsed: () => 1 as Duration, wakeAfter: () => () => {} };
  const transport = {
    signs: true,
    attempt: async () => ({ kind: 'answer' as const, status: 200, body: structuredClone(body), date: null }),
    close: async () => {},
  };
  const environment = environmentNamed('demo');
  const rest = new KalshiRest({ environment, signer: null, clock, random: () => 0, attempts: 1, transport });
  return {
    drift,
    portfolio: new PortfolioReads(rest, drift),
    markets: new MarketReads(rest, drift),
    writes: new OrderWrites(rest, drift),
  };
}

type Client = ReturnType<typeof clientFor>;
type Read = (client: Client) => Promise<unknown>;

async function all(rows: AsyncGenerator<unknown>): Promise<unknown[]> {
  const list = [];
  for await (const row of rows) {
    list.push(row);
    if (list.length >= 200) break;
  }
  return list;
}

const order = (id: string, clientOrderId: string) => ({
  ...{ ticker: 'T', clientOrderId, side: 0 as const, price: 5_200 as never, quantity: contracts(1) },
  ...{ timeInForce: 'good-till-cancelled' as const, orderId: id },
});

/** How each recorded body is read on the way to an order, or about one. */
const READS: Readonly<Record<string, (body: Json) => Read>> = {
  'account__endpoint_costs.json':
    () =>
    ({ portfolio }) =>
      portfolio.costs(),
  'account__limits.json':
    () =>
    ({ portfolio }) =>
      portfolio.limits(),
  'auth__balance_ok.json':
    () =>
    ({ portfolio }) =>
      portfolio.balance(),
  'exchange__status.json':
    () =>
    ({ markets }) =>
      markets.status(),
  'fills__after_taker.json':
    () =>
    ({ portfolio }) =>
      all(portfolio.fills()),
  'markets__high_temp.json':
    () =>
    ({ markets }) =>
      all(markets.markets()),
  'markets__single.json':
    (body) =>
    ({ markets }) =>
      markets.market(textAt(body, 'market', 'ticker')),
  'markets__status_settled.json':
    () =>
    ({ markets }) =>
      all(markets.markets()),
  'orderbook__base.json':
    () =>
    ({ markets }) =>
      markets.book('T'),
  'orders__cancel_v2.json':
    (body) =>
    ({ writes }) =>
      writes.cancel({ orderId: textAt(body, 'order_id'), ticker: 'T' }),
  'orders__create_v2_maker.json':
    (body) =>
    ({ writes }) =>
      writes.create(order('', textAt(body, 'client_order_id'))),
  'orders__create_v2_taker_ioc.json':
    (body) =>
    ({ writes }) =>
      writes.create(order('', textAt(body, 'client_order_id'))),
  'orders__get_after_create.json':
    (body) =>
    ({ portfolio }) =>
      portfolio.order(textAt(body, 'order', 'order_id')),
  'portfolio__orders_list.json':
    () =>
    ({ portfolio }) =>
      all(portfolio.orders()),
  'portfolio__positions.json':
    () =>
    ({ portfolio }) =>
      all(portfolio.positions()),
  'series__fee_changes.json':
    () =>
    ({ markets }) =>
      markets.seriesFeeChanges(),
  'settlements__end_of_session.json':
    () =>
    ({ portfolio }) =>
      all(portfolio.settlements()),
  'trades__public_recorded.json':
    () =>
    ({ markets }) =>
      all(markets.trades()),
};

function textAt(body: Json, ...path: string[]): string {
  return String(path.reduce<Json>((at, name) => (at as Record<string, Json>)[name], body));
}

/** What a read comes to: its result, or that it was refused; and what the sentinel counted. */
async function outcomeOf(body: Json, read: Read): Promise<{ result: string | null; told: string }> {
  const client = clientFor(body);
  let result: string | null;
  try {
    const value = (await read(client)) as { kind?: string } | null;
    result = value?.kind === 'unknown' ? null : JSON.stringify(value);
  } catch {
    result = null;
  }
  return { result, told: JSON.stringify(client.drift.report()) };
}

/** Fields whose going or changing is not noticed, because nothing is concluded from them. */
const NOTHING_FROM_THEM: Readonly<Record<string, RegExp>> = {
  'on their way out, or gone since':
    /(^|\.)(side|action|taker_side|resting_orders_count|liquidity_dollars|response_price_units|fractional_trading_enabled|expiration_time|title|subtitle) \w+$/,
  'words for people, and what other markets than ours ask':
    /(^|\.)(early_close_condition|occurrence_datetime|is_provisional|custom_strike(\.[\w ]+)?|mve_\w+(\[\]\.\w+)?) \w+$/,
  'of a market without bounds; with one it must be there': /\.strike_type (dropped|null)$/,
  'of a market that paid by its result; one that is missing is told where it would be used':
    /\.settlement_(ts|value_dollars) \w+$/,
  'sums over an event, which we make ourselves': /^event_positions/,
  'the cash of each shard: we use the first only, and its sum is checked': /^balance_breakdown\[\]/,
  'optional by the description: a page that is not full ends the list': /^cursor (dropped|renamed|null)$/,
};
/** Bodies that are lists, page by page. */
const LISTS = /^(fills|markets__(high|status)|portfolio__(orders|positions)|settlements|trades)/;
/** Where an absent cursor is no end. */
const NEEDS_CURSOR = /orders|fills|trades|markets/;

describeRecorded('every field of every recorded body', (read) => {
  /** The recorded body as a last page: some were cut out of longer lists. */
  const lastPage = (file: string): Json => {
    const body = read(file) as Record<string, Json>;
    return LISTS.test(file) ? { ...body, cursor: '' } : body;
  };
  const unnoticed = async (file: string): Promise<{ slipped: string[]; tried: number }> => {
    const body = lastPage(file);
    const reading = READS[file]!(body);
    const usual = await outcomeOf(body, reading);
    expect(usual.result, `${file} is read`).not.toBeNull();
    const slipped: string[] = [];
    let tried = 0;
    for (const { name, body: mutated } of mutations(body)) {
      tried++;
      const { result, told } = await outcomeOf(mutated, reading);
      if (result === null || told !== usual.told) continue;
      if (name.startsWith('cursor') && NEEDS_CURSOR.test(file)) slipped.push(name);
      else if (Object.values(NOTHING_FROM_THEM).some((fields) => fields.test(name))) continue;
      slipped.push(result === usual.result ? name : `${name}: READ AS ${result.slice(0, 80)}`);
    }
    return { slipped, tried };
  };

  it.each(Object.keys(READS))('%s', async (file) => {
    const { slipped, tried } = await unnoticed(file);
    expect(tried).toBeGreaterThan(3);
    expect(slipped).toEqual([]);
  });

  it.each(Object.keys(READS))(
    '%s is read the same with fields that nobody knows, and they are counted',
    async (file) => {
      const body = lastPage(file);
      const reading = READS[file]!(body);
      const [usual, more] = [await outcomeOf(body, reading), await outcomeOf(withNewFields(body), reading)];
      expect(more.result).toBe(usual.result);
      // A list without rows has no record to hold a field.
      const rows = Object.values(body as object).find((value) => Array.isArray(value)) as unknown[] | undefined;
      if (rows?.length !== 0) expect(more.told).toContain('brand_new');
    },
  );
});

/** What a feed says when one of its frames is another; the frames before it are as they were. */
function heard(
  frames: readonly string[],
  changed: number,
  frame: string,
): { books: string; troubles: number; unknown: number } {
  const books: string[] = [];
  let troubles = 0;
  const note = (what: string, ...of: unknown[]): void => void books.push(`${what} ${JSON.stringify(of)}`);
  const machine = new FeedMachine({
    channels: ['orderbook_delta', 'trade'],
    tickers: tickersOf(frames),
    random: () => 0,
    sink: {
      snapshot: (ticker, levels) => note('snapshot', ticker, levels),
      delta: (ticker, level, time) => note('delta', ticker, level, time),
      coverage: (ticker, covered) => note('coverage', ticker, covered),
      trade: (trade) => note('trade', trade),
      message: (message) => note('message', message.type),
      missed: () => troubles++,
      fault: () => troubles++,
    },
  });
  machine.tick(0);
  machine.opened(0);
  for (const [at, text] of frames.entries()) machine.frame(at === changed ? frame : text, (at + 1) * 1_000);
  const { unknownFields, unknownFrames } = machine.counts;
  return { books: books.join('\n'), troubles, unknown: unknownFields + unknownFrames };
}

function tickersOf(frames: readonly string[]): string[] {
  const named = frames.map((text) => (JSON.parse(text) as { msg?: { market_ticker?: string } }).msg?.market_ticker);
  return [...new Set(named.filter((ticker) => ticker !== undefined))];
}

/** An absent leg says, by the description, that the side is empty: no frame can show that it lies. Books over REST do (`tapedeck certify`). */
const SAYS_BY_ABSENCE = /^msg\.(yes|no)_dollars_fp (dropped|null)$/;
/** Fields of frames that nothing is concluded from. */
const NOTHING_FROM_THEM_EITHER =
  /^(msg\.(market_id|client_order_id|subaccount|taker_side|no_price_dollars|ts|ts_ms)|sending_ts_ms) /;

describeRecorded('every field of every recorded frame', (_read, lines) => {
  it.each(['ws__orderbook_trade_noleg.jsonl', 'ws__orderbook_trade_yes.jsonl'])('%s', (file) => {
    // Recorded without use_yes_price: as the adapter asks for it, the NO leg would come in YES prices.
    const frames = lines(file).map(inYesPrices).map(withIds);
    const usual = heard(frames, -1, '');
    expect(usual.books).toContain('snapshot');
    const slipped: string[] = [];
    frames.forEach((text, at) => {
      const { type } = JSON.parse(text) as { type: string };
      if (type !== 'orderbook_snapshot' && type !== 'orderbook_delta' && type !== 'trade') return;
      for (const { name, body } of mutations(JSON.parse(text))) {
        if (NOTHING_FROM_THEM_EITHER.test(name) || SAYS_BY_ABSENCE.test(name)) continue;
        const now = heard(frames, at, JSON.stringify(body));
        const noticed = now.troubles > usual.troubles || now.unknown > usual.unknown || now.books !== usual.books;
        if (!noticed) slipped.push(`${type}: ${name}`);
        else if (now.troubles === usual.troubles && wrongBook(usual.books, now.books))
          slipped.push(`${type}: ${name} was believed`);
      }
    });
    expect(slipped).toEqual([]);
  });
});

/** Whether something is told that was not told before: less may be told, never something else. */
function wrongBook(usual: string, now: string): boolean {
  const known = new Set(usual.split('\n'));
  return now.split('\n').some((line) => line !== '' && !known.has(line) && !line.startsWith('coverage'));
}

function withIds(text: string, at: number): string {
  const frame = JSON.parse(text) as { type: string; id?: number };
  return JSON.stringify(frame.type === 'subscribed' ? { ...frame, id: at + 1 } : frame);
}

function inYesPrices(text: string): string {
  const frame = JSON.parse(text) as { type: string; msg: Record<string, unknown> };
  const flip = (price: string): string => (1 - Number(price)).toFixed(4);
  if (frame.type === 'orderbook_snapshot' && Array.isArray(frame.msg.no_dollars_fp)) {
    frame.msg.no_dollars_fp = (frame.msg.no_dollars_fp as [string, string][]).map(([price, size]) => [
      flip(price),
      size,
    ]);
  }
  if (frame.type === 'orderbook_delta' && frame.msg.side === 'no')
    frame.msg.price_dollars = flip(String(frame.msg.price_dollars));
  return JSON.stringify(frame);
}
