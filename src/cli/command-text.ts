import type { SweepRow } from '../study/sweep/sweep-row.ts';
import { STANDARD_FLAGS, type SweepFlags } from './backtest-flags.ts';
import { STANDARD_DATA } from './session.ts';

/** Flags of a sweep that its configurations share. */
const SHARED = ['params', 'lanes', 'seed', 'cash', 'latency', 'fees', 'membership', 'limits', 'tier'] as const;

/** The shell command that runs one configuration of a sweep alone, with its controls, on the terms of the sweep. */
export function commandOf(flags: SweepFlags, { swept }: Pick<SweepRow, 'swept'>): string {
  const words = ['npx', 'tapedeck', 'backtest', '--strategy', flags.strategy];
  if (flags.tape !== undefined) words.push('--tape', flags.tape);
  // A parameter may be given once: what was swept stands for what was said of it before.
  const given = flags.param.filter((text) => !(text.slice(0, text.indexOf('=')) in swept));
  const params = [...given, ...Object.entries(swept).map(([name, value]) => `${name}=${value}`)];
  for (const text of params) words.push('--param', text);
  const standard: Readonly<Record<string, string>> = STANDARD_FLAGS;
  for (const name of SHARED) {
    const value = flags[name];
    if (value !== undefined && value !== standard[name]) words.push(`--${name}`, value);
  }
  if (flags.data !== STANDARD_DATA) words.push('--data', flags.data);
  return words.map(quoted).join(' ');
}

/** A word as a POSIX shell reads it back. */
function quoted(word: string): string {
  return /^[\w./:=,@%+-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}
