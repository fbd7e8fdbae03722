import { Fault } from '../core/fault.ts';
import type { SweepFlags } from './backtest-flags.ts';

const DIAL_FORM = /^(\d+(?:\.\d+)?):(\d+(?:\.\d+)?):(\d+(?:\.\d+)?)$/;

/** Flags that stand for parameters, written out: `--city chicago` is `--param city=chicago`, `--dial 0:1:0.1` a sweep. Throws a Fault (`usage`). */
export function withShorthands(flags: SweepFlags): SweepFlags {
  const { city, aggressiveness, dial } = flags;
  const param = [...flags.param];
  // A city is known by more than one spelling; the parameter takes the first.
  if (city !== undefined) param.push(`city=${city.trim().toLowerCase().replaceAll(/[ _]/g, '-')}`);
  if (aggressiveness !== undefined) param.push(`aggressiveness=${aggressiveness}`);
  if (dial === undefined) return { ...flags, param };
  const [, from, to, step] = DIAL_FORM.exec(dial) ?? [];
  if (from === undefined || to === undefined || step === undefined || Number(step) === 0 || Number(to) < Number(from)) {
    throw new Fault('usage', `--dial ${dial} is not from:to:step`, { next: 'Write it like --dial 0:1:0.1.' });
  }
  if (aggressiveness !== undefined) {
    throw new Fault('usage', '--dial and --aggressiveness cannot go together', { next: 'Give one of them.' });
  }
  return { ...flags, param, sweep: [...flags.sweep, `aggressiveness=${from}..${to}/${step}`] };
}
