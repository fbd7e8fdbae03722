import { formatDollars, type Money } from '../../core/money.ts';
import { MEASURED } from '../../sim/latency.ts';
import type { LintCode } from '../lint/finding.ts';
import { effectiveEvents, LEAST_DAYS, netOf, totalsByDay } from '../statistics/interval.ts';
import type { ArmResult, LaneResult, RunResult } from '../store/run-result.ts';
import { effectiveDaysText, percent } from '../text/number-text.ts';

/** A sign that a result may not be what it looks like. `text` is a full sentence for the reader. */
export interface Flag {
  readonly code:
    | LintCode
    | 'surveyed'
    | 'learnt-from-tape'
    | 'too-profitable'
    | 'wins-too-often'
    | 'large-participation'
    | 'participation-unknown'
    | 'mostly-unsettled'
    | 'one-day'
    | 'concentrated'
    | 'optimistic-only'
    | 'assumed-latency'
    | 'assumed-sizes'
    | 'coarse-time'
    | 'sparse-coverage';
  readonly text: string;
}

const LEAST_MARKETS_FOR_WIN_RATE = 10;
const COARSE_TIME_US = 1_000_000;

/** Every warning that applies to the arm asked for; `worst` is the lane of the headline. Most serious first. */
export function redFlags(run: RunResult, main: ArmResult, worst: LaneResult): Flag[] {
  const flags: (Flag | null)[] = [
    main.surveyed
      ? { code: 'surveyed', text: 'The arm asked for looked at the whole tape first: nobody can trade that way.' }
      : null,
    ...(run.findings ?? []),
    learntFromTape(run, worst),
    tooProfitable(worst),
    optimisticOnly(main),
    winsTooOften(worst),
    oneDay(worst),
    concentrated(worst),
    mostlyUnsettled(worst),
    ...participation(main),
    ...assumed(run),
  ];
  return flags.filter((flag) => flag !== null);
}

/** A model that has seen a day answers it from memory. */
function learntFromTape({ models }: RunResult, { markets }: LaneResult): Flag | null {
  if (models === undefined) return null;
  const [from, to] = models.learnt;
  const days = totalsByDay(markets);
  const known = days.filter(({ day }) => from <= day && day <= to).length;
  if (known === 0) return null;
  return {
    code: 'learnt-from-tape',
    text: `The models have learnt from ${known} of the ${days.length} days traded (${from} to ${to}): what was earned on them proves nothing. Test on days that they have not seen.`,
  };
}

function tooProfitable({ netE6, tradedE6 }: LaneResult): Flag | null {
  if (netE6 <= 0 || netE6 * 10 <= tradedE6) return null;
  const share = percent(netE6 / tradedE6);
  return {
    code: 'too-profitable',
    text: `The worst lane still nets ${share} of the money traded. Above 10 % look for a mistake first: a view of the future, wrong fees, fills that nobody would have given.`,
  };
}

function optimisticOnly({ lanes }: ArmResult): Flag | null {
  const winners = lanes.filter((lane) => lane.netE6 > 0);
  if (lanes.length < 2 || winners.length !== 1 || winners[0]?.lane !== 'optimistic') return null;
  return {
    code: 'optimistic-only',
    text: 'There is a profit in the optimistic lane only: it comes from fills that the tape does not show.',
  };
}

function winsTooOften({ markets }: LaneResult): Flag | null {
  const closed = markets.filter((market) => market.volumeE2 > 0 && market.openCostE6 === 0);
  const wins = closed.filter((market) => netOf(market) > 0).length;
  if (closed.length < LEAST_MARKETS_FOR_WIN_RATE || wins <= 0.9 * closed.length) return null;
  return {
    code: 'wins-too-often',
    text: `${percent(wins / closed.length)} of ${closed.length} settled or closed markets won. Above 90 % is the mark of a demo: small gains before one large loss, or a view of the future.`,
  };
}

function oneDay({ markets, netE6 }: LaneResult): Flag | null {
  if (netE6 === 0) return null;
  const sign = Math.sign(netE6);
  const [top] = totalsByDay(markets).sort((a, b) => sign * (b.netE6 - a.netE6));
  if (top === undefined || sign * top.netE6 * 2 <= Math.abs(netE6)) return null;
  const what = netE6 > 0 ? 'profit' : 'loss';
  const amounts = `${formatDollars(top.netE6 as Money)} against ${formatDollars(netE6 as Money)} in all`;
  return { code: 'one-day', text: `One day, ${top.day}, gave more than half of the ${what}: ${amounts}.` };
}

function concentrated({ markets }: LaneResult): Flag | null {
  const days = totalsByDay(markets).length;
  const effective = effectiveEvents(markets);
  if (days < LEAST_DAYS || effective >= LEAST_DAYS) return null;
  return {
    code: 'concentrated',
    text: `${days} days traded, but most capital lay on few of them: they count as ${effectiveDaysText(effective)} independent days, so the intervals are too narrow.`,
  };
}

function mostlyUnsettled({ markets, openCostE6 }: LaneResult): Flag | null {
  const traded = markets.filter((market) => market.volumeE2 > 0);
  const open = traded.filter((market) => market.openCostE6 > 0).length;
  const staked = traded.reduce((sum, market) => sum + market.stakedE6, 0);
  if (open * 2 <= traded.length && openCostE6 * 2 <= staked) return null;
  const cost = formatDollars(openCostE6 as Money);
  return {
    code: 'mostly-unsettled',
    text: `Mostly unsettled: ${open} of ${traded.length} markets traded have no settlement on the tape; the ${cost} they cost are counted as lost.`,
  };
}

function participation({ lanes }: ArmResult): Flag[] {
  const shares = lanes.map((lane) => lane.participation).filter((share) => share !== null);
  const most = Math.max(...shares);
  if (most > 0.1) {
    const text = `Up to ${percent(most)} of all contracts traded were ours. Above 10 % the others would have seen us and prices would have moved.`;
    return [{ code: 'large-participation', text }];
  }
  if (shares.length === lanes.length) return [];
  return [{ code: 'participation-unknown', text: 'The tape has no trades, so our share of the market is not known.' }];
}

function assumed({ tape, assumptions }: RunResult): Flag[] {
  const flags: Flag[] = [];
  const latency = Object.entries(assumptions).filter(
    ([name, value]) => /latency/i.test(name) && !value.includes(`(${MEASURED}`),
  );
  if (latency.length > 0) {
    const values = latency.map(([name, value]) => `${name} ${value}`).join('; ');
    flags.push({ code: 'assumed-latency', text: `Latency is assumed, not measured: ${values}.` });
  }
  if (!tape.sizesRecorded) {
    flags.push({
      code: 'assumed-sizes',
      text: 'The tape records no displayed sizes: one contract is assumed at each quote.',
    });
  }
  if (tape.timeResolutionUs >= COARSE_TIME_US) {
    const seconds = tape.timeResolutionUs / 1e6;
    flags.push({
      code: 'coarse-time',
      text: `Times on the tape may be ${seconds} s late: within that, before and after are not known.`,
    });
  }
  if (tape.coverage.share < 0.5) {
    flags.push({
      code: 'sparse-coverage',
      text: `The tape vouches for ${percent(tape.coverage.share)} of open market time only.`,
    });
  }
  return flags;
}
