import type { MarketIndex } from '../../core/market.ts';
import { formatTime, type Time } from '../../core/time.ts';
import { FeeBook } from '../../ledger/fee-book.ts';
import { writeFault } from '../../tape/write-fault.ts';
import { FillLog, type LoggedFill } from '../attribution/fill-log.ts';
import { markFills } from '../attribution/mark-fills.ts';
import { tellingMarkets } from '../attribution/telling-markets.ts';
import type { Finding } from '../lint/finding.ts';
import { hourWalk, runFindings } from '../lint/run-lint.ts';
import { TapeLint } from '../lint/tape-lint.ts';
import { codeHash, sha256 } from '../store/code-hash.ts';
import { Digest } from '../store/digest.ts';
import { invocationOf, type RunNames } from '../store/invocation.ts';
import { RunFolder } from '../store/run-folder.ts';
import type { ArmResult, LaneResult, RunResult, TrialCount } from '../store/run-result.ts';
import type { TapeSource } from '../store/tape-source.ts';
import { worstLane } from '../summary/summary.ts';
import { appendTrials, checkRegistry, countTrials, readTrials, trialOf } from '../trials/trials.ts';
import { assumptionsOf } from './assumptions.ts';
import { type ArmsOptions, checkInterrupt, runArms } from './run-arms.ts';

export interface BacktestOptions extends ArmsOptions {
  /** SHA-256 of the strategy's own code. */
  readonly strategyHash: string;
  /** That code itself, where it is a user's. */
  readonly strategyCode?: string | null;
  /** How to find the tape and the strategy again. */
  readonly names: RunNames;
  readonly dataFolder: string;
}

/**
 * Runs a strategy and its controls over a tape, all lanes in one pass, and writes the run's folder. Throws a Fault for a bad parameter,
 * a series without fees, a strategy that throws, a full disk or an interrupt; then nothing of the run is left behind.
 */
export async function backtest(options: BacktestOptions): Promise<{ result: RunResult; folder: string }> {
  const { tape } = options;
  const started = Date.now();
  const fees = new FeeBook(options.fees);
  checkFees(tape, fees);
  const check = (): void => checkInterrupt(options.signal);
  checkRegistry(options.dataFolder);
  const folder = new RunFolder(options.dataFolder);
  try {
    const log = new FillLog(tape.markets, tape.facts.grade.depth !== 'none');
    const told = await runArms(options, fees, log.through(folder.write.bind(folder)));
    const main = told[0]!;
    const worst = worstLane(main);
    const fills = log.fills.filter(({ arm, lane }) => arm === main.name && lane === worst.lane);
    const [lint, hour] = [new TapeLint(tape.markets, tape.facts), hourWalk(tape.markets, fills)];
    const traced = tracedMarkets(tape, worst, fills);
    await markFills(tape, log.fills, traced, folder.write.bind(folder), check, (block) => {
      lint.feed(block);
      if (fills.length > 0) hour.feed(block);
    });
    const trials = recordTrial(options, main);
    const judged = { main, worst, fills, markets: tape.markets, trials, code: options.strategyCode ?? null };
    const findings = [...lint.findings(), ...runFindings(judged, hour)];
    const result = describeRun(options, fees, told, started, trials, findings);
    return await folder.seal(result);
  } catch (error) {
    folder.discard();
    throw writeFault(error, options.dataFolder);
  }
}

/** Throws a Fault (`unknown-fee-schedule`) for a series whose fees are not known, before any work. */
export function checkFees(tape: TapeSource, fees: FeeBook): void {
  const first = tape.facts.firstTimeUs as Time;
  const seen = new Set<string>();
  for (const market of tape.markets) {
    if (seen.has(market.series)) continue;
    seen.add(market.series);
    fees.lookup(market.series, market.event, Math.max(market.openTime ?? first, first) as Time);
  }
}

/** The markets whose path of prices is kept: the telling ones of the headline. */
function tracedMarkets(tape: TapeSource, worst: LaneResult, fills: readonly LoggedFill[]): MarketIndex[] {
  const fillsOf = new Map<string, number>();
  for (const { ticker } of fills) fillsOf.set(ticker, (fillsOf.get(ticker) ?? 0) + 1);
  const telling = tellingMarkets(worst, fillsOf);
  return tape.markets.filter(({ ticker }) => telling.includes(ticker)).map(({ index }) => index);
}

function describeRun(
  options: BacktestOptions,
  fees: FeeBook,
  arms: readonly ArmResult[],
  started: number,
  trials: TrialCount,
  findings: readonly Finding[],
): RunResult {
  const { tape, module } = options;
  const config = {
    strategy: module.name,
    arms: arms.map(({ name, params }) => ({ name, params })),
    lanes: options.lanes,
    latency: { ...options.latency },
    membership: options.membership,
    tier: options.tier.name,
    limits: options.limits,
    startingCash: options.startingCash,
    seed: options.seed,
  };
  const digest = runDigest(arms);
  const stamp = new Date(started).toISOString().replaceAll(/[-:]/g, '').replace('T', '-').slice(0, 15);
  return {
    format: 'tapedeck-run',
    version: 2,
    id: `${module.name}-${stamp}-${digest.slice(0, 6)}`,
    strategy: module.name,
    tape: tape.facts,
    seed: options.seed,
    digest,
    trials,
    findings,
    hashes: {
      code: codeHash(),
      strategy: options.strategyHash,
      tape: tape.facts.digest,
      config: sha256(JSON.stringify(config)),
      fees: sha256(JSON.stringify(options.fees)),
    },
    invocation: invocationOf(options.names, options),
    ...(options.models ? { models: options.models.facts } : {}),
    assumptions: assumptionsOf(options, tape, fees),
    arms,
    startedAt: formatTime((started * 1_000) as Time),
    elapsedMs: Date.now() - started,
    peakMemoryBytes: process.resourceUsage().maxRSS * 1_024,
    nodeVersion: process.versions.node,
  };
}

/** One digest over the digests of all arms and lanes. */
export function runDigest(arms: readonly ArmResult[]): string {
  const digest = new Digest();
  for (const arm of arms) for (const lane of arm.lanes) digest.add(arm.name, lane.lane, lane.digest);
  return digest.hex();
}

/**
 * Enters the arm asked for into the registry, before the run is kept: a result that was seen is a trial whatever becomes of its folder.
 * Controls are no trials: nobody picks among them.
 */
function recordTrial(options: BacktestOptions, main: ArmResult): TrialCount {
  const { tape, module, dataFolder, names } = options;
  const parts = {
    tape: tape.facts,
    strategy: { name: module.name, hash: options.strategyHash },
    invocation: invocationOf(names, options),
    params: main.params,
  };
  appendTrials(dataFolder, [trialOf(parts, main.lanes, 'backtest')]);
  return countTrials(readTrials(dataFolder, options.onRemark ?? (() => {})), tape.facts);
}
