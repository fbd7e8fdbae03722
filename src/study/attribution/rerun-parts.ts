import { assert } from '../../core/assert.ts';
import { Fault } from '../../core/fault.ts';
import type { Duration } from '../../core/time.ts';
import { freezeMarkets } from '../run/freeze-markets.ts';
import { simulate } from '../run/simulate.ts';
import { surveyTape } from '../run/survey.ts';
import { centsPerContract } from '../statistics/interval.ts';
import type { LaneResult, RunResult } from '../store/run-result.ts';
import type { StoredRun } from '../store/run-store.ts';
import { worstLane } from '../summary/summary.ts';
import type { Capacity, RerunParts, Sensitivity, Unavailable } from '../tearsheet/contents.ts';
import { armOf, caseOf, type ReopenedRun, type Setting } from './reopened-run.ts';
import { keepParts, keptParts } from './rerun-cache.ts';
import { type Scale, scalesOf, sizeParams } from './scales.ts';
import { type Variation, variationsOf } from './variations.ts';

export interface RerunOptions {
  /** Opens what the run was made of; throws a Fault where that is no longer the same. */
  readonly reopen: () => Promise<ReopenedRun>;
  readonly signal?: AbortSignal;
  /** Called with the tape rows done, of how many over all passes. */
  readonly onProgress?: (rows: number, total: number) => void;
}

/**
 * Runs the arm asked for again, in the lane of the headline, with each assumption changed alone and at other sizes. It must first give the
 * same orders and fills as the finished run; where it cannot, both parts say why. Kept in the run's folder, so that it is done once.
 */
export async function rerunParts(run: StoredRun, options: RerunOptions): Promise<RerunParts> {
  const kept = keptParts(run);
  if (kept !== null) return kept;
  let parts: RerunParts;
  try {
    parts = await measure(run.result, await options.reopen(), options);
  } catch (error) {
    if (!(error instanceof Fault) || error.code === 'interrupted') throw error;
    return neither(`The run cannot be made again: ${error.message}.`);
  }
  if (!('unavailable' in parts.sensitivity)) keepParts(run, parts);
  return parts;
}

function neither(why: string): RerunParts {
  return { sensitivity: { unavailable: why }, capacity: { unavailable: why } };
}

async function measure(run: RunResult, reopened: ReopenedRun, options: RerunOptions): Promise<RerunParts> {
  const { settings, tape, strategy } = reopened;
  const [main] = run.arms;
  assert(main !== undefined, `run ${run.id} has an arm`);
  const lane = settings.lanes.find(({ name }) => name === worstLane(main).lane);
  assert(lane !== undefined, `run ${run.id} was asked for the lanes that it has`);
  const base: Setting = { ...settings, lane };
  const again = settings.lanes.map((each): Setting => ({ ...settings, lane: each }));
  const variations = variationsOf(base, tape.facts);
  const scales = sizeParams(strategy.module.params).length === 0 ? [] : scalesOf(base, strategy.module.params);
  const asked = [...again, ...variations.map(({ setting }) => setting), ...scales.map(({ setting }) => setting)];
  const results = await runAll(reopened, asked, options);
  const changed = again.findIndex((_, at) => results[at]!.digest !== main.lanes[at]!.digest);
  if (changed >= 0) {
    const name = again[changed]!.lane.name;
    return neither(`Made again, the run did other things in the ${name} lane than it had done: it cannot be compared.`);
  }
  const own = results[again.findIndex(({ lane: { name } }) => name === lane.name)]!;
  const varied = results.slice(again.length, again.length + variations.length);
  const sized = results.slice(again.length + variations.length);
  return {
    sensitivity: sensitivityOf(own, variations, varied),
    capacity: capacityOf(lane.name, sizeParams(strategy.module.params), scales, sized, run.strategy),
  };
}

/** The result of each setting, in order: one pass over the tape for all that share a feed delay. */
async function runAll(
  reopened: ReopenedRun,
  settings: readonly Setting[],
  options: RerunOptions,
): Promise<LaneResult[]> {
  const { tape } = reopened;
  const check = (): void => {
    if (options.signal?.aborted === true) throw new Fault('interrupted', 'interrupted while the run was made again');
  };
  freezeMarkets(tape.markets);
  const arms = settings.map((setting) => armOf(reopened, setting));
  const surveys = arms.map((arm) => arm.survey);
  const found = await surveyTape(tape, surveys, check, reopened.strategy.module.name);
  const feeds = [...new Set(settings.map(({ latency }) => latency.feed))];
  const results: LaneResult[] = [];
  for (const [pass, feed] of feeds.entries()) {
    const members = settings.flatMap(({ latency }, at) => (latency.feed === feed ? [at] : []));
    const cases = members.map((at) => caseOf(reopened, settings[at]!, arms[at]!, found[at]));
    const passed = await simulate(tape, cases, {
      feed: feed as Duration,
      models: reopened.strategy.models,
      strategy: reopened.strategy.module.name,
      check,
      onProgress: (rows) => options.onProgress?.(pass * tape.facts.rows + rows, feeds.length * tape.facts.rows),
    });
    options.onProgress?.((pass + 1) * tape.facts.rows, feeds.length * tape.facts.rows);
    for (const [place, at] of members.entries()) results[at] = passed[place]!;
  }
  return results;
}

function sensitivityOf(
  base: LaneResult,
  variations: readonly Variation[],
  results: readonly LaneResult[],
): Sensitivity {
  const baseCents = centsPerContract(base.markets);
  return {
    lane: base.lane,
    baseCents,
    rows: variations.map(({ assumption, value, changedTo }, at) => {
      const { markets, fills } = results[at]!;
      const cents = centsPerContract(markets);
      const changeCents = cents === null || baseCents === null ? null : cents - baseCents;
      return { assumption, value, changedTo, cents, changeCents, fills };
    }),
  };
}

function capacityOf(
  lane: string,
  names: readonly string[],
  scales: readonly Scale[],
  results: readonly LaneResult[],
  strategy: string,
): Capacity | Unavailable {
  if (names.length === 0) {
    return { unavailable: `Strategy ${strategy} declares no parameter as its size (role: 'size').` };
  }
  return {
    lane,
    scaled: [...names, 'limits in contracts and dollars', 'starting cash'],
    points: scales.map(({ factor }, at) => {
      const { participation, contractsE2, netE6, markets } = results[at]!;
      return { scale: factor, participation, contractsE2, netE6, cents: centsPerContract(markets) };
    }),
  };
}
