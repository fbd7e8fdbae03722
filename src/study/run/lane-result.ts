import type { MarketIndex } from '../../core/market.ts';
import type { LaneRun } from '../../sim/lane-run.ts';
import type { LaneResult, MarketOutcome } from '../store/run-result.ts';
import type { Drawdown } from './equity.ts';
import type { LaneJournal } from './lane-journal.ts';

/** What a finished lane amounts to, from its ledger and its journal. */
export function laneResult(run: LaneRun, journal: LaneJournal, drawdown: Drawdown): LaneResult {
  const { account, state, grade } = run.engine;
  const audit = account.audit();
  const markets: MarketOutcome[] = account.tradedMarkets().map((index) => outcomeOf(run, journal, index));
  let marketVolume = 0;
  for (const index of account.tradedMarkets()) marketVolume += state.volume[index]!;
  const realised = audit.realised + audit.settled;
  return {
    lane: run.lane.name,
    digest: journal.digest(),
    decisions: journal.decisions,
    orders: journal.orders,
    refused: journal.refusals,
    rejected: journal.rejections,
    fills: journal.fills,
    makerFills: journal.makerFills,
    contractsE2: journal.contracts,
    tradedE6: journal.traded,
    feesE6: audit.fees,
    realisedE6: realised,
    openCostE6: audit.openCost,
    netE6: realised - audit.fees - audit.openCost,
    startingCashE6: audit.startingCash,
    endingCashE6: audit.cash,
    maxDrawdownE6: drawdown.most,
    participation: !grade.trades
      ? null
      : journal.contracts === 0
        ? 0
        : journal.contracts / Math.max(marketVolume, journal.contracts),
    markets,
    reasons: Object.fromEntries([...journal.reasons].sort(([left], [right]) => (left < right ? -1 : 1))),
  };
}

function outcomeOf(run: LaneRun, journal: LaneJournal, index: MarketIndex): MarketOutcome {
  const market = run.engine.state.markets[index]!;
  const position = run.engine.account.position(index);
  return {
    ticker: market.ticker,
    event: market.event,
    day: market.day,
    volumeE2: position.volume,
    stakedE6: journal.staked.get(index) ?? 0,
    realisedE6: position.realised + position.settled,
    feesE6: position.fees,
    openCostE6: position.cost,
  };
}
