import { Fault } from '../../core/fault.ts';
import { Random } from '../../core/random.ts';
import type { Interval } from '../statistics/bootstrap.ts';
import { centsPerContract, netInterval, netOf, totalsByDay } from '../statistics/interval.ts';
import type { MarketOutcome } from '../store/run-result.ts';
import { notRunText } from '../summary/lanes-not-run.ts';
import type { ConfigurationOutcome, ConfigurationResult } from './configuration-pass.ts';
import { studentised } from './luck.ts';
import { unproven } from './unproven.ts';
import { type DaySpan, type WalkForwardSpec, type Window, windowsOf, within } from './windows.ts';

/** Fewer days than this to choose on are none. */
const LEAST_TRAIN_DAYS = 5;

/** When a market could first be traded and when its result was known, in µs; null where the tape does not say. */
export interface MarketSpan {
  readonly ticker: string;
  readonly day: string;
  readonly open: number | null;
  readonly close: number | null;
  readonly settled: number | null;
}

/** What one window chose, and what that gave on days it had not seen. */
export interface WindowResult extends Window {
  /** Markets of the training days left out because their result was not known when the test began. */
  readonly purged: number;
  /** The configuration chosen, or null where none had earned anything on the training days: then nothing was traded. */
  readonly chosen: number | null;
  /** Its worst lane's Σ net / √Σ net² on the training days. */
  readonly strength: number | null;
  readonly testDays: number;
  /** The least over the lanes. */
  readonly testNetE6: number;
}

/** All tests of a walk-forward, one after the other, in one lane. */
export interface ChainedLane {
  readonly lane: string;
  readonly days: number;
  readonly netE6: number;
  readonly centsPerContract: number | null;
  readonly interval: Interval | string;
}

export interface WalkForward {
  readonly spec: WalkForwardSpec;
  readonly windows: readonly WindowResult[];
  readonly lanes: readonly ChainedLane[];
  readonly verdict: { readonly survives: 'yes' | 'no' | 'unknown'; readonly sentence: string };
}

/**
 * Walks windows over the days of a tape: in each the configuration that was strongest on the training days (in its worst lane, and above
 * zero) is tried on the test days, and only the tests count. A market belongs to the window of its event day. A market of the training
 * days whose result was not known when the first market of the test could be traded is left out of the choice. Source of that rule:
 * López de Prado, "Advances in Financial Machine Learning", 2018, chapter 7.4.1 (purging the training set).
 *
 * What it does not do: run the chosen configuration anew. Its tests are those markets' outcomes in the run over the whole tape, where
 * its own earlier trades had moved its cash and held some of its limits.
 */
export function walkForward(
  outcomes: readonly ConfigurationOutcome[],
  spans: readonly MarketSpan[],
  spec: WalkForwardSpec,
  seed: string,
): WalkForward {
  const results = outcomes
    .filter((outcome): outcome is ConfigurationResult => !('failed' in outcome) && !outcome.surveyed)
    .sort((a, b) => a.number - b.number);
  const days = spans.map(({ day }) => day).sort();
  const windows = windowsOf({ from: days[0]!, to: days.at(-1)! }, spec);
  if (windows.length === 0) {
    const { trainDays, testDays } = spec;
    throw new Fault(
      'usage',
      `the tape's days, ${days[0]} to ${days.at(-1)}, hold no window of ${trainDays} + ${testDays} days`,
      {
        next: 'Ask for shorter windows.',
      },
    );
  }
  const lead = longestLife(spans);
  let judged = 0;
  const chained = new Map<string, MarketOutcome[]>();
  const tried = windows.map((window): WindowResult => {
    const { known, purged } = knownBefore(testStart(spans, window.test, lead), spans, window.train);
    const { choice, enough } = strongest(results, known);
    if (enough) judged++;
    const tests = (choice?.result.lanes ?? []).map(({ lane, markets }) => {
      const outcomes = markets.filter(({ day }) => within(window.test, day));
      chained.set(lane, [...(chained.get(lane) ?? []), ...outcomes]);
      return outcomes;
    });
    return {
      ...window,
      purged,
      chosen: choice?.result.number ?? null,
      strength: choice?.strength ?? null,
      testDays: tests.length === 0 ? 0 : Math.min(...tests.map((outcomes) => totalsByDay(outcomes).length)),
      testNetE6: tests.length === 0 ? 0 : Math.min(...tests.map(netOfAll)),
    };
  });
  const lanes = [...chained].map(
    ([lane, markets]): ChainedLane => ({
      lane,
      days: totalsByDay(markets).length,
      netE6: netOfAll(markets),
      centsPerContract: centsPerContract(markets),
      interval: netInterval(markets, new Random(`${seed}/interval`)),
    }),
  );
  // The choice was made on other days: the chained tests are one look.
  const chains = [...chained].map(([lane, markets]) => ({ lane, markets }));
  const proof = notRunText(lanes) || unproven(chains, 1, seed);
  return { spec, windows: tried, lanes, verdict: judged === 0 ? UNTRAINED : verdictOf(lanes, proof) };
}

function netOfAll(markets: readonly MarketOutcome[]): number {
  return markets.reduce((sum, market) => sum + netOf(market), 0);
}

/** The longest that a market of the tape was open: for those whose opening is not recorded, the earliest that it may have been. */
function longestLife(spans: readonly MarketSpan[]): number {
  let longest = -1;
  for (const { open, close } of spans) if (open !== null && close !== null) longest = Math.max(longest, close - open);
  if (longest >= 0) return longest;
  throw new Fault(
    'usage',
    'the tape records no market’s opening and close, so training days cannot be kept apart from tests',
    {
      next: 'Import it with the times at which markets open.',
    },
  );
}

/** The earliest that a market of the test days may have been traded. */
function testStart(spans: readonly MarketSpan[], test: DaySpan, lead: number): number {
  let start = Number.POSITIVE_INFINITY;
  for (const { day, open, close } of spans) {
    if (within(test, day)) start = Math.min(start, open ?? (close === null ? Number.NEGATIVE_INFINITY : close - lead));
  }
  return start;
}

function knownBefore(
  start: number,
  spans: readonly MarketSpan[],
  train: DaySpan,
): { known: ReadonlySet<string>; purged: number } {
  const known = new Set<string>();
  let purged = 0;
  for (const { ticker, day, close, settled } of spans) {
    if (!within(train, day)) continue;
    const told = settled ?? close;
    if (told !== null && told <= start) known.add(ticker);
    else purged++;
  }
  return { known, purged };
}

/** The configuration whose worst lane was strongest in the known markets; null where none was above zero on days enough. */
function strongest(
  results: readonly ConfigurationResult[],
  known: ReadonlySet<string>,
): { choice: { result: ConfigurationResult; strength: number } | null; enough: boolean } {
  let some = false;
  let best: { result: ConfigurationResult; strength: number } | null = null;
  for (const result of results) {
    let strength = Number.POSITIVE_INFINITY;
    for (const { markets } of result.lanes) {
      const days = totalsByDay(markets.filter(({ ticker }) => known.has(ticker)));
      const enough = days.length >= LEAST_TRAIN_DAYS;
      if (enough) some = true;
      strength = Math.min(strength, enough ? studentised({ net: Float64Array.from(days, ({ netE6 }) => netE6) }) : 0);
    }
    if (strength > (best?.strength ?? 0)) best = { result, strength };
  }
  return { choice: best, enough: some };
}

/** No window had enough training days that were known in time: nothing was tried, so nothing was answered. */
const UNTRAINED: WalkForward['verdict'] = {
  survives: 'unknown',
  sentence: `Tests chained, above zero in every lane: cannot be said. No window had ${LEAST_TRAIN_DAYS} training days traded whose results were known before its tests began; ask for more with train=.`,
};

function verdictOf(lanes: readonly ChainedLane[], proof: string): WalkForward['verdict'] {
  const what = 'Tests chained, above zero in every lane:';
  if (lanes.length === 0) {
    return {
      survives: 'no',
      sentence: `${what} no. In no window had any configuration earned anything on its training days.`,
    };
  }
  const missing = lanes.find(({ interval }) => typeof interval === 'string');
  const failed = lanes.filter(({ interval }) => typeof interval !== 'string' && !(interval.lower > 0));
  if (failed.length > 0) {
    return { survives: 'no', sentence: `${what} no, not in ${failed.map(({ lane }) => lane).join(', ')}.` };
  }
  if (missing !== undefined) return { survives: 'unknown', sentence: `${what} cannot be said: ${missing.interval}.` };
  if (proof !== '') return { survives: 'unknown', sentence: `${what} cannot be said: ${proof}.` };
  return {
    survives: 'yes',
    sentence: `${what} yes. The windows and the grid are choices too, and nothing here counts them.`,
  };
}
