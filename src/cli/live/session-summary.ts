import { formatDollars, type Money } from '../../core/money.ts';
import { formatTime, type Time } from '../../core/time.ts';
import type { LiveSession } from '../../live/live-session.ts';
import type { StageSummary } from '../../live/stage-times.ts';
import type { LaneJournal } from '../../study/run/lane-journal.ts';

/** What a session came to, for `--json` and for a person. */
export interface SessionSummary {
  readonly id: string;
  readonly folder: string;
  readonly environment: string;
  readonly synthetic: boolean;
  readonly paper: boolean;
  readonly strategy: string;
  readonly from: Time;
  readonly to: Time;
  readonly lives: number;
  readonly markets: number;
  readonly events: number;
  readonly decisions: number;
  readonly orders: number;
  readonly refused: number;
  readonly rejected: number;
  readonly fills: number;
  readonly makerFills: number;
  readonly contractsE2: number;
  readonly feesE6: Money;
  readonly realisedE6: Money;
  readonly openCostE6: Money;
  readonly cashE6: Money;
  readonly startingCashE6: Money;
  readonly accountChecks: number;
  /** Fills whose fee was what our schedule says, to the last digit, and those where it was not. */
  readonly feesAlike: number;
  readonly feesDifferent: number;
  readonly halted: string | null;
  /** What was amiss at the end; null where nothing rests and the account agrees to the last digit. */
  readonly amiss: string | null;
  readonly reasons: Readonly<Record<string, number>>;
  /** How long stages took, µs on the wall. */
  readonly stages: readonly StageSummary[];
}

export function summaryOf(
  live: LiveSession,
  journal: LaneJournal,
  folder: string,
  halted: string | null,
  amiss: string | null,
): SessionSummary {
  const { facts, session } = live;
  const { account, state, now } = session.engine;
  return {
    id: facts.id,
    folder,
    environment: facts.environment,
    synthetic: facts.synthetic,
    paper: facts.paper,
    strategy: facts.strategy.label,
    from: facts.startedTime,
    to: now,
    lives: session.epoch,
    markets: state.markets.length,
    events: state.sequence,
    decisions: journal.decisions,
    orders: journal.orders,
    refused: journal.refusals,
    rejected: journal.rejections,
    fills: journal.fills,
    makerFills: journal.makerFills,
    contractsE2: journal.contracts,
    feesE6: account.fees,
    realisedE6: account.realised,
    openCostE6: account.openCost,
    cashE6: account.cash,
    startingCashE6: account.startingCash,
    accountChecks: live.desk.checks,
    feesAlike: live.session.feeCheck.alike,
    feesDifferent: live.session.feeCheck.different,
    halted,
    amiss,
    stages: live.times.summaries(),
    reasons: Object.fromEntries([...journal.reasons].sort((one, other) => other[1] - one[1])),
  };
}

export function sessionText(summary: SessionSummary): string {
  const { from, to, fills, contractsE2, makerFills, amiss } = summary;
  const time = (at: Time) => formatTime(at).slice(0, 19).replace('T', ' ');
  const maker = fills === 0 ? '' : `, ${Math.round((100 * makerFills) / fills)} % as maker`;
  const reasons = Object.entries(summary.reasons).slice(0, 8);
  const wide = Math.max(0, ...reasons.map(([reason]) => reason.length));
  return [
    ...(summary.synthetic ? ['SYNTHETIC: nothing below is about a real market or real money.', ''] : []),
    `session    ${summary.id}, ${summary.strategy}, ${summary.environment}`,
    `market     ${time(from)} to ${time(to)} UTC, ${summary.markets} markets, ${summary.events.toLocaleString('en-US')} events`,
    `orders     ${summary.orders} sent, ${summary.refused} refused here, ${summary.rejected} rejected there`,
    `fills      ${fills}, ${(contractsE2 / 100).toLocaleString('en-US')} contracts${maker}`,
    `result     ${formatDollars(summary.realisedE6)} realised less ${formatDollars(summary.feesE6)} of fees; ${formatDollars(summary.openCostE6)} still in open positions; cash ${formatDollars(summary.cashE6)}`,
    `account    ${summary.paper ? 'none: on paper, and nothing left this machine' : amiss === null ? `nothing rests, and balance and positions are the exchange's to the last digit` : `AMISS: ${amiss}`}`,
    `fees       ${summary.feesAlike} of ${fills} fills were charged what our schedule says, to the last digit`,
    ...summary.stages.map(
      ({ stage, count, p50, p99 }, at) => `${at === 0 ? 'times' : ''}`.padEnd(11) + stageText(stage, count, p50, p99),
    ),
    ...(summary.halted === null ? [] : [`halted     ${summary.halted}`]),
    ...(reasons.length === 0 ? [] : ['', 'Why it did not trade']),
    ...reasons.map(([reason, count]) => `  ${reason.padEnd(wide)}  ${count}`),
  ].join('\n');
}

function stageText(stage: string, count: number, p50: number, p99: number): string {
  const milliseconds = (us: number) => `${(us / 1_000).toFixed(us < 10_000 ? 2 : 0)} ms`;
  return `${stage.padEnd(20)} p50 ${milliseconds(p50)}, p99 ${milliseconds(p99)} (${count.toLocaleString('en-US')} times)`;
}
