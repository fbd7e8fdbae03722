import { formatDollars, type Money } from '../../core/money.ts';
import { type Duration, formatDuration, type Time } from '../../core/time.ts';
import { type LimitSettings, STANDARD_LIMITS } from '../../engine/limits.ts';
import type { FeeBook } from '../../ledger/fee-book.ts';
import { isAssumed } from '../../ledger/known-fees.ts';
import type { ModelSet } from '../../model/model-set.ts';
import { WRITE_COSTS } from '../../sim/api-budget.ts';
import type { Lane } from '../../sim/lane.ts';
import { INFERENCE_DELAY, type Latency, type LatencySpread } from '../../sim/latency.ts';
import type { RunSettings } from '../store/invocation.ts';
import type { TapeSource } from '../store/tape-source.ts';

/** Everything that a run takes for granted and its tape does not say, name and value, for the reader of its report. */
export function assumptionsOf(
  settings: RunSettings & { readonly models?: Pick<ModelSet, 'facts'> | null },
  tape: TapeSource,
  fees: FeeBook,
): Record<string, string> {
  const { latency, membership, lanes, tier, startingCash, limits, seed } = settings;
  const assumptions: Record<string, string> = {
    'starting cash': `$${startingCash / 1_000_000}`,
    limits: limitsText(limits),
    'fee terms': feeTerms(tape, fees),
    'fee rounding': membership === 'direct' ? 'direct member ($0.0001)' : 'through a broker ($0.01)',
    'feed delay': `${formatDuration(latency.feed)} beyond the tape's own receive times (${latency.origin})`,
    'requests a second': `${tier.name} usage level: ${tier.writePerSecond / WRITE_COSTS.submit} new orders a second, ${tier.writeCapacity / WRITE_COSTS.submit} at once`,
    'our effect on others': 'none beyond what we took: nobody reacts to our orders',
    ...latencies(latency, lanes),
    seed: JSON.stringify(seed),
  };
  if (settings.models) {
    const { digest, cities, learnt } = settings.models.facts;
    assumptions.models = `${digest.slice(0, 12)}: ${cities.join(', ')}; learnt from ${learnt[0]} to ${learnt[1]}; each answer takes ${formatDuration(INFERENCE_DELAY)} (assumed)`;
  }
  if (tape.facts.timeResolutionUs > 0) {
    assumptions['tape times'] =
      `rounded up to ${formatDuration(tape.facts.timeResolutionUs as Duration)}: a print counts only if it surely came after us`;
  }
  if (!tape.facts.sizesRecorded) assumptions['displayed sizes'] = 'not recorded: one contract each';
  return assumptions;
}

/** The fee terms in force when each market opens; which of them rest on no document of that time, and which the user declared. */
function feeTerms(tape: TapeSource, fees: FeeBook): string {
  const first = tape.facts.firstTimeUs as Time;
  const terms = new Set<string>();
  for (const { series, event, openTime } of tape.markets) {
    const time = Math.max(openTime ?? first, first) as Time;
    const change = fees.find(series, event, time);
    if (change === null) continue;
    const ground = change.declared
      ? ', declared with --fees'
      : isAssumed(change, time)
        ? ', assumed for that time'
        : '';
    terms.add(`${change.type} × ${change.multiplierE4 / 10_000}${ground}`);
  }
  return [...terms].sort().join('; ');
}

function latencies(latency: Latency, lanes: readonly Lane[]): Record<string, string> {
  const { request, response, origin } = latency;
  if (latency.drawn === true) {
    const drawn = `each message draws its own: ${span(request)} out, ${span(response)} back`;
    return { 'latency, every lane alike': `${drawn} (${origin})` };
  }
  return Object.fromEntries(
    lanes.map(({ name, latencyQuantile: quantile }) => {
      const delays = `${formatDuration(request.quantile(quantile))} out, ${formatDuration(response.quantile(quantile))} back`;
      return [`latency, ${name}`, `${delays} (${origin})`];
    }),
  );
}

/** The least, median and greatest delay of a spread. */
function span(spread: LatencySpread): string {
  return [0, 0.5, 1].map((quantile) => formatDuration(spread.quantile(quantile))).join(' … ');
}

const contracts = (value: number): string => String(value / 100);
const dollars = (value: number): string => formatDollars(value as Money);
const percent = (value: number): string => `${Number((value * 100).toFixed(4))} %`;

const LIMIT_TEXTS: Readonly<Record<keyof LimitSettings, readonly [name: string, text: (value: number) => string]>> = {
  openOrders: ['open orders', String],
  positionContracts: ['contracts of a position', contracts],
  orderCost: ['cost of an order', dollars],
  positionCost: ['cost of a position', dollars],
  eventShare: ["event's worst case", percent],
  positionsInSeries: ['positions in a series', String],
  positions: ['positions', String],
  accountShareOfOne: ['share of the account in one market', percent],
  accountShareOfAll: ['share of the account in all', percent],
  volumeShare: ['share of the volume', percent],
  marketCost: ['cost of a market', dollars],
  dailyLoss: ['daily loss', dollars],
  dailyLossShare: ['daily loss as a share', percent],
  drawdown: ['drawdown', percent],
  lossesInRow: ['losses in a row', String],
  lossPause: ['pause after them', (value) => formatDuration(value as Duration)],
};

/** The limits of a run: "standard", or where they differ. */
function limitsText(limits: LimitSettings): string {
  const names = Object.keys(LIMIT_TEXTS) as (keyof LimitSettings)[];
  const changed = names.filter((name) => limits[name] !== STANDARD_LIMITS[name]);
  if (changed.length === 0) return 'standard';
  const texts = changed.map((name) => {
    const [title, text] = LIMIT_TEXTS[name];
    return `${title} ${text(limits[name])} (standard ${text(STANDARD_LIMITS[name])})`;
  });
  return `standard but for ${texts.join(', ')}`;
}
