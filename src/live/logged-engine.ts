import { Fault } from '../core/fault.ts';
import type { FeeChange } from '../core/fee-schedule.ts';
import type { Market, MarketIndex } from '../core/market.ts';
import { DETAIL, type MarketEvent, type Signal } from '../core/market-event.ts';
import type { Order, OrderGroupId, OrderId } from '../core/order.ts';
import type { Answer } from '../core/prediction.ts';
import type { Price } from '../core/price.ts';
import type { Quantity } from '../core/quantity.ts';
import type { Random } from '../core/random.ts';
import type { Time } from '../core/time.ts';
import type { VenueEvent } from '../core/venue-event.ts';
import { Engine } from '../engine/engine.ts';
import type { Execution } from '../engine/execution.ts';
import type { Asking, Inference } from '../engine/inference.ts';
import type { Journal, StopAction } from '../engine/journal.ts';
import type { LimitSettings } from '../engine/limits.ts';
import { MarketState } from '../engine/market-state.ts';
import type { WrittenParams } from '../engine/params.ts';
import type { PredictionId, Strategy } from '../engine/strategy.ts';
import { Account } from '../ledger/account.ts';
import { FeeBook } from '../ledger/fee-book.ts';
import { formatDetail } from '../tape/detail-json.ts';
import { marketRow } from '../tape/market-table.ts';
import { FeeCheck } from './fee-check.ts';
import type { SessionFacts } from './session-facts.ts';
import type { LineSink } from './session-log.ts';

/** What a tape of the session will say of itself: the feed's whole books, with its prints, as they change. */
export const SESSION_GRADE = { depth: 'L2', trades: true, sampling: 'continuous' } as const;

/** Hears what no backtest has: signals as they were heard, and what was changed while it ran. */
export interface SessionHearer {
  signal(signal: Signal, now: Time): void;
  /** `what`: params, limits, halt, release, pause, lift. */
  changed(what: string, setting: unknown, now: Time): void;
}

export interface LoggedEngineOptions {
  readonly facts: SessionFacts;
  readonly strategy: Strategy;
  readonly random: Random;
  /** Where requests go once they are in the log. */
  readonly execution: Execution;
  /** Where questions to models go once they are in the log. */
  readonly inference: Inference;
  readonly log: LineSink;
  /** Writes the session's tables. */
  readonly tables: Journal;
  readonly hearer: SessionHearer;
  /** Reads parameters as a person writes them, for a change of them. */
  readonly readParams: (written: WrittenParams) => unknown;
}

/** A question to a model that has no answer yet. */
export interface OpenQuestion {
  readonly asking: Asking;
  readonly time: Time;
}

/**
 * The engine of a session with its log: each input is written down, then told to the engine; each request and question of the engine is written
 * down, then handed on. A replay of the log runs through the same methods, so that both are one.
 */
export class LoggedEngine {
  readonly engine: Engine;
  readonly fees: FeeBook;
  /** Questions without an answer, by their number. */
  readonly questions = new Map<PredictionId, OpenQuestion>();
  readonly feeCheck: FeeCheck;
  /** Counts the lives of the session: it was begun, and begun again after it was killed. */
  epoch = 0;
  readonly #facts: SessionFacts;
  readonly #log: LineSink;
  /** Whether it was stopped in order: what was asked for by then still leaves. */
  #endsWhole = false;
  readonly #readParams: LoggedEngineOptions['readParams'];
  readonly #hearer: SessionHearer;

  constructor(options: LoggedEngineOptions) {
    const { facts, strategy, random, execution, inference, log, tables } = options;
    this.#facts = facts;
    this.#log = log;
    this.#readParams = options.readParams;
    this.#hearer = options.hearer;
    this.fees = new FeeBook(facts.fees);
    this.feeCheck = new FeeCheck(this.fees, facts.membership, (market) => this.engine.state.markets[market]!);
    this.engine = new Engine({
      strategy,
      state: new MarketState([]),
      account: new Account(facts.startingCash),
      fees: this.fees,
      membership: facts.membership,
      limits: facts.limits,
      execution: new LoggedExecution(execution, log, (id) => this.clientOrderId(id)),
      inference: {
        models: inference.models,
        ask: (asking) => {
          const { id, question, tag } = asking;
          log.output('ask', id, question.model, tag, [...question.features]);
          this.questions.set(id, { asking, time: this.engine.now });
          inference.ask(asking);
        },
      },
      journal: new LoggedJournal(tables, log),
      random,
      grade: SESSION_GRADE,
      releasesDaily: false,
    });
  }

  /** What the exchange knows an order of this life by. */
  clientOrderId(id: OrderId): string {
    return `${this.#facts.prefix}-${this.epoch}-${id}`;
  }

  /** A life of the session begins; the first starts the strategy. */
  begin(now: Time): void {
    this.#log.input('begin', this.epoch + 1, now);
    this.epoch++;
    if (this.epoch === 1) this.engine.start(now);
  }

  /** A market is followed from now on, with what the account already holds in it. */
  market(market: Market): void {
    this.#log.input('market', marketRow(market, null));
    this.engine.state.add(market);
    const held = this.#facts.positions.find(({ ticker }) => ticker === market.ticker);
    if (held !== undefined) this.engine.adopt(market.index, held.quantity as Quantity, held.cost);
  }

  fee(change: FeeChange): void {
    this.#log.input('fees', change);
    this.fees.add(change);
  }

  event(event: MarketEvent): void {
    if (event.kind === DETAIL) {
      const { market, exchangeTime, localTime } = event;
      const detail = event.detail!;
      this.#log.input('d', market, exchangeTime, localTime, formatDetail(detail));
      if (detail.type === 'signal') this.#hearer.signal(detail.signal, localTime);
    } else {
      const { kind, market, side, price, quantity, more, exchangeTime, localTime } = event;
      this.#log.input('e', kind, market, side, price, quantity, more ? 1 : 0, exchangeTime, localTime);
    }
    this.engine.step(event);
  }

  answer(event: VenueEvent): void {
    this.#log.input('a', event);
    this.engine.answer(event);
    const { answer, exchangeTime } = event;
    if (answer.type === 'filled') this.feeCheck.fill(answer.fill, exchangeTime);
  }

  wake(now: Time): void {
    this.#log.input('w', now);
    this.engine.wake(now);
  }

  /** The answer to a question; nothing for one that has its answer. */
  predicted(id: PredictionId, answer: Answer, now: Time): void {
    const open = this.questions.get(id);
    if (open === undefined) return;
    this.#log.input('p', id, answer, now);
    this.questions.delete(id);
    const { asking, time } = open;
    this.engine.predicted({ ...asking, question: { ...asking.question, answer } }, time, now);
  }

  halt(reason: string, now: Time): void {
    this.#log.input('halt', reason, now);
    this.#hearer.changed('halt', reason, now);
    this.engine.halt(reason, now);
  }

  release(reason: string, now: Time): void {
    this.#log.input('release', reason, now);
    this.#hearer.changed('release', reason, now);
    // One that was killed while it ended, and goes on.
    this.#endsWhole = false;
    this.engine.release(reason, now);
  }

  /** What must not rest and could not be cancelled is cancelled again. */
  cancelAgain(now: Time): void {
    this.#log.input('cancel-again', now);
    this.engine.cancelAgain(now);
  }

  pause(reason: string, now: Time): void {
    this.#log.input('pause', reason, now);
    this.#hearer.changed('pause', reason, now);
    this.engine.pause(reason, now);
  }

  lift(reason: string, now: Time): void {
    this.#log.input('lift', reason, now);
    this.#hearer.changed('lift', reason, now);
    this.engine.lift(reason, now);
  }

  limits(settings: LimitSettings, now: Time): void {
    this.#log.input('limits', settings, now);
    this.#hearer.changed('limits', settings, now);
    this.engine.limits.settings = settings;
  }

  /** Throws a Fault (`invalid-parameter`), with nothing changed, where a parameter is wrong or the strategy cannot change while it runs. */
  params(written: WrittenParams, now: Time): void {
    if (!this.engine.takesParams) {
      throw new Fault('invalid-parameter', `strategy "${this.#facts.strategy.name}" cannot change while it runs`, {
        next: 'End the session and begin one with other parameters, or give the strategy an onParams.',
      });
    }
    const read = this.#readParams(written);
    this.#log.input('params', written, now);
    this.#hearer.changed('params', written, now);
    this.engine.changeParams(read as never, now);
  }

  /** Why what was asked for must not leave any more though it waits to; null where it may. */
  get barred(): string | null {
    return this.#endsWhole ? null : this.engine.limits.halt;
  }

  /** The end: the strategy is told, what it asks for then still leaves, and nothing after that; all that rests is cancelled. */
  stop(now: Time): void {
    this.#endsWhole = this.engine.limits.halt === null;
    this.#log.input('stop', now);
    this.engine.stop(now);
    this.engine.close('the session has ended', now);
  }

  /** The market of a ticker, if it is followed. */
  marketOf(ticker: string): Market | undefined {
    return this.engine.state.markets.find((market) => market.ticker === ticker);
  }

  tickerOf(market: MarketIndex): string {
    return this.engine.state.markets[market]!.ticker;
  }
}

/** Writes each request down before it is handed on. */
class LoggedExecution implements Execution {
  readonly #to: Execution;
  readonly #log: LineSink;
  readonly #clientOrderId: (id: OrderId) => string;

  constructor(to: Execution, log: LineSink, clientOrderId: (id: OrderId) => string) {
    this.#to = to;
    this.#log = log;
    this.#clientOrderId = clientOrderId;
  }

  submit(order: Order): void {
    this.#log.output('submit', this.#clientOrderId(order.id), order);
    this.#to.submit(order);
  }

  cancel(order: OrderId): void {
    this.#log.output('cancel', order);
    this.#to.cancel(order);
  }

  amend(order: OrderId, price: Price, quantity: Quantity): void {
    this.#log.output('amend', order, price, quantity);
    this.#to.amend(order, price, quantity);
  }

  decrease(order: OrderId, by: Quantity): void {
    this.#log.output('decrease', order, by);
    this.#to.decrease(order, by);
  }

  openGroup(group: OrderGroupId, contracts: Quantity): void {
    this.#log.output('open-group', group, contracts);
    this.#to.openGroup(group, contracts);
  }

  resetGroup(group: OrderGroupId): void {
    this.#log.output('reset-group', group);
    this.#to.resetGroup(group);
  }
}

/** Writes decisions and refusals into the log too: a replay must come to the same, word for word. */
class LoggedJournal implements Journal {
  readonly #tables: Journal;
  readonly #log: LineSink;

  constructor(tables: Journal, log: LineSink) {
    this.#tables = tables;
    this.#log = log;
  }

  decision(...what: Parameters<Journal['decision']>): void {
    const [time, action, market, reasons] = what;
    this.#log.output('decision', time, action, market, reasons);
    this.#tables.decision(...what);
  }

  refused(...what: Parameters<Journal['refused']>): void {
    const [order, reason] = what;
    this.#log.output('refused', order, reason);
    this.#tables.refused(...what);
  }

  predicted(...what: Parameters<Journal['predicted']>): void {
    this.#tables.predicted(...what);
  }

  submitted(...what: Parameters<Journal['submitted']>): void {
    this.#tables.submitted(...what);
  }

  cancelRequested(...what: Parameters<Journal['cancelRequested']>): void {
    this.#tables.cancelRequested(...what);
  }

  amendRequested(...what: Parameters<Journal['amendRequested']>): void {
    this.#tables.amendRequested(...what);
  }

  answered(...what: Parameters<Journal['answered']>): void {
    this.#tables.answered(...what);
  }

  filled(...what: Parameters<Journal['filled']>): void {
    this.#tables.filled(...what);
  }

  stopped(action: StopAction, reason: string, time: Time): void {
    this.#log.output('stopped', action, reason, time);
    this.#tables.stopped(action, reason, time);
  }

  settled(...what: Parameters<Journal['settled']>): void {
    this.#tables.settled(...what);
  }
}
