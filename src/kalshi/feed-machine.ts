import { Fault } from '../core/fault.ts';
import type { Time } from '../core/time.ts';
import { decodeChannelMessage, isChannelMessage } from './channel-message.ts';
import { backoff, FEED_SETTINGS, type FeedSettings } from './feed-settings.ts';
import { type FeedAction, type FeedOptions, probeIsDue, type Subscription } from './feed-types.ts';
import { checkLiveForm, decodeFrame, frameObject, type WireFrame } from './frame.ts';
import { LiveBooks } from './live-books.ts';
import { optionalInteger, type WireObject } from './wire.ts';

const WITH_TICKERS = new Set(['orderbook_delta', 'trade']);
const TERMINAL = new Set([10, 25]);
const TOO_MANY_REQUESTS = 27;

/**
 * One connection's side of the wire, without the connection: told of frames, openings, closings and the passing of time (µs), it
 * says what to do. A market can be read from a snapshot until anything casts doubt on it. Nothing here waits or has a clock.
 */
export class FeedMachine {
  readonly counts = {
    duplicates: 0,
    gaps: 0,
    negative: 0,
    unknownFields: 0,
    unknownFrames: 0,
    connects: 0,
    terminal: 0,
  };
  readonly #options: FeedOptions;
  readonly #settings: FeedSettings;
  readonly #books: LiveBooks;
  readonly #tickers: Set<string>;
  readonly #subscriptions: Subscription[];
  readonly #pending = new Map<number, { subscription: Subscription; action: string; sent: number }>();
  #state: 'waiting' | 'connecting' | 'open' = 'waiting';
  #since = 0;
  /** When anything was last heard: a frame, a ping, a pong. */
  heardAt = 0;
  #pinged = false;
  #tries = 0;
  #connectAt = 0;
  #nextId = 1;
  #actions: FeedAction[] = [];

  constructor(options: FeedOptions) {
    this.#options = options;
    this.#settings = { ...FEED_SETTINGS, ...options.settings };
    this.#books = new LiveBooks(options.sink);
    this.#tickers = new Set(options.tickers);
    this.#subscriptions = options.channels.map((channel) => ({
      channel,
      sid: null,
      lastSeq: 0,
      asked: new Set(),
      subscribeAt: null,
      lastSubscribe: Number.NEGATIVE_INFINITY,
      wanting: new Set(),
      lastSnapshotAsk: Number.NEGATIVE_INFINITY,
      lastHeard: Number.NEGATIVE_INFINITY,
    }));
  }

  readable(ticker: string): boolean {
    return this.#books.readable(ticker);
  }

  /** Whether `use_yes_price` was seen to work; while it is unproven every book so far would also fit NO prices. */
  get pricing(): LiveBooks['pricing'] {
    return this.#books.pricing;
  }

  get connected(): boolean {
    return this.#state === 'open';
  }

  opened(now: number): FeedAction[] {
    if (this.#state !== 'connecting') return [];
    this.#state = 'open';
    this.#since = now;
    this.heardAt = now;
    this.#pinged = false;
    for (const subscription of this.#subscriptions) subscription.subscribeAt = now;
    return this.tick(now);
  }

  closed(now: number, reason: string): FeedAction[] {
    if (this.#state === 'waiting') return [];
    if (this.#state === 'open' && now - this.#since >= this.#settings.steadyAfter) this.#tries = 0;
    this.#state = 'waiting';
    this.#tries++;
    this.#connectAt = now + backoff(this.#tries, this.#settings, this.#options.random);
    this.#pending.clear();
    for (const subscription of this.#subscriptions) {
      this.#forget(subscription, `connection lost: ${reason}`, now);
      subscription.lastSubscribe = Number.NEGATIVE_INFINITY;
      subscription.subscribeAt = null;
    }
    return this.#taken();
  }

  /** A ping or pong of the other end came. */
  heard(now: number): void {
    this.heardAt = now;
    this.#pinged = false;
  }

  frame(text: string, now: number): FeedAction[] {
    if (this.#state !== 'open') return [];
    this.heard(now);
    try {
      this.#read(text, now);
    } catch (error) {
      if (!(error instanceof Fault)) throw error;
      this.#options.sink.fault(error);
    }
    return this.tick(now);
  }

  /** Call at least every half second. */
  tick(now: number): FeedAction[] {
    const settings = this.#settings;
    if (this.#state === 'waiting' && now >= this.#connectAt) {
      this.#state = 'connecting';
      this.#since = now;
      this.counts.connects++;
      this.#actions.push({ do: 'connect' });
    } else if (this.#state === 'connecting' && now - this.#since >= settings.connectTimeout) {
      this.#drop('not opened in time', now);
    } else if (this.#state === 'open') this.#tickOpen(now);
    return this.#taken();
  }

  add(tickers: readonly string[], now: number): FeedAction[] {
    const fresh = tickers.filter((ticker) => !this.#tickers.has(ticker));
    for (const ticker of fresh) this.#tickers.add(ticker);
    this.#update('add_markets', fresh, now);
    return this.#taken();
  }

  remove(tickers: readonly string[], now: number): FeedAction[] {
    const gone = tickers.filter((ticker) => this.#tickers.delete(ticker));
    this.#update('delete_markets', gone, now);
    for (const ticker of gone) {
      this.#books.tear(ticker, 'unsubscribed', now);
      for (const subscription of this.#subscriptions) subscription.wanting.delete(ticker);
    }
    return this.#taken();
  }

  /** Ends the subscription to a channel for good; later frames of it are dropped. */
  unsubscribe(channel: string, now: number): FeedAction[] {
    const at = this.#subscriptions.findIndex((subscription) => subscription.channel === channel);
    const [subscription] = at < 0 ? [] : this.#subscriptions.splice(at, 1);
    if (subscription?.sid != null && this.#state === 'open') {
      this.#command('unsubscribe', { sids: [subscription.sid] }, subscription, 'unsubscribe', now);
    }
    if (subscription !== undefined) this.#forget(subscription, 'unsubscribed', now);
    return this.#taken();
  }

  #taken(): FeedAction[] {
    const actions = this.#actions;
    this.#actions = [];
    return actions;
  }

  #drop(reason: string, now: number): void {
    this.closed(now, reason);
    this.#actions = [{ do: 'drop' }];
  }

  #tickOpen(now: number): void {
    const { pingAfter, deadAfter, commandTimeout, snapshotEvery, resubscribeEvery } = this.#settings;
    const late = [...this.#pending.values()].find((command) => now - command.sent >= commandTimeout);
    if (late !== undefined || now - this.heardAt >= deadAfter) {
      this.#drop(late === undefined ? 'nothing heard' : `${late.action} was not answered`, now);
      return;
    }
    if (!this.#pinged && now - this.heardAt >= pingAfter) {
      this.#pinged = true;
      this.#actions.push({ do: 'ping' });
    }
    for (const subscription of this.#subscriptions) {
      const { subscribeAt, lastSubscribe, sid, wanting } = subscription;
      if (subscribeAt !== null && now >= Math.max(subscribeAt, lastSubscribe + resubscribeEvery)) {
        this.#subscribe(subscription, now);
      }
      const [first] = this.#tickers;
      if (first !== undefined && probeIsDue(subscription, now, this.#settings)) wanting.add(first);
      if (sid !== null && wanting.size > 0 && now - subscription.lastSnapshotAsk >= snapshotEvery) {
        subscription.lastSnapshotAsk = now;
        const tickers = [...wanting];
        this.#command(
          'update_subscription',
          { sid, action: 'get_snapshot', market_tickers: tickers },
          subscription,
          'get_snapshot',
          now,
        );
      }
    }
  }

  #command(cmd: string, params: WireObject, subscription: Subscription, action: string, now: number): void {
    const id = this.#nextId++;
    this.#pending.set(id, { subscription, action, sent: now });
    this.#actions.push({ do: 'send', text: JSON.stringify({ id, cmd, params }) });
  }

  #subscribe(subscription: Subscription, now: number): void {
    const { channel } = subscription;
    subscription.subscribeAt = null;
    const filtered = WITH_TICKERS.has(channel);
    // A subscription to no market would be one to all of them.
    if (filtered && this.#tickers.size === 0) return;
    subscription.lastSubscribe = now;
    subscription.asked = new Set(this.#tickers);
    const markets = filtered ? { market_tickers: [...this.#tickers] } : {};
    this.#command(
      'subscribe',
      { channels: [channel], ...markets, use_yes_price: true },
      subscription,
      'subscribe',
      now,
    );
  }

  #update(action: 'add_markets' | 'delete_markets', tickers: readonly string[], now: number): void {
    if (tickers.length === 0 || this.#state !== 'open') return;
    for (const subscription of this.#subscriptions) {
      const { sid, channel, subscribeAt } = subscription;
      if (!WITH_TICKERS.has(channel)) continue;
      if (sid !== null) {
        this.#command('update_subscription', { sid, action, market_tickers: tickers }, subscription, action, now);
      } else if (subscribeAt === null && !this.#isAsking(subscription)) subscription.subscribeAt = now;
    }
  }

  #isAsking(subscription: Subscription): boolean {
    return [...this.#pending.values()].some((command) => command.subscription === subscription);
  }

  #forget(subscription: Subscription, reason: string, now: number): void {
    const { channel } = subscription;
    if (channel === 'orderbook_delta') for (const ticker of this.#tickers) this.#books.tear(ticker, reason, now);
    else if (subscription.sid !== null) this.#options.sink.missed(channel, reason, now as Time);
    subscription.sid = null;
    subscription.lastSeq = 0;
    subscription.wanting.clear();
  }

  #read(text: string, now: number): void {
    const json = frameObject(text);
    const sid = optionalInteger(json, 'sid');
    const seq = optionalInteger(json, 'seq');
    const subscription = sid === null ? undefined : this.#subscriptions.find((entry) => entry.sid === sid);
    if (sid !== null && seq !== null) {
      if (subscription === undefined) return;
      if (!this.#inSequence(subscription, seq, now)) return;
    }
    const id = optionalInteger(json, 'id');
    const command = id === null ? undefined : this.#pending.get(id);
    if (id !== null) this.#pending.delete(id);
    try {
      checkLiveForm(json);
      this.#take(decodeFrame(json), json, subscription ?? command?.subscription, command?.action, now);
    } catch (error) {
      // A message that cannot be read may have changed any book of its subscription.
      if (subscription !== undefined) this.#doubt(subscription, 'a message could not be read', now);
      throw error;
    }
  }

  #inSequence(subscription: Subscription, seq: number, now: number): boolean {
    const last = subscription.lastSeq;
    if (seq <= last) {
      this.counts.duplicates++;
      return false;
    }
    subscription.lastSeq = seq;
    subscription.lastHeard = now;
    if (seq > last + 1) {
      this.counts.gaps++;
      this.#doubt(subscription, `sequence gap: ${last} then ${seq}`, now);
    }
    return true;
  }

  #doubt(subscription: Subscription, reason: string, now: number): void {
    if (subscription.channel !== 'orderbook_delta') {
      this.#options.sink.missed(subscription.channel, reason, now as Time);
      return;
    }
    for (const ticker of this.#tickers) {
      this.#books.tear(ticker, reason, now);
      subscription.wanting.add(ticker);
    }
  }

  #take(
    frame: WireFrame,
    json: WireObject,
    from: Subscription | undefined,
    action: string | undefined,
    now: number,
  ): void {
    const { sink } = this.#options;
    const sending = optionalInteger(json, 'sending_ts_ms');
    const sent = (sending === null ? now : sending * 1_000) as Time;
    switch (frame.type) {
      case 'subscribed':
        if (action === 'subscribe' && from !== undefined) this.#subscribed(from, frame.sid, now);
        return;
      case 'error':
        this.#error(frame, from, action, now);
        return;
      case 'acknowledged':
        return;
      case 'snapshot':
        if (from === undefined || !this.#tickers.has(frame.ticker)) return;
        if (this.#books.snapshot(frame, frame.time ?? sent, now)) from.wanting.delete(frame.ticker);
        else {
          throw new Fault('crossed-book', `use_yes_price has no effect: seen at the snapshot of ${frame.ticker}`, {
            next: 'Check that the venue still knows use_yes_price; no book is readable on this subscription.',
          });
        }
        return;
      case 'delta':
        if (from === undefined || this.#books.delta(frame, frame.time ?? sent, now)) return;
        this.counts.negative++;
        from.wanting.add(frame.ticker);
        return;
      case 'trade':
        if (from !== undefined) sink.trade(frame.trade, now as Time);
        return;
      default:
        this.#other(frame.name, json, now);
    }
  }

  #other(name: string, json: WireObject, now: number): void {
    if (!isChannelMessage(name)) {
      this.counts.unknownFrames++;
      return;
    }
    const message = decodeChannelMessage(name, json.msg);
    this.counts.unknownFields += message.unknown.length;
    this.#options.sink.message(message, now as Time);
  }

  #subscribed(subscription: Subscription, sid: number, now: number): void {
    if (!this.#subscriptions.includes(subscription)) {
      this.#command('unsubscribe', { sids: [sid] }, subscription, 'unsubscribe', now);
      return;
    }
    subscription.sid = sid;
    subscription.lastSeq = 0;
    subscription.lastHeard = now;
    if (subscription.channel === 'orderbook_delta') this.#books.renew();
    if (!WITH_TICKERS.has(subscription.channel)) return;
    const added = [...this.#tickers].filter((ticker) => !subscription.asked.has(ticker));
    const gone = [...subscription.asked].filter((ticker) => !this.#tickers.has(ticker));
    const change = (action: string, tickers: string[]) =>
      this.#command('update_subscription', { sid, action, market_tickers: tickers }, subscription, action, now);
    if (added.length > 0) change('add_markets', added);
    if (gone.length > 0) change('delete_markets', gone);
  }

  #error(
    frame: { code: number; message: string },
    from: Subscription | undefined,
    action: string | undefined,
    now: number,
  ): void {
    const what = `the venue answers ${frame.code}: ${frame.message}`;
    if (TERMINAL.has(frame.code)) {
      this.counts.terminal++;
      if (from === undefined) {
        this.#drop(what, now);
        return;
      }
      this.#forget(from, what, now);
      from.subscribeAt = now;
      return;
    }
    if (frame.code === TOO_MANY_REQUESTS && action === 'subscribe' && from !== undefined) {
      from.subscribeAt = now + this.#settings.resubscribeEvery;
      return;
    }
    // A snapshot that was refused stays wanted and is asked again.
    if (action === 'get_snapshot') return;
    this.#options.sink.fault(
      new Fault('malformed-input', `${what} (to ${action ?? 'no command of ours'})`, {
        next: 'Check channels and tickers of the subscription.',
      }),
    );
  }
}
