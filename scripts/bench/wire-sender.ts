import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type WebSocket, WebSocketServer } from 'ws';
import { DeltaTexts, snapshots } from './wire-frames.ts';

/** Another process of the bench: sends frames at a steady rate, each marked with the time at which it was due, and takes orders. */
const [rate = 5_000, count = 200_000] = process.argv.slice(2).map(Number);

const server = createServer((request, response) => {
  request.resume().on('end', () => {
    response.writeHead(201, { 'content-type': 'application/json' });
    response.end('{"order_id":"o-1","fill_count":"0.00","remaining_count":"1.00","ts_ms":1893844800000}');
  });
});
const sockets = new WebSocketServer({ server });
sockets.on('connection', (socket) => {
  socket.on('message', (data) => {
    const { id, params } = JSON.parse(data.toString());
    socket.send(JSON.stringify({ id, type: 'subscribed', msg: { channel: params.channels[0], sid: 1 } }));
    for (const text of snapshots()) socket.send(text);
    flow(socket);
  });
});
server.listen(0, '127.0.0.1', () => console.log((server.address() as AddressInfo).port));

function flow(socket: WebSocket): void {
  const texts = new DeltaTexts();
  const began = process.hrtime.bigint() + 200_000_000n;
  const between = BigInt(Math.round(1e9 / rate));
  let sent = 0;
  const pulse = (): void => {
    const now = process.hrtime.bigint();
    for (; sent < count; sent++) {
      const due = began + BigInt(sent) * between;
      if (due > now) break;
      socket.send(texts.next(String(due)));
    }
    if (sent < count) setImmediate(pulse);
    else socket.close();
  };
  pulse();
}
