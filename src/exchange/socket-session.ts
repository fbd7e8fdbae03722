import type { ExchangeAccount } from './account.ts';
import { CHANNELS } from './channels.ts';
import type { Exchange } from './exchange.ts';
import type { FaultPlan } from './fault-plan.ts';
import type { News } from './feed.ts';
import type { MarketRecord } from './market-record.ts';
import { CommandError } from './socket-errors.ts';
import { snapshotMessage, tickerMessage } from './socket-messages.ts';
import { Subscription } from './subscription.ts';
import { unixMilliseconds } from './wire-format.ts';

type Fields = Readonly<Record<string, unknown>>;

/** The other end of a connection. */
export interface Line {
  /** Sends a text; returns how many bytes wait to be read. */
  send(text: string): number;
  drop(): void;
  /** Leaves the connection open and says nothing more, not even a ping or a pong. */
  hush(): void;
}

/** Who reads so slowly that this many bytes wait loses every subscription. */
const MOST_WAITING = 16 * 1_048_576;

/** One connection: commands in, acknowledgements and the messages of its subscriptions out. */
export class SocketSession {
  readonly #exchange: Exchange;
  readonly #account: ExchangeAccount;
  readonly #line: Line;
  readonly #faults: FaultPlan;
  readonly #subscriptions = new Map<number, Subscription>();
  readonly #stop: () => void;
  #lastSid = 0;
  /** A frame that is to come after the next one. */
  #late: (Fields & { readonly id: number }) | null = null;
  #deaf = false;

  constructor(exchange: Exchange, account: ExchangeAccount, line: Line, faults: FaultPlan) {
    this.#exchange = exchange;
    this.#account = account;
    this.#line = line;
    this.#faults = faults;
    this.#stop = exchange.feed.listen((news) => this.#hear(news));
  }

  /** The connection is gone. */
  end(): void {
    this.#stop();
    this.#subscriptions.clear();
  }

  /** Obeys one command, or says why it cannot. */
  receive(text: string): void {
    if (this.#deaf) return;
    this.#orFail(0, () => {
      const command = parse(text);
      const id = typeof command.id === 'number' && command.id > 0 ? command.id : 0;
      this.#orFail(id, () => this.#obey(command, id));
    });
  }

  #orFail(id: number, act: () => void): void {
    try {
      act();
    } catch (error) {
      if (!(error instanceof CommandError)) throw error;
      this.#reply({ id, type: 'error', msg: { code: error.code, msg: error.message } });
    }
  }

  #obey(command: Fields, id: number): void {
    const { cmd } = command;
    if (cmd === 'subscribe') this.#subscribe(paramsOf(command), id);
    else if (cmd === 'unsubscribe') this.#unsubscribe(paramsOf(command), id);
    else if (cmd === 'list_subscriptions') this.#list(id);
    else if (cmd === 'update_subscription') this.#update(paramsOf(command), id);
    else throw new CommandError(5);
  }

  #subscribe(params: Fields, id: number): void {
    const channels = texts(params.channels);
    if (channels === null || channels.length === 0) throw new CommandError(3);
    const tickers = this.#tickersOf(params);
    // Every channel is acknowledged before the first says anything.
    const begin: (() => void)[] = [];
    for (const name of channels) {
      this.#orFail(id, () => begin.push(this.#subscribeTo(name, tickers, params, id)));
    }
    for (const first of begin) first();
  }

  /** Returns what its first messages send. */
  #subscribeTo(name: string, tickers: readonly string[] | null, params: Fields, id: number): () => void {
    if (!Object.hasOwn(CHANNELS, name)) throw new CommandError(8);
    const { numbered, filter } = CHANNELS[name]!;
    const byId = params.market_id !== undefined || params.market_ids !== undefined;
    if (byId && name !== 'ticker') throw new CommandError(11);
    if (filter === 'required' && (tickers === null || tickers.length === 0)) throw new CommandError(14);
    const asked = filter === 'none' ? null : tickers;
    const held = [...this.#subscriptions.values()].find(({ channel }) => channel === name);
    if (held !== undefined) {
      return this.#addMarkets(held, asked, id);
    }
    const inYes = params.use_yes_price === true;
    const quietAcks = params.skip_ticker_ack === true;
    const subscription = new Subscription(++this.#lastSid, name, { tickers: asked, inYes, quietAcks, numbered });
    this.#subscriptions.set(subscription.sid, subscription);
    this.#reply({ id, type: 'subscribed', msg: { channel: name, sid: subscription.sid } });
    return () => {
      if (name === 'ticker' && params.send_initial_snapshot === true) this.#showTickers(subscription);
      if (name === 'orderbook_delta') this.#showBooks(subscription, asked!);
    };
  }

  #unsubscribe({ sids }: Fields, id: number): void {
    if (!Array.isArray(sids) || sids.length === 0) throw new CommandError(4);
    for (const sid of sids) {
      this.#orFail(id, () => {
        const subscription = this.#subscriptions.get(sid);
        if (subscription === undefined) throw new CommandError(7);
        this.#subscriptions.delete(sid);
        this.#reply({ id, type: 'unsubscribed', sid, ...subscription.nextAck() });
      });
    }
  }

  #list(id: number): void {
    const list = [...this.#subscriptions.values()].map(({ channel, sid }) => ({ channel, sid }));
    this.#reply({ id, type: 'ok', msg: list });
  }

  #update(params: Fields, id: number): void {
    const subscription = this.#oneOf(params);
    const { action } = params;
    if (typeof action !== 'string' || action === '') throw new CommandError(15);
    if (!['add_markets', 'delete_markets', 'get_snapshot'].includes(action)) throw new CommandError(13);
    const book = subscription.channel === 'orderbook_delta';
    if (CHANNELS[subscription.channel]!.filter === 'none' || (action === 'get_snapshot' && !book)) {
      throw new CommandError(13);
    }
    const tickers = this.#tickersOf(params);
    if (tickers === null || tickers.length === 0) throw new CommandError(14);
    if (action === 'add_markets') this.#addMarkets(subscription, tickers, id)();
    else if (action === 'get_snapshot') this.#showBooks(subscription, tickers, id);
    else {
      for (const ticker of tickers) subscription.tickers?.delete(ticker);
      this.#acknowledge(subscription, id);
    }
  }

  #addMarkets(subscription: Subscription, tickers: readonly string[] | null, id: number): () => void {
    const { tickers: held } = subscription;
    const added = held === null || tickers === null ? [] : tickers.filter((ticker) => !held.has(ticker));
    if (tickers === null) subscription.tickers = null;
    for (const ticker of added) held!.add(ticker);
    this.#acknowledge(subscription, id);
    return () => {
      if (subscription.channel === 'orderbook_delta') this.#showBooks(subscription, added);
    };
  }

  #acknowledge(subscription: Subscription, id: number): void {
    this.#reply({ id, type: 'ok', sid: subscription.sid, ...subscription.nextAck(), msg: subscription.listed });
  }

  #oneOf({ sid, sids }: Fields): Subscription {
    const named = sid === undefined ? sids : [sid];
    if (!Array.isArray(named) || named.length !== 1) throw new CommandError(12);
    const subscription = this.#subscriptions.get(named[0]);
    if (subscription === undefined) throw new CommandError(7);
    return subscription;
  }

  /** The markets that a command names, by ticker or by id; null where it names none. */
  #tickersOf({ market_ticker, market_tickers, market_id, market_ids }: Fields): readonly string[] | null {
    const given = [market_ticker, market_tickers, market_id, market_ids].filter((value) => value !== undefined);
    if (given.length === 0) return null;
    if (given.length > 1) throw new CommandError(11);
    const named = texts(given[0]);
    if (named === null) throw new CommandError(11);
    if (market_id === undefined && market_ids === undefined) return named;
    const { markets } = this.#exchange.world;
    return markets.filter(({ id }) => named.includes(id)).map(({ ticker }) => ticker);
  }

  #showBooks(subscription: Subscription, tickers: readonly string[], id = 0): void {
    for (const ticker of tickers) {
      const record = this.#listed(ticker);
      if (record === undefined) continue;
      const msg = snapshotMessage(record, subscription.inYes);
      this.#send(subscription, 'orderbook_snapshot', msg, id);
    }
  }

  #showTickers(subscription: Subscription): void {
    for (const record of this.#exchange.world.markets) {
      if (record.status !== 'active' || !subscription.wants(record.ticker)) continue;
      this.#send(subscription, 'ticker', tickerMessage(record, this.#exchange.now));
    }
  }

  #listed(ticker: string): MarketRecord | undefined {
    const record = this.#exchange.world.byTicker.get(ticker);
    return record?.status === null ? undefined : record;
  }

  #hear(news: News): void {
    for (const subscription of this.#subscriptions.values()) {
      const message = CHANNELS[subscription.channel]!.message(news, subscription, this.#account);
      if (message !== null) this.#send(subscription, message.type, message.msg);
    }
  }

  #send(subscription: Subscription, type: string, msg: Fields, id = 0): void {
    const fault = this.#faults.frame(type);
    const content = fault?.type === 'change' ? fault.change(msg) : msg;
    const frame = { id, type, sid: subscription.sid, ...subscription.next(), msg: content };
    const late = this.#late;
    this.#late = fault?.type === 'late' ? frame : null;
    if (fault === null || fault.type === 'twice' || fault.type === 'change') this.#reply(frame);
    if (fault?.type === 'twice') this.#reply(frame);
    if (late !== null) this.#reply(late);
    if (fault?.type === 'disconnect') this.#line.drop();
    else if (fault?.type === 'half-open') this.#hush();
    else if (fault?.type === 'error') this.#endSubscription(subscription.sid, fault.code);
  }

  #hush(): void {
    this.#subscriptions.clear();
    this.#deaf = true;
    this.#line.hush();
  }

  #reply({ id, ...fields }: Fields & { readonly id: number }): void {
    const { msg, ...head } = fields as Fields & { msg?: unknown };
    const sending_ts_ms = unixMilliseconds(this.#exchange.now);
    const frame = { ...(id === 0 ? {} : { id }), ...head, sending_ts_ms, ...(msg === undefined ? {} : { msg }) };
    if (this.#line.send(`${JSON.stringify(frame)}\n`) > MOST_WAITING) this.#overflow();
  }

  #overflow(): void {
    for (const sid of [...this.#subscriptions.keys()]) this.#endSubscription(sid, 25);
  }

  /** Ends a subscription for good, with an error that says so. */
  #endSubscription(sid: number, code: 10 | 25): void {
    this.#subscriptions.delete(sid);
    const msg = { code, msg: new CommandError(code).message };
    const sending_ts_ms = unixMilliseconds(this.#exchange.now);
    this.#line.send(`${JSON.stringify({ type: 'error', sid, sending_ts_ms, msg })}\n`);
  }
}

function parse(text: string): Fields {
  try {
    const command: unknown = JSON.parse(text);
    if (typeof command === 'object' && command !== null && !Array.isArray(command)) return command as Fields;
  } catch {
    // Falls through to the error that the wire has for it.
  }
  throw new CommandError(1);
}

function paramsOf({ params }: Fields): Fields {
  if (typeof params !== 'object' || params === null) throw new CommandError(2);
  return params as Fields;
}

/** One text or a list of texts; null where it is something else. */
function texts(value: unknown): readonly string[] | null {
  if (typeof value === 'string') return [value];
  if (!Array.isArray(value) || !value.every((item) => typeof item === 'string')) return null;
  return value;
}
