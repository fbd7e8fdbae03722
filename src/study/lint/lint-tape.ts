import type { TapeSource } from '../store/tape-source.ts';
import type { Finding } from './finding.ts';
import { TapeLint } from './tape-lint.ts';

/** What about a tape would make a phantom of an edge that is found on it: one pass. */
export async function lintTape(tape: TapeSource, check: () => void): Promise<Finding[]> {
  const lint = new TapeLint(tape.markets, tape.facts);
  for await (const block of tape.blocks()) {
    check();
    lint.feed(block);
  }
  return lint.findings();
}
