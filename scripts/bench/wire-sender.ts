import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type WebSocket, WebSocketServer } from 'ws';
import { DeltaTexts, EVENT_RECORD, marketRecord, prints, snapshots, TICKERS } from './wire-frames.ts';

/** Another process of the bench: sends frames at a steady rate, each marked with the time at which it was due, and takes orders. */
const [rate = 5_000, count = 200_000] = process.argv.slice(2).map(Number);
/** Whether orders rest; else what they do not fill ends. */
const resting = process.argv[4] !== 'ends';
let orders = 0;
const never = new Int32Array(new SharedArrayBuffer(4));

const server = createServer((request, response) => {
  request.resume().on('end', () => {
    const reads = request.method === 'GET';
    response.writeHead(reads ? 200 : 201, { 'content-type': 'application/json' });
    response.end(reads ? JSON.stringify(readOf(new URL(request.url!, 'http://localhost').pathname)) : placed());
  });
});
const sockets = new WebSocketServer({ server });
sockets.on('connection', (socket) => {
  socket.on('message', (data) => {
    const { id, cmd, params } = JSON.parse(data.toString());
    if (cmd !== 'subscribe') return;
    const [channel] = params.channels;
    const sid = channel === 'orderbook_delta' ? 1 : 2 + channel.length;
    socket.send(JSON.stringify({ id, type: 'subscribed', msg: { channel, sid } }));
    if (channel === 'trade') for (const text of prints(sid)) socket.send(text);
    if (channel !== 'orderbook_delta') return;
    for (const text of snapshots()) socket.send(text);
    flow(socket);
  });
});
server.listen(0, '127.0.0.1', () => console.log((server.address() as AddressInfo).port));

/** No order fills: what takes finds nothing. */
function placed(): string {
  const ended = { fill_count: '0.00', remaining_count: resting ? '1.00' : '0.00' };
  return JSON.stringify({ order_id: `o-${++orders}`, ...ended, ts_ms: Date.now() });
}

/** As much of the REST as a session asks for. */
function readOf(path: string): unknown {
  if (path.endsWith('/markets')) return { markets: TICKERS.map(marketRecord), cursor: '' };
  if (path.includes('/events/')) return { event: EVENT_RECORD, markets: TICKERS.map(marketRecord) };
  return { orders: [], market_positions: [], queue_positions: [], orderbooks: [], cursor: '' };
}

function flow(socket: WebSocket): void {
  const texts = new DeltaTexts();
  const began = process.hrtime.bigint() + 200_000_000n;
  console.log(String(began));
  const between = BigInt(Math.round(1e9 / rate));
  let sent = 0;
  const pulse = (): void => {
    const now = process.hrtime.bigint();
    for (; sent < count; sent++) {
      const due = began + BigInt(sent) * between;
      if (due > now) break;
      socket.send(texts.next(String(due)));
    }
    if (sent === count) {
      socket.close();
      return;
    }
    // It sleeps instead of spinning: what is measured must not be measured beside a process that takes a whole core.
    Atomics.wait(never, 0, 0, Number(began + BigInt(sent) * between - process.hrtime.bigint()) / 1e6);
    setImmediate(pulse);
  };
  pulse();
}
