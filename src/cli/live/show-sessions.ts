import { formatTime } from '../../core/time.ts';
import { findSession, sessionIds } from '../../live/session-folder.ts';
import { textTable } from '../../study/text/text-table.ts';
import { isRunning } from '../../tape/tape-folder.ts';
import type { Session } from '../session.ts';

/** Runs `tapedeck sessions`: every session of the data folder and how it stands. */
export function showSessions(session: Session): void {
  const all = sessionIds(session.dataFolder).map((id) => {
    const { facts, status, killed } = findSession(session.dataFolder, id);
    return { facts, status, killed, stands: standing(status, killed) };
  });
  if (session.json) {
    session.print(
      JSON.stringify(
        all.map(({ facts, status, killed }) => ({ ...facts, status, killed })),
        null,
        2,
      ),
    );
    return;
  }
  if (all.length === 0) {
    session.print('no session yet: begin one with "npx tapedeck live --city chicago"');
    return;
  }
  const columns = ['session', 'strategy', 'place', 'began (market time)', 'stands'].map((title) => ({ title }));
  const rows = all.map(({ facts, stands }) => [
    facts.id,
    facts.strategy.label,
    `${facts.environment}${facts.synthetic ? ', SYNTHETIC' : ''}${facts.paper ? ', on paper' : ''}`,
    formatTime(facts.startedTime).slice(0, 16).replace('T', ' '),
    stands,
  ]);
  session.print(textTable(columns, rows).join('\n'));
}

type Folder = ReturnType<typeof findSession>;

function standing(status: Folder['status'], killed: string | null): string {
  if (killed !== null) return `killed: ${killed}`;
  if (status === null) return 'never came to run';
  if (status.state === 'ended') return `ended: ${status.ended}`;
  const halted = status.halted === null ? '' : `, halted: ${status.halted}`;
  if (isRunning(status.pid)) return `${status.ending ? 'ends' : 'runs'} (process ${status.pid})${halted}`;
  return status.passing ? 'was killed, and its exchange with it' : `was killed: "live" takes it up again${halted}`;
}
