import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { expect, test } from 'vitest';
import { WebSocketServer } from 'ws';
import { FeedSocket } from '../../src/kalshi/feed-socket.ts';

test('a real socket signs its handshake, taps raw frames before they are read, and comes back after a cut', async () => {
  const server = new WebSocketServer({ host: '127.0.0.1', port: 0 });
  await once(server, 'listening');
  const keys: unknown[] = [];
  const snapshot =
    '{"type":"orderbook_snapshot","sid":1,"seq":1,"msg":{"market_ticker":"A","yes_dollars_fp":[["0.5000","2.00"]]}}\n';
  server.on('connection', (socket, request) => {
    keys.push(`${request.url} ${request.headers['x-key']}`);
    socket.on('message', (data) => {
      const { id } = JSON.parse(data.toString());
      socket.send(`{"id":${id},"type":"subscribed","msg":{"channel":"orderbook_delta","sid":1}}\n`);
      socket.send(snapshot);
    });
  });
  const log: string[] = [];
  let covered = () => {};
  const nothing = () => {};
  const feed = new FeedSocket({
    url: `ws://127.0.0.1:${(server.address() as AddressInfo).port}/trade-api/ws/v2`,
    headers: (method, path) => ({ 'x-key': `${method} ${path}` }),
    clock: { now: () => Date.now() * 1_000, monotonic: () => Math.round(performance.now() * 1_000) },
    tap: (text, wall, monotonic, connection) => {
      if (text === snapshot) log.push(`tap ${connection} ${wall > monotonic}`);
    },
    connection: 3,
    channels: ['orderbook_delta'],
    tickers: ['A'],
    random: () => 0,
    settings: { backoffFirst: 1_000 },
    sink: {
      snapshot: nothing,
      delta: nothing,
      trade: nothing,
      message: nothing,
      missed: nothing,
      fault: (fault) => log.push(fault.message),
      coverage: (ticker, on) => {
        log.push(`${ticker} ${on}`);
        if (on) covered();
      },
    },
  });
  const next = () => new Promise<void>((done) => (covered = done));
  try {
    await next();
    const again = next();
    for (const socket of server.clients) socket.terminate();
    await again;
    expect(log).toEqual([
      'tap 3 true',
      'A true',
      'connection 3 ended: closed (1006)',
      'A false',
      'tap 3 true',
      'A true',
    ]);
    expect(keys).toEqual(Array(2).fill('/trade-api/ws/v2 GET /trade-api/ws/v2'));
  } finally {
    feed.stop();
    server.close();
  }
});

test('where one clock gives both readings, no frame is told at a time before one that was read already, however long a reading takes', async () => {
  const server = new WebSocketServer({ host: '127.0.0.1', port: 0 });
  await once(server, 'listening');
  server.on('connection', (socket) => {
    socket.on('message', (data) => {
      const { id } = JSON.parse(data.toString());
      socket.send(`{"id":${id},"type":"subscribed","msg":{"channel":"orderbook_delta","sid":1}}`);
      socket.send('{"type":"orderbook_snapshot","sid":1,"seq":1,"msg":{"market_ticker":"A","yes_dollars_fp":[]}}');
    });
  });
  // Each reading is 3 ms after the last: a machine that pauses whenever it is asked for the time.
  let time = 1_000_000;
  const read = () => (time += 3_000);
  const told: [number, number][] = [];
  const nothing = () => {};
  let heard = nothing;
  const feed = new FeedSocket({
    url: `ws://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    headers: () => ({}),
    clock: { now: read, monotonic: read, ahead: 0 },
    tap: nothing,
    connection: 1,
    channels: ['orderbook_delta'],
    tickers: ['A'],
    random: () => 0,
    sink: {
      snapshot: (_ticker, _levels, _exchangeTime, localTime) => {
        told.push([localTime, time]);
        heard();
      },
      delta: nothing,
      trade: nothing,
      message: nothing,
      missed: nothing,
      fault: nothing,
      coverage: nothing,
    },
  });
  try {
    await new Promise<void>((done) => (heard = done));
    const [[local, last]] = told as [[number, number]];
    expect(local).toBe(last);
  } finally {
    feed.stop();
    server.close();
  }
});
