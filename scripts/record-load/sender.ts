import { createHash, type Hash } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type WebSocket, WebSocketServer } from 'ws';
import { formatPrice, type Price } from '../../src/core/price.ts';
import { formatQuantity, type Quantity } from '../../src/core/quantity.ts';
import { Random } from '../../src/core/random.ts';
import { formatTime, type Time } from '../../src/core/time.ts';

const SERIES = 'SYNLOAD';
const MARKETS = 6;
const TICKERS = Array.from({ length: MARKETS }, (_, at) => `${SERIES}-30JAN05-B${40 + at * 2}.5`);
/** Sends are due this often, in ms. */
const PULSE = 5;

/** What one row of the tape must say: `kind market side price quantity`. */
export function rowText(
  kind: 'delta' | 'trade',
  market: number,
  side: number,
  price: number,
  quantity: number,
): string {
  return `${kind} ${market} ${side} ${price} ${quantity}\n`;
}

interface Flow {
  readonly socket: WebSocket;
  readonly books: Int32Array;
  readonly seq: { book: number; trade: number };
  readonly began: number;
  sent: number;
}

/** SYNTHETIC: a feed of made-up changes at a steady rate, with just as much of Kalshi's REST beside it as a recorder asks for. */
export class Sender {
  readonly rate: number;
  readonly most: number;
  /** What was sent over the newest connection, in order. */
  hash: Hash = createHash('sha256');
  deltas = 0;
  trades = 0;
  url = '';
  readonly #random = new Random('record load');
  readonly #server: Server;
  readonly #timer: NodeJS.Timeout;
  #flow: Flow | null = null;

  /** At most so many frames a connection, so many a second. */
  constructor(rate: number, most: number) {
    this.rate = rate;
    this.most = most;
    this.#server = createServer((request, response) => {
      response.setHeader('content-type', 'application/json');
      response.end(JSON.stringify(answerTo(new URL(request.url!, 'http://localhost').pathname)));
    });
    const sockets = new WebSocketServer({ server: this.#server });
    sockets.on('connection', (socket) => this.#connect(socket));
    this.#timer = setInterval(() => this.#pulse(), PULSE);
  }

  async open(): Promise<void> {
    await new Promise<void>((listening) => this.#server.listen(0, '127.0.0.1', listening));
    this.url = `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  /** Frames sent over the newest connection. */
  get sent(): number {
    return this.#flow?.sent ?? 0;
  }

  close(): void {
    clearInterval(this.#timer);
    this.#server.closeAllConnections();
    this.#server.close();
  }

  #connect(socket: WebSocket): void {
    const flow: Flow = {
      socket,
      books: new Int32Array(MARKETS * 200),
      seq: { book: 0, trade: 0 },
      began: performance.now(),
      sent: 0,
    };
    socket.on('error', () => {});
    socket.on('message', (data) => {
      const { id, cmd, params } = JSON.parse(data.toString());
      if (cmd !== 'subscribe') return;
      const [channel] = params.channels;
      const sid = channel === 'orderbook_delta' ? 1 : channel === 'trade' ? 2 : 3;
      socket.send(JSON.stringify({ id, type: 'subscribed', msg: { channel, sid } }));
      if (channel !== 'orderbook_delta') return;
      this.hash = createHash('sha256');
      this.deltas = 0;
      this.trades = 0;
      this.#snapshots(flow);
      this.#flow = flow;
    });
  }

  /** One level on either side: the books are never empty. */
  #snapshots({ socket, seq, books }: Flow): void {
    TICKERS.forEach((market_ticker, at) => {
      books[at * 200 + 20 * 2] = 100;
      books[at * 200 + 70 * 2 + 1] = 100;
      const msg = { market_ticker, yes_dollars_fp: [['0.2000', '1.00']], no_dollars_fp: [['0.7000', '1.00']] };
      socket.send(JSON.stringify({ type: 'orderbook_snapshot', sid: 1, seq: ++seq.book, msg }));
    });
  }

  #pulse(): void {
    const flow = this.#flow;
    if (flow === null || flow.socket.readyState !== flow.socket.OPEN) return;
    const due = Math.min(this.most, Math.floor(((performance.now() - flow.began) / 1_000) * this.rate));
    while (flow.sent < due) {
      flow.socket.send(this.#random.below(20) === 0 ? this.#trade(flow) : this.#delta(flow));
      flow.sent++;
    }
  }

  #delta({ books, seq }: Flow): string {
    const market = this.#random.below(MARKETS);
    const side = this.#random.below(2);
    const cents = side === 0 ? 1 + this.#random.below(45) : 55 + this.#random.below(45);
    const at = market * 200 + cents * 2 + side;
    const held = books[at]!;
    const change =
      held > 0 && this.#random.below(2) === 0 ? -(1 + this.#random.below(held)) : 1 + this.#random.below(5_000);
    books[at] = held + change;
    this.deltas++;
    this.hash.update(rowText('delta', market, side, cents * 100, change));
    const msg = {
      market_ticker: TICKERS[market],
      price_dollars: formatPrice((cents * 100) as Price),
      delta_fp: formatQuantity(change as Quantity),
      side: side === 0 ? 'yes' : 'no',
      ts_ms: Date.now(),
    };
    return JSON.stringify({ type: 'orderbook_delta', sid: 1, seq: ++seq.book, msg });
  }

  #trade({ seq }: Flow): string {
    const market = this.#random.below(MARKETS);
    const [side, cents, count] = [this.#random.below(2), 1 + this.#random.below(99), 1 + this.#random.below(9_999)];
    this.trades++;
    this.hash.update(rowText('trade', market, side, cents * 100, count));
    const msg = {
      trade_id: `t-${seq.trade + 1}`,
      market_ticker: TICKERS[market],
      yes_price_dollars: formatPrice((cents * 100) as Price),
      no_price_dollars: formatPrice((10_000 - cents * 100) as Price),
      count_fp: formatQuantity(count as Quantity),
      taker_outcome_side: side === 0 ? 'yes' : 'no',
      taker_book_side: side === 0 ? 'bid' : 'ask',
      ts: Math.floor(Date.now() / 1_000),
      ts_ms: Date.now(),
    };
    return JSON.stringify({ type: 'trade', sid: 2, seq: ++seq.trade, msg });
  }
}

function answerTo(path: string): unknown {
  const hour = 3_600_000_000;
  const now = Date.now() * 1_000;
  if (path.endsWith('/markets'))
    return { markets: TICKERS.map((ticker) => market(ticker, now - hour, now + 24 * hour)), cursor: '' };
  if (path.endsWith('/fee_changes')) return { series_fee_change_arr: [] };
  if (path.endsWith('/orderbooks')) return { orderbooks: [] };
  return { series: { ticker: SERIES, fee_type: 'quadratic', fee_multiplier: 1 } };
}

function market(ticker: string, open: number, close: number): unknown {
  return {
    ...{ ticker, event_ticker: `${SERIES}-30JAN05`, title: 'SYNTHETIC', status: 'active', result: '' },
    ...{ open_time: formatTime(open as Time), close_time: formatTime(close as Time) },
    price_ranges: [{ start: '0.0000', end: '1.0000', step: '0.0100' }],
  };
}
