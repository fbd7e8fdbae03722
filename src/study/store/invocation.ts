import type { FeeChange } from '../../core/fee-schedule.ts';
import type { Money } from '../../core/money.ts';
import type { Duration } from '../../core/time.ts';
import type { LimitSettings } from '../../engine/limits.ts';
import type { WrittenParams } from '../../engine/params.ts';
import type { Membership } from '../../ledger/fees.ts';
import type { ApiTier } from '../../sim/api-budget.ts';
import type { Lane } from '../../sim/lane.ts';
import { type Latency, LatencySpread } from '../../sim/latency.ts';

/** Everything about a run that is neither its tape nor its strategy's code. */
export interface RunSettings {
  readonly params: WrittenParams;
  /** Whether the strategy's controls run beside it. */
  readonly controls: boolean;
  readonly lanes: readonly Lane[];
  readonly latency: Latency;
  /** Every fee row that the run looks fees up in. */
  readonly fees: readonly FeeChange[];
  readonly membership: Membership;
  /** Usage level at the venue. */
  readonly tier: ApiTier;
  readonly limits: LimitSettings;
  readonly startingCash: Money;
  readonly seed: string;
}

/** How a person named what a run was made of. */
export interface RunNames {
  /** A built-in strategy's name, or the whole path of a file. */
  readonly strategy: string;
  /** A tape's name, or the whole path of its folder. */
  readonly tape: string;
}

/** What a run was asked, as `run.json` keeps it: with the tape and the strategy of its hashes, enough to run it again. */
export interface Invocation extends RunNames {
  /** As given; each arm's `params` holds the whole set. */
  readonly params: WrittenParams;
  readonly controls: boolean;
  readonly lanes: readonly Lane[];
  readonly latency: {
    readonly requestUs: readonly number[];
    readonly responseUs: readonly number[];
    readonly feedUs: number;
    readonly origin: string;
    readonly drawn: boolean;
  };
  readonly fees: readonly FeeChange[];
  readonly membership: Membership;
  /** Usage level at the venue. */
  readonly tier: ApiTier;
  readonly limits: LimitSettings;
  readonly startingCashE6: number;
  readonly seed: string;
}

/** What `run.json` keeps of a run's settings. */
export function invocationOf(names: RunNames, settings: RunSettings): Invocation {
  const { params, controls, lanes, latency, fees, membership, tier, limits, startingCash, seed } = settings;
  return {
    strategy: names.strategy,
    tape: names.tape,
    params,
    controls,
    lanes,
    latency: {
      requestUs: latency.request.samples,
      responseUs: latency.response.samples,
      feedUs: latency.feed,
      origin: latency.origin,
      drawn: latency.drawn ?? false,
    },
    fees,
    membership,
    tier,
    limits,
    startingCashE6: startingCash,
    seed,
  };
}

/** The settings that a run was made with, from its `run.json`. */
export function settingsOf(invocation: Invocation): RunSettings {
  const { params, controls, lanes, latency, fees, membership, tier, limits, startingCashE6, seed } = invocation;
  return {
    params,
    controls,
    lanes,
    latency: {
      request: new LatencySpread(latency.requestUs),
      response: new LatencySpread(latency.responseUs),
      feed: latency.feedUs as Duration,
      origin: latency.origin,
      drawn: latency.drawn,
    },
    fees,
    membership,
    tier,
    limits,
    startingCash: startingCashE6 as Money,
    seed,
  };
}
