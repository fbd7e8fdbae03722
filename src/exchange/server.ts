import type { AddressInfo } from 'node:net';
import { type DoorOptions, ExchangeDoor, SOCKET_PATH } from './door.ts';
import { REST_PREFIX } from './rest-desk.ts';
import { restServer, WEATHER_PREFIX } from './rest-server.ts';
import { serveSockets } from './socket-server.ts';

/** The only address that it listens on: nobody outside of this machine can reach it. */
const LOOPBACK = '127.0.0.1';

/** How often the world moves on by itself, in ms of wall time; each request moves it too. */
const TICK = 20;

export interface ServerOptions extends DoorOptions {
  /** 0 for any that is free. */
  readonly port: number;
  /** Whether the world moves on by itself. Default true. */
  readonly ticking?: boolean;
}

/** An exchange that answers. */
export interface RunningServer {
  readonly port: number;
  /** What a client takes for the base of its requests. */
  readonly restUrl: string;
  readonly socketUrl: string;
  /** Stands for all weather services, for `record --weather-url`. */
  readonly weatherUrl: string;
  /** Drops every connection and stops. */
  close(): Promise<void>;
}

/** Serves an exchange on loopback. Rejects with the system's error where the port is taken. */
export async function startServer(options: ServerOptions): Promise<RunningServer> {
  const door = new ExchangeDoor(options);
  const app = restServer(door);
  const closeSockets = serveSockets(app.server, door);
  door.advance();
  await app.listen({ host: LOOPBACK, port: options.port });
  const timer = (options.ticking ?? true) ? setInterval(() => door.advance(), TICK) : undefined;
  const { port } = app.server.address() as AddressInfo;
  return {
    port,
    restUrl: `http://${LOOPBACK}:${port}${REST_PREFIX}`,
    socketUrl: `ws://${LOOPBACK}:${port}${SOCKET_PATH}`,
    weatherUrl: `http://${LOOPBACK}:${port}${WEATHER_PREFIX}`,
    close: async () => {
      clearInterval(timer);
      closeSockets();
      await app.close();
    },
  };
}
