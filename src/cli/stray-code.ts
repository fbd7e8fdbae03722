import { Fault } from '../core/fault.ts';
import { describe, placeOf, touchesOurRooms } from '../study/run/strategy-fault.ts';
import { endingOf } from './exit.ts';

/** The exit status that the command itself has reached; null while it still works. */
let ended: number | null = null;

/** Whether a user's own file runs in this process: without one every failure is ours. */
let foreign = false;

/** Notes that code of a user's own is about to be loaded. */
export function markForeignCode(): void {
  foreign = true;
}

/** Notes that the command has come to its end by itself: an exit after this is in order. */
export function markEnded(status: number | string): void {
  ended = Number(status);
  process.exitCode = ended;
}

/**
 * A strategy can leave code behind that nobody waits for: a promise that fails, a timer that throws, a call of `process.exit`. Each ends
 * the command as the strategy's failure instead of a crash; what has no line of the strategy in its stack is our own mistake.
 */
export function watchStrays(end: (error: unknown) => never, write: (text: string) => void, json: boolean): void {
  process.on('uncaughtException', (error) => end(strayFault(error)));
  process.on('unhandledRejection', (reason) => end(strayFault(reason)));
  process.once('exit', () => {
    if (ended !== null) return;
    const fault = new Fault('strategy-failed', 'the process was ended before the command was done', {
      next: 'A strategy must not call process.exit, nor wait for what never comes; nothing of the run was kept.',
    });
    const { status, text } = endingOf(fault, json);
    write(text);
    process.exitCode = status;
  });
}

/** The Fault (`strategy-failed`) of what nobody caught, or the error as it is where it is our own; `where` says in which configurations. */
export function strayFault(thrown: unknown, where = ''): unknown {
  if (thrown instanceof Fault) return thrown;
  if (thrown instanceof Error && (!foreign || isOurs(thrown))) return thrown;
  return new Fault('strategy-failed', `code that the strategy left running${where} failed: ${describe(thrown)}`, {
    next: `Callbacks are synchronous: nothing may be left running. ${where === '' ? 'Nothing of the run was kept.' : 'Other batches that were done are kept.'}`,
    cause: thrown,
  });
}

/**
 * Whether our code, or that of a package of ours, threw it. Where the innermost line that is not Node's own is the strategy's, or where
 * there is none (a `fetch` that nobody waits for fails so), it is not: we wait for all that we begin.
 */
function isOurs(error: Error): boolean {
  const place = placeOf(error);
  return place === '' ? touchesOurRooms(error) : place.includes('node_modules');
}
