import type { IncomingMessage, Server } from 'node:http';
import type { Duplex } from 'node:stream';
import { type WebSocket, WebSocketServer } from 'ws';
import type { Exchange } from './exchange.ts';
import type { FaultPlan } from './fault-plan.ts';
import { Refusal } from './refusal.ts';
import type { ApiKey } from './signature-check.ts';
import { SocketSession } from './socket-session.ts';

export const SOCKET_PATH = '/trade-api/ws/v2';

/** How often the exchange asks whether somebody is there, in ms. */
const HEARTBEAT = 10_000;

/** What the door for sockets needs. */
export interface SocketServerOptions {
  readonly exchange: Exchange;
  readonly faults: FaultPlan;
  /** Whose handshake it is. Throws a Refusal. */
  readonly authenticate: (request: IncomingMessage, path: string) => ApiKey;
  /** Brings the exchange to the present. */
  readonly advance: () => void;
}

/** Takes WebSocket connections at {@link SOCKET_PATH} of a server, each with a signed handshake. Returns what closes them all. */
export function serveSockets(server: Server, options: SocketServerOptions): () => void {
  const sockets = new WebSocketServer({ noServer: true, maxPayload: 64 * 1_048_576, perMessageDeflate: true });
  server.on('upgrade', (request: IncomingMessage, stream: Duplex, head: Buffer) => {
    const path = (request.url ?? '').split('?')[0]!;
    stream.on('error', () => stream.destroy());
    try {
      if (path !== SOCKET_PATH) throw new Refusal(404, { error: { code: 'not_found', message: 'not found' } });
      const key = options.authenticate(request, path);
      sockets.handleUpgrade(request, stream, head, (socket) => connect(socket, key, options));
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      refuse(stream, error);
    }
  });
  return () => {
    for (const socket of sockets.clients) socket.terminate();
    sockets.close();
  };
}

function connect(socket: WebSocket, { account }: ApiKey, { exchange, faults, advance }: SocketServerOptions): void {
  const line = {
    send: (text: string): number => {
      socket.send(text);
      return socket.bufferedAmount;
    },
    drop: () => socket.terminate(),
  };
  advance();
  const session = new SocketSession(exchange, account, line, faults);
  const heartbeat = setInterval(() => socket.ping('heartbeat'), HEARTBEAT);
  socket.on('message', (data) => {
    advance();
    session.receive(data.toString());
  });
  socket.on('error', () => socket.terminate());
  socket.on('close', () => {
    clearInterval(heartbeat);
    session.end();
  });
}

function refuse(stream: Duplex, { status, body }: Refusal): void {
  const text = JSON.stringify(body);
  const head = `HTTP/1.1 ${status} Refused\r\nContent-Type: application/json\r\nContent-Length: ${Buffer.byteLength(text)}`;
  stream.end(`${head}\r\nConnection: close\r\n\r\n${text}`);
}
