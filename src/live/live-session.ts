import type { Clock } from '../core/clock.ts';
import type { Fault } from '../core/fault.ts';
import type { Signal } from '../core/market-event.ts';
import { Misuse } from '../core/misuse.ts';
import type { Question } from '../core/prediction.ts';
import { type Duration, NEVER, SECOND, type Time } from '../core/time.ts';
import type { VenueEvent } from '../core/venue-event.ts';
import type { Execution } from '../engine/execution.ts';
import type { Asking } from '../engine/inference.ts';
import type { LimitSettings } from '../engine/limits.ts';
import type { WrittenParams } from '../engine/params.ts';
import type { PredictionId } from '../engine/strategy.ts';
import { DriftSentinel } from '../kalshi/drift.ts';
import type { Environment } from '../kalshi/environment.ts';
import { MarketReads } from '../kalshi/market-reads.ts';
import type { KalshiRest } from '../kalshi/rest.ts';
import type { Signer } from '../kalshi/signer.ts';
import { Gate } from './gate.ts';
import { HeardSignals } from './heard-signals.ts';
import type { LoggedEngine } from './logged-engine.ts';
import { MarketFollower } from './market-follower.ts';
import { replayLog } from './replay-log.ts';
import { resumedOrders } from './resumed-orders.ts';
import type { MakeDesk, SessionDesk } from './session-desk.ts';
import type { SessionFacts } from './session-facts.ts';
import { changed, strategyFault } from './session-faults.ts';
import type { LineSink, LogLine, SessionLog } from './session-log.ts';
import type { SessionNews } from './session-news.ts';
import { StageTimes } from './stage-times.ts';
import { untilSettled } from './until-settled.ts';

export interface LiveSessionOptions {
  readonly facts: SessionFacts;
  readonly log: SessionLog;
  /** Lines of earlier lives of the session; empty for a new one. */
  readonly lines: readonly LogLine[];
  /** Makes the engine: its lines, requests and questions go there. */
  readonly make: (log: LineSink, execution: Execution, ask: (asking: Asking) => void) => LoggedEngine;
  readonly rest: KalshiRest;
  readonly environment: Environment;
  readonly signer: Signer;
  /** Market time, and the clock on the wall: one but on a local exchange that runs faster. */
  readonly clock: Clock;
  readonly wall: Clock;
  /** Answers questions to models. */
  readonly score: (questions: readonly Question[]) => Promise<void>;
  /** Makes what its requests go to. */
  readonly desk: MakeDesk;
  readonly random: () => number;
  readonly news: (news: SessionNews) => void;
  /** The code itself, or the disk, has failed: nothing can be trusted any more. */
  readonly failed: (error: unknown) => void;
}

const TICK = SECOND / 4;
/** How often a cancel that was not done is asked for again, in ticks. */
const CANCEL_EVERY = 8;

/** An engine on the production adapter, in real time: what it is told is logged first, and what it asks for is logged before it leaves. */
export class LiveSession {
  readonly facts: SessionFacts;
  readonly session: LoggedEngine;
  readonly desk: SessionDesk;
  readonly times = new StageTimes();
  readonly follower: MarketFollower;
  readonly drift = new DriftSentinel();
  readonly #options: LiveSessionOptions;
  readonly #clock: Clock;
  readonly #began: Time;
  readonly #heard: HeardSignals;
  #written: WrittenParams;
  #version = 0;
  #frameAt = 0;
  #wakeAt = Number.POSITIVE_INFINITY;
  #callOff: () => void = () => {};
  #tick: () => void = () => {};
  #dead = false;
  /** What was last told of a halt. */
  #told: string | null = null;
  /** Why a person lets it go on, while it is done. */
  #releasing: string | null = null;
  /** Only answers count any more. */
  #stopping = false;
  #beats = 0;

  /** Takes up the lives before, if there were any. Throws a Fault (`run-changed`) where their log does not replay to what it says. */
  constructor(options: LiveSessionOptions) {
    const { facts, log, rest, wall, news, signer, environment } = options;
    this.#options = options;
    this.#clock = options.clock;
    this.#began = options.clock.now();
    this.#heard = new HeardSignals(options.lines);
    this.#written = (options.lines.findLast(([, type]) => type === 'params')?.[2] ?? facts.params) as WrittenParams;
    this.facts = facts;
    const gate = new Gate(log);
    this.session = options.make(gate, gate, ({ id, question }) => {
      if (gate.isOpen) this.#ask(id, question);
    });
    const replayed = replayLog(options.lines, this.session, gate.replayed);
    if (replayed.difference !== null) throw changed(facts, replayed);
    const { state } = this.session.engine;
    this.desk = options.desk(this.session, {
      times: this.times,
      answer: (event) => this.#guard(() => this.#answer(event)),
      bound: (order, exchangeId) => this.#guard(() => log.note('bound', order, exchangeId)),
      halt: (reason) => this.halt(reason),
      agreed: () => news({ type: 'agreed', time: this.#clock.now() }),
      queue: (places) => this.note('queue', places),
      trouble: (fault) => this.#trouble(fault),
      crash: (error) => this.#fail(error),
      unsure: () => this.unsure,
      version: () => this.#version,
    });
    gate.open(this.desk, replayed.unlogged);
    this.follower = new MarketFollower({
      reads: new MarketReads(rest, this.drift),
      clock: this.#clock,
      speed: facts.speed,
      series: facts.series,
      channels: this.desk.channels,
      socket: {
        url: environment.socket,
        headers: (method, path) => ({ ...signer.headers(method, path, Math.floor(wall.now() / 1_000)) }),
        tap: () => {
          this.#frameAt = wall.elapsed();
          // What comes of the frame comes of it at once; what comes later is not its doing.
          queueMicrotask(() => {
            this.#frameAt = 0;
          });
        },
      },
      random: options.random,
      sequence: state.sequence,
      known: state.markets,
      held: (ticker) => facts.positions.some((position) => position.ticker === ticker),
      paid: ({ index }) => state.isSettled(index),
      sink: {
        market: (market) => {
          this.session.market(market);
          this.desk.market(market);
          news({ type: 'market', market, time: this.#clock.now() });
        },
        event: (event) => {
          this.#guard(() => {
            this.desk.event(event);
            if (!this.#stopping) this.session.event(event);
          });
        },
        own: (message) => this.#guard(() => this.desk.message(message)),
        missedOwn: () => this.desk.missed(),
        trouble: (fault) => this.#trouble(fault),
        connection: (open) => {
          // At the end it is given up on purpose.
          if (!this.#stopping) news({ type: 'connection', open, time: this.#clock.now() });
        },
      },
    });
    const unanswered = [...this.session.questions.values()];
    this.#told = this.halted;
    this.session.begin(this.#clock.now());
    this.desk.resume(resumedOrders(options.lines, replayed.unlogged, this.session));
    for (const { asking } of unanswered) this.#ask(asking.id, asking.question);
  }

  get now(): Time {
    return this.#clock.now();
  }

  get halted(): string | null {
    return this.session.engine.limits.stopped;
  }

  /** Whether it is on its way out: only answers count any more. */
  get ending(): boolean {
    return this.#stopping;
  }

  /** Whether a request is under way whose outcome is not known. */
  get unsure(): boolean {
    const { engine } = this.session;
    return this.desk.inDoubt > 0 || engine.orders.list().some((own) => own.state.status !== 'resting');
  }

  /** How long nothing was heard on the socket, no ping either, µs on the wall. */
  get silence(): Duration {
    const since = Math.max(this.follower.heardAt, this.#began);
    return Math.floor((this.#clock.now() - since) / this.facts.speed) as Duration;
  }

  /** Finds the markets and begins to listen. Throws the Faults of the reads. */
  async open(signal: AbortSignal): Promise<void> {
    await this.follower.open(signal);
    this.#schedule();
    this.#beat();
  }

  /** A forecast or an observation, as it is heard. */
  signal(signal: Signal): void {
    if (this.#heard.isNew(signal)) this.#guard(() => this.follower.signal(signal));
  }

  /** Nothing leaves any more but cancels, of all that rests, until a person releases it. */
  halt(reason: string): void {
    if (this.halted !== reason) this.#guard(() => this.session.halt(reason, this.#clock.now()));
  }

  /** Nothing is entered until that reason is lifted; what reduces a position may leave. */
  pause(reason: string): void {
    if (this.#pauses.has(reason)) return;
    this.#guard(() => this.session.pause(reason, this.#clock.now()));
  }

  lift(reason: string): void {
    if (this.#pauses.has(reason)) this.#guard(() => this.session.lift(reason, this.#clock.now()));
  }

  get #pauses(): ReadonlySet<string> {
    return this.session.engine.limits.pauses;
  }

  /** Other limits from now on. */
  limits(settings: LimitSettings): void {
    this.#guard(() => this.session.limits(settings, this.#clock.now()));
  }

  /** Writes down what a later life of the session must know. */
  note(type: string, what: unknown): void {
    this.#guard(() => this.#options.log.note(type, what));
  }

  /** A person lets it go on: a halt ends, or where there is none, every pause. Says whether it does: an end is not called off. */
  release(reason: string): boolean {
    if (this.#stopping) return false;
    this.#releasing = reason;
    this.#guard(() => {
      if (this.session.engine.limits.halt !== null) this.session.release(reason, this.#clock.now());
      else for (const pause of [...this.#pauses]) this.session.lift(pause, this.#clock.now());
    });
    this.#releasing = null;
    return true;
  }

  /** The parameters that count now. */
  get written(): WrittenParams {
    return this.#written;
  }

  /** Other parameters from now on. Throws a Fault (`invalid-parameter`) where they cannot be; then nothing has changed. */
  params(written: WrittenParams): void {
    this.session.params(written, this.#clock.now());
    this.#written = written;
    this.#schedule();
  }

  /** Ends the session: the strategy is told, all that rests is cancelled, and that nothing rests is read from the exchange. Null where all is well. */
  async stop(): Promise<string | null> {
    this.#stopping = true;
    this.#guard(() => this.session.stop(this.#clock.now()));
    const left = await untilSettled({
      open: () => this.session.engine.orders.list().length,
      compare: () => this.desk.compare(),
      wall: this.#options.wall,
      dead: () => this.#dead,
    });
    this.#tick();
    this.#callOff();
    await Promise.all([this.follower.stop(), this.desk.stop()]);
    this.#options.log.sync();
    return left;
  }

  #answer(event: VenueEvent): void {
    this.#version++;
    const { feeCheck } = this.session;
    const known = feeCheck.wrong;
    this.session.answer(event);
    if (feeCheck.wrong !== known) this.halt(`fees are not what they should be: ${feeCheck.wrong}`);
    this.#options.news({ type: 'answer', event, time: this.#clock.now() });
    if (event.answer.type === 'rejected' && event.answer.reason === 'insufficient-balance') {
      const { available, cash } = this.session.engine.account;
      this.halt(`insufficient funds: ${cash / 1e6} dollars of cash, ${available / 1e6} of them free by our ledger`);
    }
  }

  #ask(id: PredictionId, question: Question): void {
    const { wall, score } = this.#options;
    const asked = wall.elapsed();
    score([question]).then(
      () => {
        this.times.add('question to a model', wall.elapsed() - asked);
        if (!this.#stopping) this.#guard(() => this.session.predicted(id, question.answer!, this.#clock.now()));
      },
      (error: unknown) => this.#fail(error),
    );
  }

  #guard(act: () => void): void {
    if (this.#dead) return;
    const sequence = this.session.engine.state.sequence;
    try {
      act();
      this.#schedule();
      if (this.#frameAt > 0 && this.session.engine.state.sequence > sequence) {
        this.times.add('frame to decision', this.#options.wall.elapsed() - this.#frameAt);
      }
      if (this.halted !== this.#told) this.#tellHalt();
    } catch (error) {
      this.#fail(error);
    }
  }

  /** The engine halts and pauses by itself too. */
  #tellHalt(): void {
    const { halted } = this;
    const before = this.#told;
    this.#told = halted;
    // At the end nothing may leave, and nobody halted it.
    if (this.#stopping) return;
    const time = this.#clock.now();
    if (halted === null) {
      const reason = this.#releasing === null ? `no more: ${before}` : `${this.#releasing}; it was: ${before}`;
      this.#options.news({ type: 'released', reason, time });
    } else this.#options.news({ type: 'halted', reason: halted, time });
  }

  #fail(error: unknown): void {
    if (this.#dead) return;
    this.#dead = true;
    this.#options.failed(error instanceof Misuse ? strategyFault(error, this.session) : error);
  }

  #trouble({ message, next }: Fault): void {
    this.#options.news({ type: 'trouble', message, next, time: this.#clock.now() });
  }

  #schedule(): void {
    const { next } = this.session.engine.timers;
    if (next === this.#wakeAt) return;
    this.#callOff();
    this.#wakeAt = next;
    if (next === NEVER || this.#stopping) return;
    this.#callOff = this.#clock.wakeAfter(Math.max(0, next - this.#clock.now()) as Duration, () => this.#wake());
  }

  #wake(): void {
    this.#guard(() => {
      this.#wakeAt = Number.POSITIVE_INFINITY;
      const now = this.#clock.now();
      while (this.session.engine.timers.next <= now) this.session.wake(now);
    });
  }

  /** What nothing followed from waits for the disk a quarter of a second at most. What could not be cancelled is cancelled again. */
  #beat(): void {
    this.#tick = this.#options.wall.wakeAfter(TICK as Duration, () => {
      this.#beats++;
      const again = this.#beats % CANCEL_EVERY === 0 && this.session.engine.orders.undone().length > 0;
      this.#guard(() => (again ? this.session.cancelAgain(this.#clock.now()) : this.#options.log.flush()));
      if (!this.#dead) this.#beat();
    });
  }
}
