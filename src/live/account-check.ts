import type { Clock } from '../core/clock.ts';
import { Fault } from '../core/fault.ts';
import { formatDollars, type Money } from '../core/money.ts';
import { formatQuantity } from '../core/quantity.ts';
import { type Duration, SECOND } from '../core/time.ts';
import type { Engine } from '../engine/engine.ts';
import { dearestPrice, unitCost } from '../engine/limits.ts';
import type { PortfolioReads } from '../kalshi/portfolio-reads.ts';
import { Rounds } from '../kalshi/rounds.ts';

export interface AccountCheckOptions {
  readonly engine: Engine;
  readonly reads: Pick<PortfolioReads, 'balance' | 'positions' | 'orders'>;
  /** The clock on the wall. */
  readonly wall: Clock;
  /** Begins the client ids of this session's orders. */
  readonly prefix: string;
  /** Whether something is under way whose outcome is not known: then nothing can be compared. */
  readonly unsure: () => boolean;
  /** Grows with each answer of the exchange: a comparison during which it grew is worth nothing. */
  readonly version: () => number;
  readonly agreed: () => void;
  /** They differ, and did so again and again. */
  readonly diverged: (what: string) => void;
  readonly trouble: (fault: Fault) => void;
  /** How often. Default 30 s. */
  readonly every?: Duration;
}

/** So often in a row, a second apart, a difference is seen before it is believed: reads lag behind what happened. */
const BELIEVED_AFTER = 12;

/** Compares what the engine believes of the account with what the exchange says: open orders, positions, and the balance to the last digit. */
export class AccountCheck {
  readonly #options: AccountCheckOptions;
  readonly #rounds: Rounds;
  readonly #every: number;
  #last = Number.NEGATIVE_INFINITY;
  #seen = 0;
  #checks = 0;
  #gap: Money | null = null;

  constructor(options: AccountCheckOptions) {
    this.#options = options;
    this.#every = options.every ?? 30 * SECOND;
    this.#rounds = new Rounds(options.wall, (signal) => this.#round(signal));
  }

  /** What the exchange says that the positions are worth, less what they are by our marks, when last compared; null where a mark is missing. */
  get gap(): Money | null {
    return this.#gap;
  }

  /** How often everything agreed. */
  get checks(): number {
    return this.#checks;
  }

  stop(): Promise<void> {
    return this.#rounds.stop();
  }

  /** What differs now, null where nothing does; undefined where it could not be compared. Throws the Faults of the reads. */
  async compare(signal?: AbortSignal): Promise<string | null | undefined> {
    const { engine, reads, unsure, version } = this.#options;
    if (unsure()) return undefined;
    const before = version();
    const balance = await reads.balance({}, signal);
    const positions = new Map<string, number>();
    for await (const row of reads.positions({}, signal)) positions.set(row.ticker, row.quantity);
    const resting = [];
    for await (const row of reads.orders({ status: 'resting' }, signal)) resting.push(row);
    if (unsure() || version() !== before) return undefined;

    const open = new Map(engine.orders.list().map((own) => [own.id as number, own]));
    for (const row of resting) {
      if (!row.clientOrderId.startsWith(`${this.#options.prefix}-`)) {
        return `an order rests that this session did not send: ${row.clientOrderId || row.orderId} (${row.ticker})`;
      }
      const id = Number(row.clientOrderId.slice(row.clientOrderId.lastIndexOf('-') + 1));
      const own = open.get(id);
      if (own === undefined) return `order ${id} rests at the exchange and has ended here`;
      if (own.remaining !== row.remaining || own.price !== row.price) {
        return `order ${id} rests with ${formatQuantity(row.remaining)} at the exchange and ${formatQuantity(own.remaining)} here`;
      }
      open.delete(id);
    }
    for (const id of open.keys()) return `order ${id} is open here and does not rest at the exchange`;
    for (const { index, ticker } of engine.state.markets) {
      const here = engine.account.position(index).quantity;
      const there = positions.get(ticker) ?? 0;
      if (here !== there) return `${ticker}: ${there / 100} held at the exchange and ${here / 100} here`;
    }
    this.#gap = this.#gapOf(balance.portfolio);
    return this.#balance(balance.cash);
  }

  #gapOf(there: Money): Money | null {
    const { account, state } = this.#options.engine;
    const here = account.equity((market) => state.mark(market));
    return here === null ? null : ((there - (here - account.cash)) as Money);
  }

  /** To the last digit where nothing rests; else between what resting orders can lock at most, and nothing. */
  #balance(there: Money): string | null {
    const { engine } = this.#options;
    const { cash } = engine.account;
    let locked = 0;
    for (const own of engine.orders.list()) {
      const fee = engine.fee(own.market, dearestPrice(own.side, own.price), own.remaining, 'taker');
      locked += unitCost(own.side, own.price) * own.remaining + fee;
    }
    if (there <= cash && there >= cash - locked) return null;
    const lock = locked === 0 ? '' : `, of which orders lock ${formatDollars(locked as Money)} at most`;
    return `the balance is ${formatDollars(there)} at the exchange and ${formatDollars(cash)} here${lock}`;
  }

  async #round(signal: AbortSignal): Promise<void> {
    const { wall, agreed, diverged, trouble } = this.#options;
    if (this.#seen === 0 && wall.elapsed() - this.#last < this.#every) return;
    try {
      const found = await this.compare(signal);
      if (found === undefined) return;
      this.#last = wall.elapsed();
      if (found === null) {
        this.#seen = 0;
        this.#checks++;
        agreed();
      } else if (++this.#seen >= BELIEVED_AFTER) {
        this.#seen = 0;
        diverged(found);
      }
    } catch (error) {
      if (!(error instanceof Fault)) throw error;
      if (error.code !== 'interrupted') trouble(error);
    }
  }
}
