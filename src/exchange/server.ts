import type { AddressInfo } from 'node:net';
import type { Duration } from '../core/time.ts';
import type { Tier } from './buckets.ts';
import { costTable } from './costs.ts';
import type { Exchange } from './exchange.ts';
import { type FaultPlan, NO_FAULTS } from './fault-plan.ts';
import { LateOrders } from './late-orders.ts';
import { accountRoutes, historicalRoutes } from './rest-account.ts';
import { eventRoutes } from './rest-events.ts';
import { exchangeRoutes } from './rest-exchange.ts';
import { groupRoutes } from './rest-groups.ts';
import { marketRoutes } from './rest-markets.ts';
import { orderRoutes } from './rest-orders.ts';
import { portfolioRoutes } from './rest-portfolio.ts';
import { REST_PREFIX, restServer } from './rest-server.ts';
import type { Route } from './route.ts';
import { type ApiKey, checkSignature } from './signature-check.ts';
import { SOCKET_PATH, serveSockets } from './socket-server.ts';
import type { WallClock, WorldClock } from './world-clock.ts';

/** The only address that it listens on: nobody outside of this machine can reach it. */
const LOOPBACK = '127.0.0.1';

const NO_LAG = 0 as Duration;

/** How often the world moves on by itself, in ms of wall time; each request moves it too. */
const TICK = 20;

export interface ServerOptions {
  readonly exchange: Exchange;
  readonly keys: readonly ApiKey[];
  /** Market time. */
  readonly clock: WorldClock;
  /** Wall time, for signatures and token buckets. */
  readonly wall: WallClock;
  readonly tier: Tier;
  /** 0 for any that is free. */
  readonly port: number;
  readonly faults?: FaultPlan;
  /** How far reads of orders lag behind what happened, in market time. Default 0. */
  readonly readLag?: Duration;
  /** Whether the world moves on by itself. Default true. */
  readonly ticking?: boolean;
}

/** An exchange that answers. */
export interface RunningServer {
  readonly port: number;
  /** What a client takes for the base of its requests. */
  readonly restUrl: string;
  readonly socketUrl: string;
  /** Drops every connection and stops. */
  close(): Promise<void>;
}

/** Serves an exchange on loopback. Rejects with the system's error where the port is taken. */
export async function startServer(options: ServerOptions): Promise<RunningServer> {
  const { exchange, clock, wall, tier, faults = NO_FAULTS, ticking = true, readLag = NO_LAG } = options;
  const keys = new Map(options.keys.map((key) => [key.id, key]));
  const advance = (): void => exchange.advance(clock.now());
  const routes: Route[] = [
    ...exchangeRoutes(exchange, () => costTable(routes, REST_PREFIX)),
    ...marketRoutes(exchange),
    ...eventRoutes(exchange),
    ...portfolioRoutes(exchange, new LateOrders(exchange, readLag)),
    ...orderRoutes(exchange),
    ...groupRoutes(exchange),
    ...accountRoutes(exchange, tier, () => keys.values()),
    ...historicalRoutes(),
  ];
  const app = restServer({ routes, keys, tier, wall, faults, advance });
  const authenticate = (request: { headers: ApiHeaders }, path: string): ApiKey =>
    checkSignature(request.headers, 'GET', path, keys, wall.now());
  const closeSockets = serveSockets(app.server, { exchange, faults, authenticate, advance });
  advance();
  await app.listen({ host: LOOPBACK, port: options.port });
  const timer = ticking ? setInterval(advance, TICK) : undefined;
  const { port } = app.server.address() as AddressInfo;
  return {
    port,
    restUrl: `http://${LOOPBACK}:${port}${REST_PREFIX}`,
    socketUrl: `ws://${LOOPBACK}:${port}${SOCKET_PATH}`,
    close: async () => {
      clearInterval(timer);
      closeSockets();
      await app.close();
    },
  };
}

type ApiHeaders = Parameters<typeof checkSignature>[0];
