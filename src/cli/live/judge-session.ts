import { findSession } from '../../live/session-folder.ts';
import type { Session } from '../session.ts';
import { type FillParity, fillParityOf, fillParityText } from './fill-parity.ts';
import { type Parity, parityText } from './parity.ts';
import { runProgram } from './run-program.ts';
import { tapeOfSession } from './session-tape.ts';

/** What a session that has ended is judged by. */
export interface Judged {
  readonly tape: string;
  readonly parity: Parity;
  /** A text where they could not be compared. */
  readonly simulated: FillParity | string;
  readonly difference: string | null;
  readonly text: string;
}

/** Makes a tape of a session that has ended, replays it in a process of its own, and runs its strategy over its tape with the latency it measured. */
export async function judgeSession(id: string, { dataFolder }: Session): Promise<Judged> {
  const folder = findSession(dataFolder, id);
  const tape = await tapeOfSession(folder, dataFolder);
  // A broken parity ends with a status of its own and prints the same.
  const parity = JSON.parse(await runProgram('parity', id, '--data', dataFolder, '--json')) as Parity;
  const simulated = await fillParityOf(folder, dataFolder);
  const text = [
    parityText(parity),
    ...fillParityText(simulated),
    `tape       ${id}, ${tape.rows.toLocaleString('en-US')} rows`,
  ].join('\n');
  return { tape: tape.folder, parity, simulated, difference: parity.difference, text };
}
