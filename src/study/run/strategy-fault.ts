import { resolve } from 'node:path';
import { AssertionError } from '../../core/assert.ts';
import { Fault, type FaultCode } from '../../core/fault.ts';
import { interruptible, wasInterrupted } from './interruptible.ts';

/** Where our own rooms lie; a strategy that comes with the program lies beside them. */
const ROOMS = resolve(import.meta.dirname, '../..');
/** Faults that a strategy's call may meet and that are not its mistake. */
const NOT_ITS_MISTAKE: readonly FaultCode[] = ['unknown-fee-schedule', 'disk-full', 'cannot-write', 'interrupted'];

/** The Fault (`strategy-failed`) of what a strategy threw; `doing` says when: "in onTrade at tape row 17". */
export function strategyFault(thrown: unknown, name: string, doing: string): unknown {
  if (thrown instanceof Fault && NOT_ITS_MISTAKE.includes(thrown.code)) return thrown;
  if (wasInterrupted(thrown)) return interruptedFault(`strategy "${name}" was still busy ${doing}`);
  if (thrown instanceof AssertionError && isOurs(thrown)) return thrown;
  return new Fault('strategy-failed', `strategy "${name}" threw ${doing}: ${describe(thrown)}`, {
    next: 'Correct the strategy; nothing of the run was kept.',
    cause: thrown,
  });
}

/** The Fault of a run that Ctrl-C ended. */
export function interruptedFault(what: string): Fault {
  return new Fault('interrupted', `interrupted: ${what}; nothing of the run was kept`, { next: 'Start it again.' });
}

/** Calls strategy code outside of a replay, in a way that Ctrl-C can end. What it throws becomes a Fault. */
export function asking<T>(name: string, doing: string, ask: () => T): T {
  try {
    return interruptible(ask);
  } catch (error) {
    throw strategyFault(error, name, doing);
  }
}

/** What was thrown, in words, with the place in the strategy's own code. A strategy can throw anything. */
export function describe(thrown: unknown): string {
  if (!(thrown instanceof Error)) {
    const kind = typeof thrown;
    if (kind === 'string') return JSON.stringify((thrown as string).slice(0, 200));
    return kind === 'object' && thrown !== null ? 'an object that is no Error' : String(thrown);
  }
  const place = placeOf(thrown);
  const message = `${thrown.name === 'Misuse' || thrown.name === 'Fault' ? '' : `${thrown.name}: `}${thrown.message}`;
  return place === '' ? message : `${message} (${place})`;
}

/** The innermost line of a stack that is not ours: "at onTrade (/home/ada/my.ts:22:9)"; '' where there is none. */
export function placeOf(error: Error): string {
  return (
    framesOf(error).find((frame) => /:\d+\)?$/.test(frame) && !inOurRooms(frame) && !frame.includes('node:')) ?? ''
  );
}

/** Whether any line of a stack is ours. */
export function touchesOurRooms(error: Error): boolean {
  return framesOf(error).some(inOurRooms);
}

function framesOf({ stack }: Error): string[] {
  if (typeof stack !== 'string') return [];
  const lines = stack.split('\n').map((line) => line.trim());
  return lines.filter((line) => line.startsWith('at ') && !line.includes('tapedeck-work'));
}

function inOurRooms(frame: string): boolean {
  return frame.includes(`${ROOMS}/`);
}

/** Whether an invariant of ours broke. A strategy may use `assert` too: then the line that called it is not ours. */
function isOurs(error: AssertionError): boolean {
  const [caller] = framesOf(error).filter((frame) => !/core[/\\]assert\.[jt]s/.test(frame));
  return caller === undefined || inOurRooms(caller);
}
