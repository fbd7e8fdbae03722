import type { Duration } from '../core/time.ts';
import type { Tier } from './buckets.ts';
import { costTable } from './costs.ts';
import type { Exchange } from './exchange.ts';
import { type FaultPlan, NO_FAULTS } from './fault-plan.ts';
import { LateReads } from './late-reads.ts';
import { accountRoutes, historicalRoutes } from './rest-account.ts';
import { REST_PREFIX, RestDesk, type RestReply, type RestRequest } from './rest-desk.ts';
import { eventRoutes } from './rest-events.ts';
import { exchangeRoutes } from './rest-exchange.ts';
import { groupRoutes } from './rest-groups.ts';
import { marketRoutes } from './rest-markets.ts';
import { orderRoutes } from './rest-orders.ts';
import { portfolioRoutes } from './rest-portfolio.ts';
import type { Route } from './route.ts';
import { type ApiKey, checkSignature, type Headers } from './signature-check.ts';
import { type Line, SocketSession } from './socket-session.ts';
import { WeatherPages } from './weather-pages.ts';
import type { WallClock, WorldClock } from './world-clock.ts';

/** The path of the one socket. */
export const SOCKET_PATH = '/trade-api/ws/v2';

const NO_LAG = 0 as Duration;

export interface DoorOptions {
  readonly exchange: Exchange;
  readonly keys: readonly ApiKey[];
  /** Market time. */
  readonly clock: Pick<WorldClock, 'now'>;
  /** Wall time, for signatures and token buckets. */
  readonly wall: WallClock;
  readonly tier: Tier;
  readonly faults?: FaultPlan;
  /** How far reads of orders and fills lag behind what happened, in market time. Default 0. */
  readonly readLag?: Duration;
}

/** Where guests come in, by whatever wire: requests are served and connections taken, each in the present and with its signature checked. */
export class ExchangeDoor {
  readonly #options: DoorOptions;
  readonly #faults: FaultPlan;
  readonly #keys: ReadonlyMap<string, ApiKey>;
  readonly #desk: RestDesk;
  readonly #weather: WeatherPages;

  constructor(options: DoorOptions) {
    const { exchange, tier, wall, faults = NO_FAULTS, readLag = NO_LAG } = options;
    this.#options = options;
    this.#faults = faults;
    this.#keys = new Map(options.keys.map((key) => [key.id, key]));
    const late = new LateReads(exchange, readLag);
    this.#weather = new WeatherPages(exchange.world.signals);
    const routes: Route[] = [
      ...exchangeRoutes(exchange, late, () => costTable(routes, REST_PREFIX)),
      ...marketRoutes(exchange),
      ...eventRoutes(exchange),
      ...portfolioRoutes(exchange, late),
      ...orderRoutes(exchange),
      ...groupRoutes(exchange),
      ...accountRoutes(exchange, tier, () => this.#keys.values()),
      ...historicalRoutes(),
    ];
    this.#desk = new RestDesk({ routes, keys: this.#keys, tier, wall, faults, advance: () => this.advance() });
  }

  /** Brings the exchange to the present; each request and each command does so too. */
  advance(): void {
    this.#options.exchange.advance(this.#options.clock.now());
  }

  serve(request: RestRequest): RestReply {
    return this.#desk.serve(request);
  }

  /** What a weather service of this world says; see {@link WeatherPages.answer}. */
  weather(path: string, query: URLSearchParams): string | undefined {
    this.advance();
    return this.#weather.answer(path, query, this.#options.clock.now());
  }

  /** Takes a request that comes later than its client thinks; nobody hears the answer. */
  obey(request: RestRequest): void {
    this.#desk.obey(request);
  }

  /** Takes a connection. Throws a Refusal where its handshake is not signed as it must be. */
  connect(headers: Headers, line: Line): SocketSession {
    const { account } = checkSignature(headers, 'GET', SOCKET_PATH, this.#keys, this.#options.wall.now());
    this.advance();
    return new SocketSession(this.#options.exchange, account, line, this.#faults);
  }

  /** A command of a connection. */
  receive(session: SocketSession, text: string): void {
    this.advance();
    session.receive(text);
  }
}
