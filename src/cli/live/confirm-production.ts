import { createInterface } from 'node:readline/promises';
import { Fault } from '../../core/fault.ts';
import type { Money } from '../../core/money.ts';
import { dollars, formatDollars } from '../../core/money.ts';
import type { LiveFlags } from './live-flags.ts';

const WORD = 'production';

/** Asks a person, or takes `--yes`, for a session with real money. Throws a Fault (`usage`) where it is not said, or not confirmed by a person or `--yes`. */
export async function confirmProduction(flags: LiveFlags): Promise<void> {
  const cap = lossCapOf(flags);
  if (cap === null) {
    throw new Fault('usage', '--production needs a --loss-cap: dollars that a day may lose before everything stops', {
      next: 'Say, for example, --loss-cap 50.',
    });
  }
  if (flags.yes) return;
  if (process.stdin.isTTY !== true) {
    throw new Fault('usage', '--production asks for a confirmation, and nobody is there to type it', {
      next: 'Start it on a terminal, or say --yes where a service starts it.',
    });
  }
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  const said = await terminal.question(
    `Real orders for real money; it stops when a day has lost ${formatDollars(cap)}. Type "${WORD}" to go on: `,
  );
  terminal.close();
  if (said.trim() !== WORD) throw new Fault('usage', 'not confirmed: nothing was done', { next: 'Start it again.' });
}

/** The flag `--loss-cap`, or null. Throws a Fault (`usage`) where it is no amount. */
export function lossCapOf({ 'loss-cap': text }: LiveFlags): Money | null {
  if (text === undefined) return null;
  const cap = Number(text);
  if (text.trim() !== '' && cap > 0 && cap <= 1_000_000) return dollars(cap);
  throw new Fault('usage', `--loss-cap ${text} is no amount of dollars`, { next: 'Say, for example, --loss-cap 50.' });
}
