import type { IncomingMessage, Server } from 'node:http';
import type { Duplex } from 'node:stream';
import { type WebSocket, WebSocketServer } from 'ws';
import { type ExchangeDoor, SOCKET_PATH } from './door.ts';
import { Refusal } from './refusal.ts';
import type { Line, SocketSession } from './socket-session.ts';

/** How often the exchange asks whether somebody is there, in ms. */
const HEARTBEAT = 10_000;

/** Takes WebSocket connections at {@link SOCKET_PATH} of a server, each with a signed handshake. Returns what closes them all. */
export function serveSockets(server: Server, door: ExchangeDoor): () => void {
  const sockets = new WebSocketServer({ noServer: true, maxPayload: 64 * 1_048_576, perMessageDeflate: true });
  server.on('upgrade', (request: IncomingMessage, stream: Duplex, head: Buffer) => {
    const path = (request.url ?? '').split('?')[0]!;
    stream.on('error', () => stream.destroy());
    try {
      if (path !== SOCKET_PATH) throw new Refusal(404, { error: { code: 'not_found', message: 'not found' } });
      const line = new SocketLine();
      const session = door.connect(request.headers, line);
      stream.on('close', () => session.end());
      sockets.handleUpgrade(request, stream, head, (socket) => connect(socket, line, session, door));
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

/** The line of a session whose socket is opened a moment later. */
class SocketLine implements Line {
  socket: WebSocket | null = null;
  heartbeat: NodeJS.Timeout | undefined;

  send(text: string): number {
    this.socket?.send(text);
    return this.socket?.bufferedAmount ?? 0;
  }

  drop(): void {
    this.socket?.terminate();
  }

  hush(): void {
    clearInterval(this.heartbeat);
    this.socket?.pause();
  }
}

function connect(socket: WebSocket, line: SocketLine, session: SocketSession, door: ExchangeDoor): void {
  line.socket = socket;
  line.heartbeat = setInterval(() => socket.ping('heartbeat'), HEARTBEAT);
  socket.on('message', (data) => door.receive(session, data.toString()));
  socket.on('error', () => socket.terminate());
  socket.on('close', () => {
    clearInterval(line.heartbeat);
    session.end();
  });
}

function refuse(stream: Duplex, { status, body }: Refusal): void {
  const text = JSON.stringify(body);
  const head = `HTTP/1.1 ${status} Refused\r\nContent-Type: application/json\r\nContent-Length: ${Buffer.byteLength(text)}`;
  stream.end(`${head}\r\nConnection: close\r\n\r\n${text}`);
}
