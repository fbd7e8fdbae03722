import { Misuse } from '../core/misuse.ts';
import type { Strategy } from './strategy.ts';

const CALLBACKS: Readonly<Record<keyof Strategy, true>> = {
  onStart: true,
  onBook: true,
  onTrade: true,
  onSignal: true,
  onPrediction: true,
  onOrder: true,
  onFill: true,
  onTimer: true,
  onLifecycle: true,
  onSettlement: true,
  onParams: true,
  onStop: true,
};
const NAMES = Object.keys(CALLBACKS);

/**
 * Checks what a strategy's `create` returned: an object whose callbacks are plain functions. Returns remarks on what looks like a callback
 * and is none, such as `onbook`. Throws a Misuse.
 */
export function checkStrategy(made: unknown): string[] {
  if (typeof made !== 'object' || made === null) {
    throw new Misuse(
      `create gave ${made === null ? 'null' : typeof made}, not a strategy: return an object of callbacks`,
    );
  }
  if ('then' in made) throw new Misuse('create gave a promise, not a strategy: it must not be async');
  const remarks: string[] = [];
  for (const name of namesOf(made)) {
    if (NAMES.includes(name)) checkCallback(name, (made as Readonly<Record<string, unknown>>)[name]);
    else if (isFunction(made, name)) {
      const meant = NAMES.find((known) => plain(known) === plain(name));
      if (meant === undefined && !/^on[A-Z_]/.test(name)) continue;
      const hint = meant === undefined ? `known are ${NAMES.join(', ')}` : `did you mean ${meant}?`;
      remarks.push(`nobody calls "${name}" of the strategy: ${hint}`);
    }
  }
  return remarks;
}

/** Every name an object answers to, its classes' too. */
function namesOf(made: object): Set<string> {
  const names = new Set<string>();
  for (let at = made; at !== null && at !== Object.prototype; at = Object.getPrototypeOf(at)) {
    for (const name of Object.getOwnPropertyNames(at)) names.add(name);
  }
  return names;
}

function isFunction(made: object, name: string): boolean {
  return typeof (made as Readonly<Record<string, unknown>>)[name] === 'function';
}

/** A name without its case and dashes. */
function plain(name: string): string {
  return name.toLowerCase().replaceAll(/[^a-z]/g, '');
}

function checkCallback(name: string, callback: unknown): void {
  if (callback === undefined) return;
  if (typeof callback !== 'function') {
    throw new Misuse(
      `${name} of the strategy is ${callback === null ? 'null' : `a ${typeof callback}`}, not a function`,
    );
  }
  const kind = Object.getPrototypeOf(callback)?.[Symbol.toStringTag];
  if (kind === undefined) return;
  const what = kind === 'AsyncFunction' ? 'an async function' : `a ${kind}`;
  throw new Misuse(`${name} of the strategy is ${what}: callbacks are synchronous, nobody waits for what comes later`);
}
