import { type ChildProcess, spawn } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { SYSTEM_CLOCK } from '../../src/cli/system-clock.ts';
import { dollars } from '../../src/core/money.ts';
import { HOUR, parseTime, type Time } from '../../src/core/time.ts';
import type { ExchangeAccount } from '../../src/exchange/account.ts';
import { type CountedFaults, drawnFaults, type FaultShares } from '../../src/exchange/drawn-faults.ts';
import { Exchange } from '../../src/exchange/exchange.ts';
import { type FaultPlan, NO_FAULTS } from '../../src/exchange/fault-plan.ts';
import { generateKeys } from '../../src/exchange/keys.ts';
import { type RunningServer, startServer } from '../../src/exchange/server.ts';
import { WorldClock } from '../../src/exchange/world-clock.ts';
import { MEASURED_CONFIG, syntheticPlace } from '../../src/sim/synthetic/config.ts';

export interface SceneOptions {
  readonly seed: string;
  readonly folder: string;
  /** The compiled command. */
  readonly program: string;
  readonly strategy: string;
  readonly speed: number;
  /** Where market time begins, in hours from the first climate day's UTC midnight. */
  readonly hour?: number;
  readonly activity?: number;
}

/** The first climate day of every scene: on another day the same seed is another world. */
const DAY = '2030-03-05';

/** How a life of a session ended. */
export interface Life {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** An exchange in this process whose whole truth is known, and sessions of `tapedeck live` on it, each a process of its own. */
export class Scene {
  readonly exchange: Exchange;
  readonly account: ExchangeAccount;
  readonly #options: SceneOptions;
  readonly #server: RunningServer;
  readonly #plan: { faults: FaultPlan };
  readonly #skipped: { time: number };
  readonly #environment: NodeJS.ProcessEnv;
  readonly #children = new Set<ChildProcess>();

  static async open(options: SceneOptions): Promise<Scene> {
    const { seed, folder, speed, hour = -6, activity = 1 } = options;
    const start = (parseTime(`${DAY}T00:00:00Z`) + hour * HOUR) as Time;
    const cities = [syntheticPlace('chicago', DAY)];
    const exchange = new Exchange({ ...MEASURED_CONFIG, seed, cities, firstDay: DAY, days: 2, activity });
    const account = exchange.openAccount(dollars(10_000));
    const pair = generateKeys('ed25519');
    exchange.advance(start);
    const plan: { faults: FaultPlan } = { faults: NO_FAULTS };
    const running = new WorldClock(SYSTEM_CLOCK, start, speed);
    const skipped = { time: 0 };
    const server = await startServer({
      exchange,
      keys: [{ id: 'key-1', name: 'scene', publicKey: pair.publicKey, account }],
      clock: { now: () => (running.now() + skipped.time) as Time },
      wall: SYSTEM_CLOCK,
      tier: 'prestige',
      port: 0,
      faults: {
        request: (method, path) => plan.faults.request(method, path),
        frame: (type) => plan.faults.frame(type),
      },
    });
    mkdirSync(folder, { recursive: true });
    const keyFile = join(folder, 'key.pem');
    writeFileSync(keyFile, pair.privatePem, { mode: 0o600 });
    writeFileSync(join(folder, 'limits.json'), JSON.stringify(WIDE));
    return new Scene(options, exchange, account, server, plan, skipped, {
      ...process.env,
      KALSHI_API_KEY: 'key-1',
      KALSHI_API_SECRET: keyFile,
      TAPEDECK_DATA: join(folder, 'data'),
    });
  }

  private constructor(
    options: SceneOptions,
    exchange: Exchange,
    account: ExchangeAccount,
    server: RunningServer,
    plan: { faults: FaultPlan },
    skipped: { time: number },
    environment: NodeJS.ProcessEnv,
  ) {
    this.#options = options;
    this.exchange = exchange;
    this.account = account;
    this.#server = server;
    this.#plan = plan;
    this.#skipped = skipped;
    this.#environment = environment;
  }

  get url(): string {
    return `http://127.0.0.1:${this.#server.port}`;
  }

  /** What goes wrong on the wire from now on; null for nothing. What is given back counts how often it did. */
  faults(shares: Partial<FaultShares>): CountedFaults;
  faults(shares: null): null;
  faults(shares: Partial<FaultShares> | null): CountedFaults | null {
    const drawn = shares === null ? null : drawnFaults(shares, `${this.#options.seed} faults`);
    this.#plan.faults = drawn ?? NO_FAULTS;
    return drawn;
  }

  /** Market time jumps. Only while no session runs: its clock would not. */
  skipTo(time: Time): void {
    this.#skipped.time += Math.max(0, time - this.exchange.now);
    this.exchange.advance(time);
  }

  /** Begins a life of the session. */
  begin(...more: readonly string[]): { readonly child: ChildProcess; readonly life: Promise<Life> } {
    return this.run(...this.liveArgs, ...more);
  }

  /** The command line of a life. */
  get liveArgs(): readonly string[] {
    return this.argsOf(this.#options.strategy);
  }

  /** The command line of a life with another strategy. */
  argsOf(strategy: string): readonly string[] {
    const { speed, folder } = this.#options;
    const where = ['--city', 'chicago', '--url', this.url, '--speed', String(speed)];
    return ['live', ...where, '--strategy', strategy, '--limits', join(folder, 'limits.json'), '--json'];
  }

  /** Runs any command of the program beside it. */
  run(...args: readonly string[]): { readonly child: ChildProcess; readonly life: Promise<Life> } {
    return this.#started(spawn(process.execPath, [this.#options.program, ...args], { env: this.#environment }));
  }

  /** As {@link run}, on a disk that takes files of so many kilobytes at most. */
  runLimited(
    kilobytes: number,
    ...args: readonly string[]
  ): { readonly child: ChildProcess; readonly life: Promise<Life> } {
    const line = `ulimit -f ${kilobytes}; exec "$0" "$@"`;
    const command = ['-c', line, process.execPath, this.#options.program, ...args];
    return this.#started(spawn('bash', command, { env: this.#environment }));
  }

  #started(child: ChildProcess): { readonly child: ChildProcess; readonly life: Promise<Life> } {
    this.#children.add(child);
    child.on('close', () => this.#children.delete(child));
    let stdout = '';
    let stderr = '';
    child.stdout!.on('data', (piece) => (stdout += piece));
    child.stderr!.on('data', (piece) => (stderr += piece));
    const life = new Promise<Life>((done) => child.on('close', (status) => done({ status, stdout, stderr })));
    return { child, life };
  }

  /** Ends the exchange, and with it whatever still runs on it. */
  close(): Promise<void> {
    for (const child of this.#children) child.kill('SIGKILL');
    return this.#server.close();
  }
}

/** Limits that no monkey meets. */
const WIDE = {
  open_orders: 1_000,
  position_contracts: 1_000_000,
  order_cost_dollars: 1_000_000,
  position_cost_dollars: 1_000_000,
  event_share: 1,
  positions_in_series: 1_000,
  positions: 1_000,
  account_share_of_one: 1,
  account_share_of_all: 1,
  volume_share: 1_000_000,
  market_cost_dollars: 1_000_000,
  daily_loss_dollars: 1_000_000,
  daily_loss_share: 1,
  drawdown: 1,
  losses_in_row: 1_000_000,
};
