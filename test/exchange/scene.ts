import WebSocket from 'ws';
import { dollars } from '../../src/core/money.ts';
import { type Duration, parseTime, type Time } from '../../src/core/time.ts';
import type { ExchangeAccount } from '../../src/exchange/account.ts';
import type { Tier } from '../../src/exchange/buckets.ts';
import { Exchange } from '../../src/exchange/exchange.ts';
import type { FaultPlan } from '../../src/exchange/fault-plan.ts';
import { generateKeys, type KeyType } from '../../src/exchange/keys.ts';
import type { MarketRecord } from '../../src/exchange/market-record.ts';
import { type RunningServer, startServer } from '../../src/exchange/server.ts';
import { systemClock, WorldClock } from '../../src/exchange/world-clock.ts';
import { CITIES, DEMO_CONFIG, type SyntheticConfig } from '../../src/sim/synthetic/config.ts';
import { PLAIN_LIFE } from '../../src/sim/synthetic/lifecycle.ts';
import { atEnd } from '../at-end.ts';
import { type Answered, type Signer, signedHeaders, signerOf } from './signing-client.ts';

/** One city, one day, nothing out of the ordinary. */
export const QUIET: SyntheticConfig = {
  ...DEMO_CONFIG,
  seed: 'exchange scene',
  cities: CITIES.slice(0, 1),
  days: 1,
  activity: 0.3,
  depth: 2,
  lifecycle: PLAIN_LIFE,
};

/** In the scene's world: some hours after the open. */
export const MORNING = parseTime('2030-01-04T18:00:00Z');

export interface SceneOptions {
  readonly config?: SyntheticConfig;
  readonly start?: Time;
  readonly tier?: Tier;
  readonly keyType?: KeyType;
  readonly faults?: FaultPlan;
  readonly readLag?: Duration;
  readonly cash?: number;
  /** Signatures go by the system's clock, for a client that stamps its requests itself. */
  readonly systemTime?: true;
}

/** A frame of the socket, read field by field. */
// biome-ignore lint/suspicious/noExplicitAny: see above
export type Frame = any;

/** An exchange on loopback whose clocks stand until the test moves them. */
export class Scene {
  readonly exchange: Exchange;
  readonly account: ExchangeAccount;
  readonly server: RunningServer;
  readonly signer: Signer;
  readonly pem: string;
  readonly #wall: { time: Time };
  #market: MarketRecord | undefined;

  static async open(options: SceneOptions = {}): Promise<Scene> {
    const { config = QUIET, start = MORNING, tier = 'prestige', keyType = 'rsa', faults, cash = 1_000 } = options;
    const exchange = new Exchange(config);
    const account = exchange.openAccount(dollars(cash));
    const wall = { time: (1_790_000_000_000 * 1_000) as Time };
    const clock = { now: () => wall.time };
    const signing = options.systemTime === true ? systemClock : clock;
    const pair = generateKeys(keyType);
    const key = { id: 'key-1', name: 'test', publicKey: pair.publicKey, account };
    const server = await startServer({
      exchange,
      keys: [key],
      clock: new WorldClock(clock, start, 1),
      wall: signing,
      tier,
      port: 0,
      ticking: false,
      ...(faults === undefined ? {} : { faults }),
      ...(options.readLag === undefined ? {} : { readLag: options.readLag }),
    });
    return new Scene(exchange, account, server, pair.privatePem, wall);
  }

  private constructor(
    exchange: Exchange,
    account: ExchangeAccount,
    server: RunningServer,
    pem: string,
    wall: { time: Time },
  ) {
    this.exchange = exchange;
    this.account = account;
    this.server = server;
    this.pem = pem;
    this.signer = signerOf('key-1', pem);
    this.#wall = wall;
    atEnd(() => server.close());
  }

  /** Wall time in ms: what a client of the scene stamps its requests with. */
  get milliseconds(): number {
    return Math.floor(this.#wall.time / 1_000);
  }

  /** Lets seconds pass. */
  pass(seconds: number): void {
    this.#wall.time = (this.#wall.time + seconds * 1_000_000) as Time;
    this.exchange.advance((this.exchange.now + seconds * 1_000_000) as Time);
  }

  /** A market whose outcome was open at the start, or any where none was. */
  get market(): MarketRecord {
    const { markets } = this.exchange.world;
    this.#market ??= markets.find(({ bid, ask }) => bid > 2_000 && ask < 8_000) ?? markets[0]!;
    return this.#market;
  }

  /** Sends a signed request; `path` is below the base. */
  async send(method: string, path: string, body?: unknown): Promise<Answered> {
    const url = new URL(this.server.restUrl + path);
    const signed = signedHeaders(this.signer, method, url.pathname, this.milliseconds);
    return this.sendAs(method, path, signed, body);
  }

  /** Sends a request with the headers that are given. */
  async sendAs(method: string, path: string, headers: Record<string, string>, body?: unknown): Promise<Answered> {
    const answer = await fetch(this.server.restUrl + path, {
      method,
      headers: body === undefined ? headers : { ...headers, 'Content-Type': 'application/json' },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await answer.text();
    return { status: answer.status, body: text === '' ? undefined : JSON.parse(text) };
  }

  get(path: string): Promise<Answered> {
    return this.send('GET', path);
  }

  /** Sends an order to the scene's market: a bid of one at a cent, that rests, unless said otherwise. */
  order(terms: Record<string, unknown>): Promise<Answered> {
    return this.send('POST', '/portfolio/events/orders', {
      ticker: this.market.ticker,
      side: 'bid',
      count: '1',
      price: '0.0100',
      time_in_force: 'good_till_canceled',
      self_trade_prevention_type: 'taker_at_cross',
      ...terms,
    });
  }

  /** Opens a signed socket. */
  async socket(): Promise<Listener> {
    const headers = signedHeaders(this.signer, 'GET', '/trade-api/ws/v2', this.milliseconds);
    const socket = new WebSocket(this.server.socketUrl, { headers });
    const listener = new Listener(socket);
    await new Promise((opened, failed) => socket.once('open', opened).once('error', failed));
    return listener;
  }
}

/** Keeps what a socket says. */
export class Listener {
  readonly frames: Frame[] = [];
  readonly socket: WebSocket;
  #commands = 1_000;

  constructor(socket: WebSocket) {
    this.socket = socket;
    socket.on('message', (data) => this.frames.push(JSON.parse(data.toString())));
  }

  send(command: unknown): void {
    this.socket.send(typeof command === 'string' ? command : JSON.stringify(command));
  }

  /** Everything that the exchange had said when it answered now. */
  async heard(): Promise<Frame[]> {
    const id = this.#commands++;
    this.send({ id, cmd: 'list_subscriptions' });
    await new Promise<void>((done) => {
      const look = (): void => {
        if (this.frames.some((frame) => frame.id === id)) done();
        else this.socket.once('message', () => setImmediate(look));
      };
      look();
    });
    return this.frames.filter((frame) => frame.id === undefined || frame.id < 1_000);
  }

  /** Sends a command and gives what the exchange has said since. */
  async ask(command: unknown): Promise<Frame[]> {
    const before = (await this.heard()).length;
    this.send(command);
    return (await this.heard()).slice(before);
  }
}
