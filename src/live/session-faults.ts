import { Fault } from '../core/fault.ts';
import type { Misuse } from '../core/misuse.ts';
import type { LoggedEngine } from './logged-engine.ts';
import type { Replayed } from './replay-log.ts';
import type { SessionFacts } from './session-facts.ts';

/** A session whose log does not replay to what it says cannot be taken up again. */
export function changed({ id }: SessionFacts, { difference }: Replayed): Fault {
  const { input, recorded } = difference!;
  return new Fault(
    'run-changed',
    `session ${id} cannot be resumed: after line ${input[0]} of its log the program does otherwise than it did${recorded === null ? '' : ` (line ${recorded[0]})`}`,
    {
      next: `"npx tapedeck parity ${id}" says where they part. "npx tapedeck cleanup" cancels what rests; then begin a new session.`,
    },
  );
}

/** What a strategy asked for that cannot be. */
export function strategyFault(error: Misuse, { engine }: LoggedEngine): Fault {
  return new Fault('strategy-failed', `the strategy asked for what cannot be, in ${engine.telling}: ${error.message}`, {
    next: 'Correct the strategy; the session can be replayed with "npx tapedeck parity".',
    cause: error,
  });
}
