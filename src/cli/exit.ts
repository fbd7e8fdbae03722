import { AssertionError } from '../core/assert.ts';
import { FAULT_EXIT, Fault } from '../core/fault.ts';

/** Exit status of a mistake in the program itself. */
export const OWN_MISTAKE = 70;

/** How a failed command ends: its exit status, and what it says on standard error. */
export interface Ending {
  readonly status: number;
  readonly text: string;
}

/** A Fault as three lines (what, why, next) or as JSON; anything else is our own mistake and is told with its stack. */
export function endingOf(error: unknown, json: boolean): Ending {
  if (error instanceof Fault) {
    const { code, message, next } = error;
    const why = whyOf(error);
    if (json) return { status: FAULT_EXIT[code], text: toJson({ code, message, ...(why && { why }), next }) };
    const lines = [`error: ${message} [${code}]`];
    if (why !== '') lines.push(`why:   ${why}`);
    if (next !== '') lines.push(`next:  ${next}`);
    return { status: FAULT_EXIT[code], text: lines.join('\n') };
  }
  return ownMistake(error, json);
}

/** The first line of the cause, where it says more than the message does. */
function whyOf({ cause, message }: Fault): string {
  if (!(cause instanceof Error)) return '';
  const line = cause.message.split('\n')[0]?.trim() ?? '';
  return line === '' || message.includes(line) ? '' : line;
}

function ownMistake(error: unknown, json: boolean): Ending {
  const kind =
    error instanceof AssertionError ? 'an invariant of tapedeck does not hold' : 'tapedeck failed unexpectedly';
  const message = error instanceof Error ? error.message : String(error);
  const next =
    'This is a mistake in tapedeck, not in your files: please report it with the lines above and the command you ran.';
  const stack = error instanceof Error ? (error.stack ?? message) : message;
  if (json) {
    const text = toJson({ code: 'own-mistake', message: `${kind}: ${message}`, next, stack });
    return { status: OWN_MISTAKE, text };
  }
  return { status: OWN_MISTAKE, text: `error: ${kind}\n${stack}\nnext:  ${next}` };
}

function toJson(error: Readonly<Record<string, unknown>>): string {
  return JSON.stringify({ error });
}
