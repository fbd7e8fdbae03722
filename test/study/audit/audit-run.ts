import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runImport } from '../../../src/cli/import-run.ts';
import { loadStrategy } from '../../../src/cli/load-strategy.ts';
import { tapeFees, tapeSource } from '../../../src/cli/tape-source.ts';
import { dollars } from '../../../src/core/money.ts';
import { STANDARD_LIMITS } from '../../../src/engine/limits.ts';
import { KNOWN_FEES } from '../../../src/ledger/known-fees.ts';
import { BASIC_TIER } from '../../../src/sim/api-budget.ts';
import { LANES, type Lane } from '../../../src/sim/lane.ts';
import { ASSUMED_LATENCY } from '../../../src/sim/latency.ts';
import { backtest } from '../../../src/study/run/backtest.ts';
import type { RunResult } from '../../../src/study/store/run-result.ts';
import { openTape, type Tape } from '../../../src/tape/open-tape.ts';

/** How a run of the audit differs from the standard one. */
export interface RunChoices {
  /** Rows of a block, at most. */
  readonly rows?: number;
  readonly lanes?: readonly Lane[];
  readonly controls?: boolean;
}

/** A real set as a tape in a folder of its own, and whale runs on it. */
export class AuditedTape {
  readonly folder: string;
  readonly tape: Tape;

  private constructor(folder: string, tape: Tape) {
    this.folder = folder;
    this.tape = tape;
  }

  static async import(set: string, source: string): Promise<AuditedTape> {
    const folder = mkdtempSync(join(tmpdir(), 'tapedeck-audit-'));
    const mapping = `data/mappings/${set}.json`;
    await runImport({ mapping, source, name: set, dataFolder: folder, createdBy: 'audit' });
    return new AuditedTape(folder, await openTape(folder, set));
  }

  /** `backtest --strategy whale` with its controls and everything else as it comes, as `cli/run-backtest` composes it. */
  async run(choices: RunChoices = {}): Promise<{ result: RunResult; folder: string }> {
    const { tape } = this;
    const { rows } = choices;
    const source = await tapeSource(tape);
    const whale = await loadStrategy('whale');
    return backtest({
      tape: rows === undefined ? source : { ...source, blocks: () => tape.blocks({ rows }) },
      module: whale.module,
      strategyHash: whale.hash,
      params: {},
      controls: choices.controls ?? true,
      lanes: choices.lanes ?? LANES,
      latency: ASSUMED_LATENCY,
      names: { strategy: 'whale', tape: tape.manifest.name },
      fees: [...KNOWN_FEES, ...(await tapeFees(tape))],
      membership: 'direct',
      // What is found again in SQL has no memory of what was lost before.
      limits: { ...STANDARD_LIMITS, dailyLoss: dollars(1e8), dailyLossShare: 1, drawdown: 1, lossesInRow: 1e9 },
      tier: BASIC_TIER,
      startingCash: dollars(10_000),
      seed: 'tapedeck',
      dataFolder: this.folder,
    });
  }

  /** What a run with other choices gives; its folder does not stay. */
  async again(choices: RunChoices): Promise<RunResult> {
    const { result, folder } = await this.run(choices);
    rmSync(folder, { recursive: true });
    return result;
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}

/** The digest of one lane of one arm. */
export function laneDigest(result: RunResult, arm: string, lane: string): string {
  const found = result.arms.find(({ name }) => name === arm)?.lanes.find((one) => one.lane === lane);
  if (found === undefined) throw new Error(`the run has no arm ${arm} in lane ${lane}`);
  return found.digest;
}
