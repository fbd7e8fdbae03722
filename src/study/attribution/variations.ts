import type { FeeChange } from '../../core/fee-schedule.ts';
import { type Duration, formatDuration, MILLISECOND, SECOND } from '../../core/time.ts';
import type { LimitSettings } from '../../engine/limits.ts';
import { API_TIERS } from '../../sim/api-budget.ts';
import type { Lane } from '../../sim/lane.ts';
import { type Latency, LatencySpread } from '../../sim/latency.ts';
import type { TapeFacts } from '../store/run-result.ts';
import { percent } from '../text/number-text.ts';
import type { Setting } from './reopened-run.ts';

/** One assumption of a run, changed alone. */
export interface Variation {
  readonly assumption: string;
  /** What the run took it to be, and what it is changed to, in words. */
  readonly value: string;
  readonly changedTo: string;
  readonly setting: Setting;
}

/** Every variation that can make a difference on a tape of this grade. */
export function variationsOf(base: Setting, facts: TapeFacts): Variation[] {
  return [...latencies(base), ...feeds(base), ...fees(base), ...rules(base, facts), ...allowances(base, facts)];
}

function latencies(base: Setting): Variation[] {
  const { latency, lane } = base;
  const told = ({ request, response }: Latency): string =>
    `${formatDuration(request.quantile(lane.latencyQuantile))} out, ${formatDuration(response.quantile(lane.latencyQuantile))} back`;
  const drawn = latency.drawn === true;
  const scaled = [0.5, 2, 4].map((factor): Variation => {
    const times = ({ samples }: LatencySpread) => new LatencySpread(samples.map((sample) => sample * factor));
    const changed = { ...latency, request: times(latency.request), response: times(latency.response) };
    const value = drawn ? 'as measured' : told(latency);
    const changedTo = drawn ? `× ${factor}` : `× ${factor}: ${told(changed)}`;
    return { assumption: 'latency', value, changedTo, setting: { ...base, latency: changed } };
  });
  if (latency.request.samples.length + latency.response.samples.length === 2) return scaled;
  const quantile = `every message takes the ${Math.round(lane.latencyQuantile * 100)} % quantile`;
  const draws = 'each message draws its own';
  const setting = { ...base, latency: { ...latency, drawn: !drawn } };
  const [value, changedTo] = drawn ? [draws, quantile] : [quantile, draws];
  return [...scaled, { assumption: 'latency of a message', value, changedTo, setting }];
}

function feeds(base: Setting): Variation[] {
  const { latency } = base;
  return [0, latency.feed + 100 * MILLISECOND, latency.feed + SECOND]
    .filter((feed) => feed !== latency.feed)
    .map((feed) => ({
      assumption: 'feed delay',
      value: formatDuration(latency.feed),
      changedTo: formatDuration(feed as Duration),
      setting: { ...base, latency: { ...latency, feed: feed as Duration } },
    }));
}

function fees(base: Setting): Variation[] {
  const rated = (changedTo: string, change: (row: FeeChange) => FeeChange): Variation => ({
    assumption: 'fees',
    value: 'as scheduled',
    changedTo,
    setting: { ...base, fees: base.fees.map(change) },
  });
  const rounding = { direct: 'direct member ($0.0001)', 'non-direct': 'through a broker ($0.01)' };
  const other = base.membership === 'direct' ? 'non-direct' : 'direct';
  return [
    rated('none', (row) => ({ ...row, multiplierE4: 0 })),
    rated('twice', (row) => ({ ...row, multiplierE4: row.multiplierE4 * 2 })),
    rated('makers pay a quarter of the taker rate', (row) =>
      row.type === 'quadratic' ? { ...row, type: 'quadratic_with_maker_fees' } : row,
    ),
    {
      assumption: 'fee rounding',
      value: rounding[base.membership],
      changedTo: rounding[other],
      setting: { ...base, membership: other },
    },
  ];
}

const CANCELS = { behind: 'all behind us', proportional: 'in proportion', ahead: 'all ahead of us' } as const;
const PRICES = { true: 'fills us', false: 'does not fill us' } as const;
const PAYS = { limit: 'our limit', print: 'what the print paid' } as const;
const GAPS = { true: 'stay', false: 'are lost' } as const;
const DECREASES = {
  nothing: 'nothing',
  'quotes-through': 'quotes beyond our price',
  decreases: 'decreases at our price',
} as const;

/** What the lane says of what the tape does not; only the rules that a tape of this grade asks for. */
function rules(base: Setting, { grade, coverage }: TapeFacts): Variation[] {
  const { lane } = base;
  const rule = <K extends keyof Lane>(name: K, assumption: string, words: Readonly<Record<string, string>>) =>
    Object.entries(words)
      .filter(([word]) => word !== String(lane[name]))
      .map(([word, changedTo]): Variation => {
        const choice = word === 'true' ? true : word === 'false' ? false : word;
        return {
          assumption,
          value: words[String(lane[name])]!,
          changedTo,
          setting: { ...base, lane: { ...lane, [name]: choice } },
        };
      });
  const found: Variation[] = [];
  if (grade.depth === 'L2') found.push(...rule('cancels', 'cancels in our queue', CANCELS));
  else found.push(...rule('fillsAtPrice', `a trade${grade.depth === 'L1' ? ' or quote' : ''} at our price`, PRICES));
  if (grade.depth === 'none') found.push(...rule('takesPrintsAt', 'a taker pays', PAYS));
  if (grade.depth === 'L2' && !grade.trades) found.push(...rule('withoutTrades', 'filled by', DECREASES));
  if (coverage.share < 1) found.push(...rule('survivesGap', 'orders in a stretch without coverage', GAPS));
  return found;
}

/** Beyond what any account asks for, and still exact in the sums of the limits. */
const NO_LIMIT = 1e9;

function allowances(base: Setting, { grade }: TapeFacts): Variation[] {
  const { limits, tier } = base;
  const share = (factor: number): Variation => ({
    assumption: 'our share of the volume, at most',
    value: percent(limits.volumeShare),
    changedTo: percent(limits.volumeShare * factor),
    setting: { ...base, limits: { ...limits, volumeShare: limits.volumeShare * factor } },
  });
  const none = Object.fromEntries(Object.keys(limits).map((name) => [name, NO_LIMIT])) as unknown as LimitSettings;
  const most = API_TIERS.at(-1)!;
  return [
    ...(grade.trades ? [share(0.5), share(2)] : []),
    { assumption: 'limits', value: 'as set', changedTo: 'none', setting: { ...base, limits: none } },
    ...(tier.writePerSecond === most.writePerSecond
      ? []
      : [
          {
            assumption: 'requests allowed',
            value: `${tier.writePerSecond} tokens a second (${tier.name})`,
            changedTo: `${most.writePerSecond} (${most.name})`,
            setting: { ...base, tier: most },
          },
        ]),
  ];
}
