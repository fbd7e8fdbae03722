import { Fault } from '../../core/fault.ts';
import { findSession } from '../../live/session-folder.ts';
import type { Session } from '../session.ts';
import { parityOf, parityText } from './parity.ts';

/** Runs `tapedeck parity`. Throws a Fault (`parity-broken`) where the replay and the session part ways. */
export async function showParity(id: string, session: Session): Promise<void> {
  const parity = await parityOf(findSession(session.dataFolder, id));
  session.print(session.json ? JSON.stringify(parity, null, 2) : parityText(parity));
  if (parity.difference === null) return;
  throw new Fault('parity-broken', `session ${parity.id} and its replay part ways`, {
    next: 'The line above says where; the cause is most likely what has changed since.',
  });
}
