import type { Grade } from '../../core/tape-block.ts';
import type { Finding } from '../lint/finding.ts';
import type { Invocation } from './invocation.ts';

/** How often a tape has been looked at. */
export interface TrialCount {
  /** Different configurations that traded on the tape, or on one that shares markets with it. */
  readonly count: number;
  /** Standard deviation of their daily Sharpe ratios, each in its worst lane; null with fewer than two. */
  readonly sharpeDeviation: number | null;
}

/** The first and last event day that a tape holds of some series. */
export interface SeriesSpan {
  readonly from: string;
  readonly to: string;
  readonly series: readonly string[];
}

/** The tape a run was made on, as its manifest tells it. */
export interface TapeFacts {
  readonly name: string;
  readonly digest: string;
  readonly synthetic: boolean;
  readonly grade: Grade;
  readonly rows: number;
  readonly markets: number;
  readonly firstTimeUs: number;
  readonly lastTimeUs: number;
  /** Which markets it holds, by series and event day; runs of earlier versions do not say. */
  readonly spans?: readonly SeriesSpan[];
  /** How much earlier than written an event may have happened. */
  readonly timeResolutionUs: number;
  /** Whether displayed sizes were recorded; where not, one contract is assumed. */
  readonly sizesRecorded: boolean;
  /** What its import declared without proof, and how many further notes it left. */
  readonly imported: { readonly declared: readonly string[]; readonly furtherNotes: number };
  /** Share of open market time that the tape vouches for, 0…1, and on what grounds. */
  readonly coverage: { readonly share: number; readonly basis: readonly string[] };
}

/** P&L of one market, without marks: what was traded and what was paid. All amounts in 1e-6 dollars. */
export interface MarketOutcome {
  readonly ticker: string;
  readonly event: string;
  /** The cluster: the calendar day the event is about. */
  readonly day: string;
  /** Contracts bought or sold (0.01). */
  readonly volumeE2: number;
  /** What was paid to open: the capital at risk. */
  readonly stakedE6: number;
  /** Price P&L, closed by trading and by settlement, before fees. */
  readonly realisedE6: number;
  readonly feesE6: number;
  /** Cost of what is still open because the tape never settled it: counted as lost in the headline. */
  readonly openCostE6: number;
}

/** What one arm did in one lane. */
export interface LaneResult {
  readonly lane: string;
  /** SHA-256 over every order update, fill and settlement, in order. */
  readonly digest: string;
  readonly decisions: number;
  readonly orders: number;
  readonly refused: number;
  readonly rejected: number;
  readonly fills: number;
  readonly makerFills: number;
  readonly contractsE2: number;
  /** Price × quantity over our fills, each at what we paid a contract, 1e-6 dollars. */
  readonly tradedE6: number;
  readonly feesE6: number;
  /** Price P&L before fees. */
  readonly realisedE6: number;
  readonly openCostE6: number;
  /** realised − fees − openCost: what is left if everything unsettled is lost. */
  readonly netE6: number;
  readonly startingCashE6: number;
  readonly endingCashE6: number;
  readonly maxDrawdownE6: number;
  /** Our contracts as a share of all contracts traded in the markets we traded; null where the tape has no trades. */
  readonly participation: number | null;
  readonly markets: readonly MarketOutcome[];
  /** Refusals, rejections and skips by reason. */
  readonly reasons: Readonly<Record<string, number>>;
}

/** The strategy under one set of parameters, in every lane. The first arm of a run is the one asked for, the rest are its controls. */
export interface ArmResult {
  readonly name: string;
  readonly control: boolean;
  readonly params: Readonly<Record<string, string | number | boolean>>;
  /** Whether it looked at the whole tape first: a control only. */
  readonly surveyed: boolean;
  /** Where a control is drawn several times: which control this is a draw of. */
  readonly draw?: { readonly of: string; readonly number: number };
  readonly lanes: readonly LaneResult[];
}

/** What a run knows of the models that it asked. */
export interface ModelFacts {
  /** SHA-256 over all bundles. */
  readonly digest: string;
  readonly cities: readonly string[];
  /** First and last day that any of them has learnt from. */
  readonly learnt: readonly [from: string, to: string];
}

/** A finished run: what `run.json` holds. */
export interface RunResult {
  readonly format: 'tapedeck-run';
  readonly version: 2;
  readonly id: string;
  readonly strategy: string;
  readonly tape: TapeFacts;
  readonly seed: string;
  /** SHA-256 over the digests of all arms and lanes: equal for equal tape, config and seed. */
  readonly digest: string;
  /** How often this tape, and those that overlap it, had been looked at when the run was made, this run included. */
  readonly trials: TrialCount;
  /** Signs that its edge is a phantom; absent in runs of older versions. */
  readonly findings?: readonly Finding[];
  readonly hashes: {
    readonly code: string;
    readonly strategy: string;
    readonly tape: string;
    readonly config: string;
    readonly fees: string;
  };
  /** What was asked, in full: enough to run it again. */
  readonly invocation: Invocation;
  /** The models that the strategy could ask; absent where it asks none. */
  readonly models?: ModelFacts;
  /** Everything that was assumed, name and value, for the reader. */
  readonly assumptions: Readonly<Record<string, string>>;
  readonly arms: readonly ArmResult[];
  readonly startedAt: string;
  readonly elapsedMs: number;
  readonly peakMemoryBytes: number;
  readonly nodeVersion: string;
}
