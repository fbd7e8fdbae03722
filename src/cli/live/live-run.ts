import { existsSync } from 'node:fs';
import { Fault } from '../../core/fault.ts';
import type { Money } from '../../core/money.ts';
import { contracts } from '../../core/quantity.ts';
import { type Duration, MINUTE, type Time } from '../../core/time.ts';
import type { LimitSettings } from '../../engine/limits.ts';
import type { WrittenParams } from '../../engine/params.ts';
import { watchWeather } from '../../forecasts/weather-watch.ts';
import { WeatherWeb } from '../../forecasts/weather-web.ts';
import { DriftSentinel } from '../../kalshi/drift.ts';
import { OrderWrites } from '../../kalshi/order-writes.ts';
import { PortfolioReads } from '../../kalshi/portfolio-reads.ts';
import { KalshiDesk } from '../../live/kalshi-desk.ts';
import { pullKillSwitch } from '../../live/kill-switch.ts';
import { LiveSession } from '../../live/live-session.ts';
import type { LoggedEngine } from '../../live/logged-engine.ts';
import type { DeskHooks, SessionDesk } from '../../live/session-desk.ts';
import type { SessionFacts } from '../../live/session-facts.ts';
import type { SessionFolder, SessionStatus } from '../../live/session-folder.ts';
import { type LogLine, readLog, SessionLog } from '../../live/session-log.ts';
import type { SessionNews } from '../../live/session-news.ts';
import { cityOfSeries } from '../../weather/cities.ts';
import type { LoadedStrategy } from '../load-strategy.ts';
import type { Session } from '../session.ts';
import { SYSTEM_CLOCK } from '../system-clock.ts';
import { ConfigWatch, type LiveConfig } from './live-config.ts';
import { PaperDesk } from './paper-desk.ts';
import type { Place } from './place.ts';
import { sessionEngine } from './session-engine.ts';
import { type SessionSummary, sessionText, summaryOf } from './session-summary.ts';
import { LIVE_LANE, SessionTables } from './session-tables.ts';
import { Watching } from './watching.ts';

export interface LiveRunOptions {
  readonly place: Place;
  readonly strategy: LoadedStrategy;
  readonly folder: SessionFolder;
  readonly facts: SessionFacts;
  /** How long it goes on, in market time; null: until it is ended. */
  readonly lasts: Duration | null;
  readonly config: LiveConfig;
  /** What the session may lose in a day by its command line; null where that says nothing. */
  readonly cap: Money | null;
  /** What parameters and limits are with another configuration. Throws a Fault where they cannot be. */
  readonly settings: (config: LiveConfig) => { readonly params: WrittenParams; readonly limits: LimitSettings };
  /** Read again while the session runs; null where there is none. */
  readonly configFile: string | null;
  /** Port of the monitor page. */
  readonly monitor: number;
  readonly session: Session;
}

/** Contracts that all orders of a session together may trade in 15 seconds before the exchange itself stops them. */
const GROUP_LIMIT = contracts(1_000);
const LOOK_MS = 200;
const SNAPSHOT_EVERY = 5 * MINUTE;

/** One life of a session, from the first read of the account to its summary. */
export class LiveRun {
  readonly #options: LiveRunOptions;
  readonly #reads: PortfolioReads;
  readonly #writes: OrderWrites;
  readonly #web: WeatherWeb;
  readonly #ended = new AbortController();
  #failure: unknown = null;
  #killed: string | null = null;
  #live!: LiveSession;
  #tables!: SessionTables;
  #log!: SessionLog;
  #group: string | null = null;
  #watching: Watching | null = null;
  #config: ConfigWatch | null = null;
  #snapshotAt = 0;
  /** Whether there is a live session yet. */
  #begun = false;

  constructor(options: LiveRunOptions) {
    this.#options = options;
    const { rest, clock } = options.place;
    const drift = new DriftSentinel();
    this.#reads = new PortfolioReads(rest, drift);
    this.#writes = new OrderWrites(rest, drift);
    // Waits are for the network; what is heard is heard at market time.
    this.#web = new WeatherWeb({ clock: { ...SYSTEM_CLOCK, now: () => clock.now() }, random: Math.random });
  }

  /** Runs until the session ends. Rejects with what ended it otherwise: then all its orders were cancelled, as far as the exchange could be reached. */
  async run(): Promise<SessionSummary> {
    const { session, place } = this.#options;
    try {
      await this.#begin();
      const weather = this.#hearWeather();
      const looking = setInterval(() => this.#look(), LOOK_MS);
      await this.#end();
      clearInterval(looking);
      if (this.#failure !== null) throw this.#failure;
      const stopped = this.#killed;
      // Killed or not, what became of its orders belongs in its tables.
      session.note(
        stopped === null
          ? 'ending: cancelling what rests, and comparing the account'
          : 'killed from outside: reading what became of its orders',
      );
      // A pause ends by itself; only a halt is for a person.
      const halted = this.#live.session.engine.limits.halt;
      const stands = this.#live.halted;
      const stopping = this.#live.stop();
      // Where the word cannot be written, the end goes on all the same until it is abandoned.
      const [amiss] = await Promise.all([stopping, (async () => this.#tell('running', null, stands))()]);
      this.#ended.abort();
      await weather;
      this.#snapshot(place.clock.now());
      for (const own of this.#live.session.engine.orders.open()) this.#tables.journal.leftOpen(own.view);
      this.#tables.close();
      this.#log.close();
      if (stopped !== null) throw killed(stopped);
      this.#tell('ended', halted === null ? 'in order' : `halted: ${halted}`);
      const summary = summaryOf(this.#live, this.#tables.journal, this.#options.folder.path, halted, amiss);
      this.#watching!.alerts.tell('summary', sessionText(summary));
      return summary;
    } catch (error) {
      await this.#abandon(error);
      throw error;
    } finally {
      this.#ended.abort();
      await this.#watching?.stop();
      await this.#web.close();
    }
  }

  async #begin(): Promise<void> {
    const { folder, facts, strategy, place, session } = this.#options;
    const { lines, length } = readIfThere(folder);
    this.#group = place.paper ? null : (folder.status?.group ?? (await this.#makeGroup()));
    // Said before anything can be sent: a life that is killed from here on is taken up again.
    this.#tell('running', null);
    this.#log = new SessionLog(folder.logPath, { number: lines.at(-1)?.[0] ?? 0, length });
    let made: LoggedEngine | null = null;
    this.#tables = new SessionTables(folder.path, facts.strategy.label, () => made!.engine.state);
    const { models } = strategy;
    this.#live = new LiveSession({
      facts,
      log: this.#log,
      lines,
      make: (log, execution, ask) => {
        const tables = this.#tables;
        made = sessionEngine({ facts, strategy, log, execution, ask, tables: tables.journal, hearer: tables });
        return made;
      },
      rest: place.rest,
      environment: place.environment,
      signer: place.signer,
      clock: place.clock,
      wall: SYSTEM_CLOCK,
      score: async (questions) => models?.answer(questions),
      desk: (engine, hooks) => this.#desk(engine, hooks),
      random: Math.random,
      news: (news) => this.#news(news),
      failed: (error) => {
        this.#failure ??= error;
        this.#ended.abort();
      },
    });
    this.#begun = true;
    this.#watching = new Watching({
      live: this.#live,
      tables: this.#tables,
      rest: place.rest,
      hearing: this.#options.config.risk,
      alerts: this.#options.config.alerts,
      port: this.#options.monitor,
      session,
    });
    const { configFile } = this.#options;
    if (configFile !== null) {
      this.#config = new ConfigWatch(
        configFile,
        (config) => this.#apply(config),
        ({ message }) => session.note(`config: nothing was changed: ${message}`),
      );
    }
    const { cap } = this.#options;
    const { settings } = this.#live.session.engine.limits;
    // A session that is taken up keeps its own limits; what a day may lose can be lowered.
    if (cap !== null && settings.dailyLoss > cap) this.#live.limits({ ...settings, dailyLoss: cap });
    await this.#live.open(session.signal);
    await this.#watching.open();
    this.#tell('running', null);
    if (lines.length > 0)
      session.note(`taken up again after line ${lines.length} of its log, life ${this.#live.session.epoch}`);
  }

  #desk(engine: LoggedEngine, hooks: DeskHooks): SessionDesk {
    const { place, facts, config, folder } = this.#options;
    const { rest, clock } = place;
    const { accountCheck, orderLife } = config;
    const barred = () => folder.killed ?? engine.barred;
    if (place.paper) return new PaperDesk(engine, hooks, { clock, membership: facts.membership, barred });
    const group = this.#group;
    return new KalshiDesk(
      { facts, rest, clock, wall: SYSTEM_CLOCK, group, accountCheck, orderLife, barred },
      engine,
      hooks,
    );
  }

  async #makeGroup(): Promise<string> {
    const made = await this.#writes.createGroup(GROUP_LIMIT);
    if (made.kind === 'answered') return made.answer;
    throw new Fault('exchange-refused', `the order group of the session could not be made (${made.kind})`, {
      next: 'Try again; see "npx tapedeck doctor".',
    });
  }

  async #hearWeather(): Promise<void> {
    const { facts, place, session } = this.#options;
    const cities = [...new Set(facts.series.flatMap((series) => cityOfSeries(series) ?? []))];
    if (cities.length === 0) return;
    await watchWeather({
      cities,
      web: this.#web,
      sources: place.weather,
      clock: place.clock,
      signal: this.#ended.signal,
      tell: (signal) => this.#live.signal(signal),
      trouble: (text) => session.note(`weather: ${text}`),
    });
  }

  /** Resolves when the session is to end: by a person, by time, by a failure. */
  #end(): Promise<void> {
    const { session, lasts, place } = this.#options;
    return new Promise((done) => {
      const end = (): void => {
        callOff();
        done();
      };
      const callOff = lasts === null ? () => {} : place.clock.wakeAfter(lasts, end);
      const { signal } = session;
      if (signal.aborted || this.#ended.signal.aborted) end();
      signal.addEventListener('abort', end, { once: true });
      this.#ended.signal.addEventListener('abort', end, { once: true });
    });
  }

  /** Several times a second: what is asked of it from outside, its tables, how it stands. */
  #look(): void {
    const { folder, place } = this.#options;
    try {
      this.#killed ??= folder.killed;
      if (this.#killed !== null) {
        this.#ended.abort();
        return;
      }
      for (const { what, reason } of folder.take()) {
        if (what === 'resume') this.#live.release(reason);
        else this.#live.halt(reason);
        this.#tell('running', null);
      }
      this.#config?.look();
      const now = place.clock.now();
      if (now - this.#snapshotAt >= SNAPSHOT_EVERY) this.#snapshot(now);
      this.#tables.flush();
    } catch (error) {
      this.#failure ??= error;
      this.#ended.abort();
    }
  }

  /** Another configuration: checked whole before anything of it counts. */
  #apply(config: LiveConfig): void {
    const { session } = this.#options;
    const { params, limits } = this.#options.settings(config);
    const { risk } = config;
    const { engine } = this.#live.session;
    const changed: string[] = [];
    if (JSON.stringify(params) !== JSON.stringify(this.#live.written)) {
      this.#live.params(params);
      changed.push('params');
    }
    if (JSON.stringify(limits) !== JSON.stringify(engine.limits.settings)) {
      this.#live.limits(limits);
      changed.push('limits');
    }
    const watching = this.#watching!;
    if (JSON.stringify(risk) !== JSON.stringify(watching.hearing.settings)) changed.push('risk');
    watching.hearing.settings = risk;
    if (JSON.stringify(config.alerts) !== JSON.stringify(watching.alerts.settings)) changed.push('alerts');
    watching.alerts.settings = config.alerts;
    this.#live.note('config', { params, limits, risk });
    session.note(
      `config: ${changed.length === 0 ? 'read again, and nothing in it is new' : `changed: ${changed.join(', ')}`}`,
    );
  }

  #snapshot(now: Time): void {
    this.#snapshotAt = now;
    const { account, state } = this.#live.session.engine;
    this.#tables.write('equity', {
      arm: this.#options.facts.strategy.label,
      lane: LIVE_LANE,
      time_us: now,
      cash_e6: account.cash,
      reserved_e6: account.reserved,
      open_cost_e6: account.openCost,
      fees_e6: account.fees,
      realised_e6: account.realised,
      equity_e6: account.equity((market) => state.mark(market)),
    });
  }

  #news(news: SessionNews): void {
    this.#watching?.news(news);
    if (news.type === 'halted' || news.type === 'released') this.#tell('running', null);
  }

  /** Until its log is replayed a halt of an earlier life is known by its word only. */
  get #stands(): string | null {
    return this.#begun ? this.#live.halted : (this.#options.folder.status?.halted ?? null);
  }

  /** `stands` is why it is halted, where it is not what the engine says: at its end that is halted because it ends. */
  #tell(state: SessionStatus['state'], ended: string | null, stands = this.#stands): void {
    const { folder, place } = this.#options;
    const halted = state === 'running' ? stands : null;
    const { passing } = place;
    folder.tell({
      state,
      pid: process.pid,
      monitor: this.#watching?.url ?? null,
      group: this.#group,
      passing,
      halted,
      ending: state === 'running' && this.#begun && this.#live.ending,
      ended,
    });
  }

  /** Cancels what rests without the engine. */
  async #cancelAll(): Promise<void> {
    const groups = this.#group === null ? [] : [this.#group];
    const account = { reads: this.#reads, writes: this.#writes };
    const { found, left, took } = await pullKillSwitch({ ...account, wall: SYSTEM_CLOCK, groups });
    const one = found === 0 ? '' : ` (${found} orders one by one)`;
    const what = left === 0 ? `everything was cancelled${one} and nothing rests` : `${left} orders may still rest`;
    this.#options.session.note(`the session cannot go on: ${what}, in ${Math.round(took / 1_000)} ms`);
  }

  /** The session cannot go on: without its engine and its log, everything of it that rests is cancelled. */
  async #abandon(error: unknown): Promise<void> {
    const { place } = this.#options;
    if (!place.paper) await this.#cancelAll();
    try {
      this.#tell('ended', error instanceof Error ? error.message : String(error));
      this.#tables?.close();
      this.#log?.close();
    } catch {
      // The disk may be what failed.
    }
  }
}

function readIfThere(folder: SessionFolder): { readonly lines: readonly LogLine[]; readonly length: number } {
  return !existsSync(folder.logPath) ? { lines: [], length: 0 } : readLog(folder.logPath);
}

function killed(reason: string): Fault {
  return new Fault('session-halted', `the session was killed from outside: ${reason}`, {
    next: 'Nothing of it goes out any more. Begin a new session.',
  });
}
