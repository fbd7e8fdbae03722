import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

let collect: ((options?: { type: 'minor' }) => void) | undefined;

/**
 * Collects garbage now: `minor` what is young, in about a millisecond; `major` all of it, in tens of them. For a place that has just let
 * go of much which the collector does not see (memory of DuckDB) or will not hurry to give back.
 */
export function collectGarbage(type: 'minor' | 'major'): void {
  if (collect === undefined) {
    setFlagsFromString('--expose-gc');
    collect = runInNewContext('gc') as typeof collect;
  }
  // Of options Node 20 hears only this one.
  if (type === 'minor') collect?.({ type });
  else collect?.();
}
