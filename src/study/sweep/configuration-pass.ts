import { Fault } from '../../core/fault.ts';
import type { StrategyModule } from '../../engine/strategy.ts';
import { FeeBook } from '../../ledger/fee-book.ts';
import type { ModelSet } from '../../model/model-set.ts';
import { type Arm, armsOf, checkTape } from '../run/arms.ts';
import { runDigest } from '../run/backtest.ts';
import { freezeMarkets } from '../run/freeze-markets.ts';
import { type Case, simulate } from '../run/simulate.ts';
import { surveyTape } from '../run/survey.ts';
import type { RunSettings } from '../store/invocation.ts';
import type { LaneResult } from '../store/run-result.ts';
import type { TapeSource } from '../store/tape-source.ts';
import type { Configuration } from './grid.ts';

/** What a configuration gave: the arm of a single run with the same parameters, and that run's digest. */
export interface ConfigurationResult {
  readonly number: number;
  /** The arm's name, as in a single run. */
  readonly arm: string;
  /** Equal to the digest of `backtest --no-controls` with these parameters. */
  readonly digest: string;
  /** Whether it looked at the whole tape first. */
  readonly surveyed: boolean;
  readonly lanes: readonly LaneResult[];
}

/** A configuration that gave nothing, and why. */
export interface FailedConfiguration {
  readonly number: number;
  readonly failed: string;
}

export type ConfigurationOutcome = ConfigurationResult | FailedConfiguration;

/** What a pass of configurations reads beside them. */
export interface PassSetting {
  readonly tape: TapeSource;
  /** The strategy's module evaluated anew, for each configuration: what it keeps of its own must not join them. */
  readonly fresh: () => Promise<StrategyModule>;
  readonly settings: RunSettings;
  /** The models that the strategy asks. Default none. */
  readonly models?: ModelSet | null;
  /** Called after each part of the tape with the rows done. */
  readonly onProgress?: (rows: number) => void;
}

/**
 * Runs configurations in one pass over the tape, each as a single run would. Where one of them throws, each is run alone, so that the
 * others keep their results.
 */
export async function runConfigurations(
  setting: PassSetting,
  batch: readonly Configuration[],
): Promise<ConfigurationOutcome[]> {
  try {
    return await onePass(setting, batch);
  } catch (error) {
    if (!(error instanceof Fault) || error.code !== 'strategy-failed') throw error;
    const [first, ...others] = batch;
    if (others.length === 0) return [{ number: first!.number, failed: error.message }];
    const outcomes: ConfigurationOutcome[] = [];
    for (const configuration of batch) outcomes.push(...(await runConfigurations(setting, [configuration])));
    return outcomes;
  }
}

async function onePass(setting: PassSetting, batch: readonly Configuration[]): Promise<ConfigurationResult[]> {
  const { tape, settings } = setting;
  freezeMarkets(tape.markets);
  const fees = new FeeBook(settings.fees);
  const arms: Arm[] = [];
  let name = '';
  for (const { given } of batch) {
    const module = await setting.fresh();
    checkTape(module, tape.facts);
    name = module.name;
    arms.push(armsOf(module, given, false, tape.markets, settings.seed)[0]!);
  }
  const check = (): void => {};
  const found = await surveyTape(
    tape,
    arms.map((arm) => arm.survey),
    check,
    name,
  );
  const cases = arms.flatMap((arm, at) => casesOf(setting, fees, arm, found[at]));
  const { feed } = settings.latency;
  const results = await simulate(tape, cases, {
    feed,
    models: setting.models,
    strategy: name,
    check,
    onProgress: setting.onProgress,
  });
  const laneCount = settings.lanes.length;
  return arms.map((arm, at) => {
    const lanes = results.slice(at * laneCount, (at + 1) * laneCount);
    const surveyed = arm.survey !== undefined;
    const result = { name: arm.name, control: false, params: arm.written, surveyed, lanes };
    return { number: batch[at]!.number, arm: arm.name, digest: runDigest([result]), surveyed, lanes };
  });
}

/** An arm in every lane; its rows are not kept. */
function casesOf({ tape, settings }: PassSetting, fees: FeeBook, arm: Arm, found: unknown): Case[] {
  const { membership, limits, latency, tier, startingCash } = settings;
  return settings.lanes.map((lane) => ({
    arm: arm.name,
    lane,
    terms: { fees, membership, limits, latency, tier, startingCash },
    create: () => arm.create(tape.facts, found),
    sink: null,
  }));
}
