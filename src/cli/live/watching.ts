import { formatDollars, type Money } from '../../core/money.ts';
import { type Duration, formatTime, MINUTE, SECOND } from '../../core/time.ts';
import type { KalshiRest } from '../../kalshi/rest.ts';
import { type AlertSettings, Alerts, DISCONNECT_AFTER } from '../../live/alerts.ts';
import { type HearingSettings, HearingWatch } from '../../live/hearing-watch.ts';
import type { LiveSession } from '../../live/live-session.ts';
import { type Monitor, startMonitor } from '../../live/monitor/monitor-server.ts';
import { type SessionView, viewOf } from '../../live/monitor/session-view.ts';
import type { SessionNews } from '../../live/session-news.ts';
import type { Session } from '../session.ts';
import { SYSTEM_CLOCK } from '../system-clock.ts';
import { newsText } from './session-news.ts';
import type { SessionTables } from './session-tables.ts';

export interface WatchingOptions {
  readonly live: LiveSession;
  readonly tables: SessionTables;
  readonly rest: KalshiRest;
  readonly hearing: HearingSettings;
  readonly alerts: AlertSettings;
  /** Port of the monitor page; 0 for any that is free. */
  readonly port: number;
  readonly session: Session;
}

const LOOK = SECOND;
const CLOCK_EVERY = MINUTE;
const GAP_SHARE = 0.05;
const NEW_YORK = new Intl.DateTimeFormat('en-CA', { timeZone: 'America/New_York', dateStyle: 'short' });

/** Everything that looks at a session while it runs: its risk, its monitor page, and the line on the terminal. */
export class Watching {
  readonly hearing: HearingWatch;
  readonly alerts: Alerts;
  readonly #options: WatchingOptions;
  readonly #upSince = SYSTEM_CLOCK.elapsed();
  #monitor: Monitor | null = null;
  #offset: Duration | null = null;
  #offsetAt = Number.NEGATIVE_INFINITY;
  #lostSince: number | null = null;
  #day: { readonly day: string; readonly orders: number; readonly fills: number; readonly worth: Money } | null = null;
  #stopped = false;
  #callOff: () => void = () => {};

  constructor(options: WatchingOptions) {
    this.#options = options;
    const { live, hearing } = options;
    this.hearing = new HearingWatch(hearing, live);
    this.alerts = new Alerts({
      session: live.facts.id,
      settings: options.alerts,
      password: process.env.TAPEDECK_SMTP_PASSWORD ?? null,
      wall: SYSTEM_CLOCK,
      failed: (text) => options.session.note(text),
    });
  }

  get url(): string | null {
    return this.#monitor?.url ?? null;
  }

  /** Opens the monitor and begins to look. Throws a Fault (`usage`) where its port cannot be had. */
  async open(): Promise<void> {
    const { live, port, session } = this.#options;
    this.#monitor = await startMonitor({
      port,
      view: () => this.view(),
      halt: (reason) => live.halt(reason),
      resume: (reason) => live.release(reason),
    });
    session.note(`monitor: ${this.#monitor.url}/#token=${this.#monitor.token}`);
    this.#look();
  }

  view(): SessionView {
    const { live, tables } = this.#options;
    const { orders, fills, makerFills, rejections } = tables.journal;
    const counts = { orders, fills, makerFills, rejected: rejections, slippage_e5: tables.slippage };
    return viewOf(live, { ...tables.newest, counts }, this.#upSince, SYSTEM_CLOCK.elapsed());
  }

  /** Tells a person, or a program, what has happened. */
  news(news: SessionNews): void {
    const { session, live } = this.#options;
    if (session.json) session.print(JSON.stringify(news));
    const text = newsText(news, (market) => live.session.tickerOf(market));
    this.#alert(news, text ?? '');
    if (text === null) return;
    this.#clearLine();
    session.note(text);
  }

  /** What is worth word to somebody who does not look. */
  #alert(news: SessionNews, text: string): void {
    if (news.type === 'halted') this.alerts.tell(/calls fail/.test(news.reason) ? 'failures' : 'halt', text);
    else if (news.type === 'connection') {
      this.#lostSince = news.open ? null : SYSTEM_CLOCK.elapsed();
    } else if (news.type === 'answer' && news.event.answer.type === 'filled') {
      this.alerts.tell('fill', text);
      const { quantity } = this.#options.live.session.engine.account.position(news.event.answer.fill.market);
      const filled = news.event.answer.fill.quantity;
      if (quantity === 0 || Math.abs(quantity) === filled) {
        this.alerts.tell('position', `${quantity === 0 ? 'position closed' : 'position opened'}: ${text}`);
      }
    }
  }

  async stop(): Promise<void> {
    if (this.#stopped) return;
    this.#stopped = true;
    this.#callOff();
    this.#clearLine();
    await this.alerts.stop();
    await this.#monitor?.close();
  }

  #look(): void {
    if (this.#stopped) return;
    const { live } = this.#options;
    this.hearing.look({ calls: live.desk.calls, silence: live.silence, clockOffset: this.#offset });
    const lost = this.#lostSince === null ? 0 : SYSTEM_CLOCK.elapsed() - this.#lostSince;
    if (lost > DISCONNECT_AFTER) {
      this.alerts.tell('disconnect', `no connection for ${Math.round(lost / SECOND)} s`);
      this.#lostSince = SYSTEM_CLOCK.elapsed();
    }
    this.#lookAtGap();
    this.#lookAtDay();
    if (SYSTEM_CLOCK.elapsed() - this.#offsetAt >= CLOCK_EVERY) void this.#readClock();
    this.#drawLine();
    this.#callOff = SYSTEM_CLOCK.wakeAfter(LOOK as Duration, () => this.#look());
  }

  /** What positions are worth by our marks and by the exchange's should not be far apart: what we decide by may be wrong. */
  #lookAtGap(): void {
    const { live } = this.#options;
    const { gap } = live.desk;
    const { account } = live.session.engine;
    const worth = account.cash + account.openCost;
    if (gap === null || Math.abs(gap) <= GAP_SHARE * worth) return;
    const text = `positions are worth ${formatDollars(gap)} more by the exchange's marks than by ours`;
    this.alerts.tell('gap', `${text}: over ${GAP_SHARE * 100} % of the account`);
  }

  /** At midnight in New York: what the day came to. */
  #lookAtDay(): void {
    const { live, tables } = this.#options;
    const day = NEW_YORK.format(live.now / 1_000);
    const { orders, fills } = tables.journal;
    const worth = live.session.engine.losses.worth(live.now);
    const before = this.#day;
    if (before?.day === day) return;
    this.#day = { day, orders, fills, worth };
    if (before === null) return;
    const made = formatDollars((worth - before.worth) as Money);
    const text = `${made} made at worst-case marks, ${orders - before.orders} orders, ${fills - before.fills} fills`;
    this.alerts.tell('day', `${before.day}: ${text}; worth ${formatDollars(worth)}`);
  }

  /** The exchange tells its time to the second: what lies within is no offset. */
  async #readClock(): Promise<void> {
    this.#offsetAt = SYSTEM_CLOCK.elapsed();
    const sent = SYSTEM_CLOCK.now();
    const date = await this.#options.rest.serverDate().catch(() => null);
    const received = SYSTEM_CLOCK.now();
    const server = date === null ? Number.NaN : Date.parse(date) * 1_000;
    if (Number.isNaN(server)) return;
    const ahead = sent > server + SECOND ? sent - server - SECOND : 0;
    this.#offset = (received < server ? received - server : ahead) as Duration;
  }

  #drawLine(): void {
    const { live, session, tables } = this.#options;
    if (!session.progress) return;
    const { orders, fills } = tables.journal;
    const open = live.session.engine.orders.list().length;
    const stands = live.halted === null ? (live.follower.connected ? 'trading' : 'not connected') : 'HALTED';
    const time = formatTime(live.now).slice(0, 19).replace('T', ' ');
    const line = `${time}  ${stands}  ${open} open  ${orders} sent  ${fills} fills  worth ${formatDollars(live.session.engine.losses.worth(live.now))}`;
    process.stderr.write(`\r\u001b[2K${line}`);
  }

  #clearLine(): void {
    if (this.#options.session.progress) process.stderr.write('\r\u001b[2K');
  }
}
