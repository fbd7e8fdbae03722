import type { WrittenParams } from '../../engine/params.ts';
import { codeHash, sha256 } from '../store/code-hash.ts';
import type { Invocation } from '../store/invocation.ts';
import type { TapeFacts } from '../store/run-result.ts';
import type { Configuration } from './grid.ts';

/** What a sweep was asked, as `sweep.json` keeps it. */
export interface SweepPlan {
  readonly format: 'tapedeck-sweep';
  readonly version: 1;
  /** `<strategy>-<beginning of key>`. */
  readonly id: string;
  /** SHA-256 of everything that decides a result: results of another key never count. */
  readonly key: string;
  /** SHA-256 of the same without the program's and the strategy's code: equal for the same question asked of other code. */
  readonly question: string;
  readonly strategy: string;
  readonly tape: TapeFacts;
  readonly hashes: { readonly code: string; readonly strategy: string; readonly tape: string };
  /** The settings that all configurations share; its `params` are those not swept. */
  readonly invocation: Invocation;
  /** What distinguishes each configuration, in order of number. */
  readonly configurations: readonly WrittenParams[];
}

/** The plan of a sweep. Names (of the tape, of the strategy's file) are no part of its keys: only what they hold is. */
export function sweepPlan(
  strategy: { readonly name: string; readonly hash: string },
  tape: TapeFacts,
  invocation: Invocation,
  configurations: readonly Configuration[],
): SweepPlan {
  const { strategy: _, tape: __, controls: ___, params: ____, ...terms } = invocation;
  const asked = configurations.map(({ written }) => written);
  const question = sha256(JSON.stringify({ strategy: strategy.name, tape: tape.digest, terms, asked }));
  const hashes = { code: codeHash(), strategy: strategy.hash, tape: tape.digest };
  const key = sha256(JSON.stringify({ question, hashes }));
  return {
    format: 'tapedeck-sweep',
    version: 1,
    id: `${strategy.name}-${key.slice(0, 12)}`,
    key,
    question,
    strategy: strategy.name,
    tape,
    hashes,
    invocation,
    configurations: configurations.map(({ swept }) => swept),
  };
}
