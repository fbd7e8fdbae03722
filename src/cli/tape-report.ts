import type { SplitTotal } from '../sim/decrease-split.ts';
import { TapeDecreases } from '../sim/tape-decreases.ts';
import { inspectTape, type TapeSummary } from '../tape/inspect-tape.ts';
import type { Tape } from '../tape/open-tape.ts';

/** What a person wants to know of a tape before trusting it, with what left its levels in 0.01 contract; null where it has no whole depth. */
export interface TapeReport extends TapeSummary {
  readonly decreases: SplitTotal | null;
}

/** Reads the report of a tape. Its decreases are split as the simulated venue splits them. */
export async function tapeReport(tape: Tape): Promise<TapeReport> {
  const summary = await inspectTape(tape);
  const { grade } = tape.manifest;
  const all = new TapeDecreases(grade);
  if (grade.depth === 'L2') for await (const block of tape.blocks()) all.see(block);
  return { ...summary, decreases: all.finish() };
}
