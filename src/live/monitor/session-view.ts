import type { Money } from '../../core/money.ts';
import { legName } from '../../core/side.ts';
import type { Time } from '../../core/time.ts';
import type { LiveSession } from '../live-session.ts';
import type { StageSummary } from '../stage-times.ts';

/** A row of one of the session's tables, as it was written. */
export type Row = Readonly<Record<string, unknown>>;

/** What a session keeps of its newest rows. */
export interface RecentRows {
  readonly decisions: readonly Row[];
  readonly fills: readonly Row[];
  readonly counts: {
    readonly orders: number;
    readonly fills: number;
    readonly makerFills: number;
    readonly rejected: number;
    /** What takers paid beyond what the book they saw would have given them, 1e-5 dollars a contract; null before the first. */
    readonly slippage_e5: number | null;
  };
}

/** A session as it stands, for the page, `/status` and `/metrics`. Money in 1e-6 dollars, quantities in 0.01 contract, prices in 1e-4 dollars. */
export interface SessionView {
  readonly session: {
    readonly id: string;
    readonly strategy: string;
    readonly environment: string;
    readonly synthetic: boolean;
    readonly speed: number;
    readonly market_time_us: Time;
    readonly uptime_s: number;
    readonly lives: number;
    readonly events: number;
    readonly markets: number;
  };
  readonly health: {
    readonly ok: boolean;
    readonly connected: boolean;
    readonly silence_ms: number;
    readonly in_doubt: number;
    readonly failed_calls: number;
    readonly account_checks: number;
    readonly halted: string | null;
  };
  readonly account: {
    readonly cash_e6: Money;
    readonly available_e6: Money;
    readonly open_cost_e6: Money;
    readonly fees_e6: Money;
    readonly realised_e6: Money;
    readonly worth_e6: Money;
    readonly starting_cash_e6: Money;
    readonly day_loss_e6: Money;
    readonly day_limit_e6: Money;
  };
  readonly positions: readonly Row[];
  readonly orders: readonly Row[];
  readonly decisions: readonly Row[];
  readonly fills: readonly Row[];
  readonly counts: RecentRows['counts'];
  readonly stages: readonly StageSummary[];
}

export function viewOf(live: LiveSession, recent: RecentRows, upSince: number, wall: number): SessionView {
  const { facts, session } = live;
  const { engine } = session;
  const { account, state } = engine;
  const silence = live.silence / 1_000;
  const connected = live.follower.connected;
  const failed = live.desk.calls.filter((answered) => !answered).length;
  return {
    session: {
      id: facts.id,
      strategy: facts.strategy.label,
      environment: facts.environment,
      synthetic: facts.synthetic,
      speed: facts.speed,
      market_time_us: live.now,
      uptime_s: (wall - upSince) / 1_000_000,
      lives: session.epoch,
      events: state.sequence,
      markets: state.markets.length,
    },
    health: {
      ok: connected && live.halted === null,
      connected,
      silence_ms: silence,
      in_doubt: live.desk.inDoubt,
      failed_calls: failed,
      account_checks: live.desk.checks,
      halted: live.halted,
    },
    account: {
      cash_e6: account.cash,
      available_e6: account.available,
      open_cost_e6: account.openCost,
      fees_e6: account.fees,
      realised_e6: account.realised,
      worth_e6: engine.losses.worth(live.now),
      starting_cash_e6: account.startingCash,
      day_loss_e6: engine.losses.dayLoss(live.now),
      day_limit_e6: engine.losses.dayLimit,
    },
    positions: [...account.openMarkets()].map((market) => {
      const { quantity, cost, fees } = account.position(market);
      const mark = state.mark(market);
      const worth = mark === undefined ? null : (quantity > 0 ? mark : 10_000 - mark) * Math.abs(quantity);
      return {
        ticker: session.tickerOf(market),
        leg: quantity > 0 ? 'yes' : 'no',
        quantity_e2: Math.abs(quantity),
        cost_e6: cost,
        mark_e4: mark ?? null,
        profit_e6: worth === null ? null : worth - cost - fees,
      };
    }),
    orders: engine.orders.list().map((own) => ({
      id: own.id,
      ticker: session.tickerOf(own.market),
      leg: legName(own.side),
      price_e4: own.side === 0 ? own.price : 10_000 - own.price,
      quantity_e2: own.quantity,
      filled_e2: own.filled,
      status: own.state.status,
      age_s: (live.now - own.order.submitTime) / 1_000_000,
    })),
    decisions: recent.decisions,
    fills: recent.fills,
    counts: recent.counts,
    stages: live.times.summaries(),
  };
}
