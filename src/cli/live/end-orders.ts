import { Fault } from '../../core/fault.ts';
import { type Environment, environmentNamed, localEnvironment } from '../../kalshi/environment.ts';
import { type Killed, pullKillSwitch } from '../../live/kill-switch.ts';
import { findSession, type SessionFolder, sessionIds, takeLease } from '../../live/session-folder.ts';
import { isRunning } from '../../tape/tape-folder.ts';
import type { GlobalFlags, Session } from '../session.ts';
import { SYSTEM_CLOCK } from '../system-clock.ts';
import { accountAt, environmentAt } from './account-of.ts';

/** What `tapedeck kill` and `tapedeck cleanup` take. */
export interface EndFlags extends GlobalFlags {
  readonly demo: boolean;
  readonly production: boolean;
  readonly url?: string;
  readonly reason: string;
}

/** Runs `tapedeck kill`: first no session here may send any more, whatever its process does; then everything at the exchange is cancelled. */
export async function killSessions(flags: EndFlags, session: Session): Promise<void> {
  const named = namedEnvironment(flags);
  const running = runningSessions(session.dataFolder).filter(
    ({ facts }) => named === null || (facts.environment === named.name && facts.rest === named.rest),
  );
  for (const folder of running) folder.kill(flags.reason);
  const dead = new Set(running.filter(({ status }) => !isRunning(status!.pid)).map(({ facts }) => facts.id));
  // Of an exchange that ends with its session nothing is left to cancel.
  const reached = running.filter((folder) => folder.status?.passing === false);
  const places = new Map(reached.map(({ facts }) => [facts.rest, environmentAt(facts.environment, facts.rest)]));
  if (named !== null) places.set(named.rest, named);
  if (running.length === 0 && named === null) {
    throw new Fault('usage', 'no session runs here, and no account is named', {
      next: 'Name one: --demo, --production, or --url http://127.0.0.1:8090.',
    });
  }
  const done = [];
  for (const environment of places.values()) {
    const groups = reached.flatMap(({ status, facts }) =>
      facts.rest === environment.rest && status?.group != null ? [status.group] : [],
    );
    done.push({ place: environment.rest, ...(await emptied(environment, groups)) });
  }
  const ids = running.map(({ facts }) => facts.id);
  session.print(session.json ? JSON.stringify({ sessions: ids, accounts: done }, null, 2) : killText(ids, done, dead));
  refuseIfLeft(done);
}

/** Runs `tapedeck cleanup`: cancels all open orders of an account that no session of this folder trades, and closes what a killed session left. */
export async function cleanUp(flags: EndFlags, session: Session): Promise<void> {
  const unfinished = runningSessions(session.dataFolder);
  const [newest] = unfinished.filter((folder) => folder.status?.passing === false).reverse();
  const environment = namedEnvironment(flags) ?? (newest && environmentAt(newest.facts.environment, newest.facts.rest));
  if (environment === undefined) {
    throw new Fault('usage', 'no account is named, and no session was left unfinished', {
      next: 'Name one: --demo, --production, or --url http://127.0.0.1:8090.',
    });
  }
  const giveBack = takeLease(session.dataFolder, environment.name);
  try {
    const done = { place: environment.rest, ...(await emptied(environment, [])) };
    const ended = unfinished.filter(({ facts }) => facts.environment === environment.name);
    for (const folder of ended)
      folder.tell({ ...folder.status!, state: 'ended', ended: 'cleaned up', halted: null, ending: false });
    const ids = ended.map(({ facts }) => facts.id);
    session.print(
      session.json ? JSON.stringify({ sessions: ids, accounts: [done] }, null, 2) : killText(ids, [done], new Set(ids)),
    );
    refuseIfLeft([done]);
  } finally {
    giveBack();
  }
}

/** Runs `tapedeck resume`: the newest running session, or the one that is named, may enter again. */
export function resumeSession(id: string | undefined, reason: string, session: Session): void {
  const running = runningSessions(session.dataFolder);
  const folder = id === undefined ? running.at(-1) : findSession(session.dataFolder, id);
  if (folder === undefined) {
    throw new Fault('run-not-found', 'no session runs here', { next: 'A session that has ended is begun anew.' });
  }
  const { status, facts } = folder;
  const ending = status?.ending === true && isRunning(status.pid);
  if (status?.state !== 'running' || ending || status.halted === null) {
    const why = status?.state !== 'running' ? 'does not run' : ending ? 'is ending' : 'is not halted';
    throw new Fault('usage', `session ${facts.id} ${why}`, { next: '"npx tapedeck sessions" shows how each stands.' });
  }
  folder.ask({ what: 'resume', reason }, Date.now());
  session.print(`session ${facts.id} was halted (${status.halted}); it may enter again`);
}

/** Sessions that run by their word, oldest first. */
function runningSessions(dataFolder: string): SessionFolder[] {
  return sessionIds(dataFolder)
    .map((id) => findSession(dataFolder, id))
    .filter(({ status }) => status?.state === 'running');
}

function namedEnvironment({ demo, production, url }: EndFlags): Environment | null {
  if ([demo, production, url !== undefined].filter(Boolean).length > 1) {
    throw new Fault('usage', '--demo, --production and --url name one account between them', { next: 'Give one.' });
  }
  if (url !== undefined) return localEnvironment(url);
  return demo || production ? environmentNamed(production ? 'production' : 'demo') : null;
}

async function emptied(environment: Environment, groups: readonly string[]): Promise<Killed> {
  const account = accountAt(environment);
  try {
    return await pullKillSwitch({ ...account, wall: SYSTEM_CLOCK, groups });
  } finally {
    await account.close();
  }
}

/** Of a session without a process. */
const LAST = '; its tables end where it ended: what filled after that only the exchange knows';

function killText(
  ids: readonly string[],
  done: readonly (Killed & { readonly place: string })[],
  dead: ReadonlySet<string>,
): string {
  return [
    ...ids.map((id) => `session ${id}: nothing goes out any more${dead.has(id) ? LAST : ''}`),
    ...done.flatMap(({ place, found, left, took, troubles }) => [
      `${place}: everything cancelled at once, ${found} orders one by one; ${left === 0 ? 'none rests now' : `${left} MAY STILL REST`} (${Math.round(took / 1_000)} ms)`,
      ...troubles.map((trouble) => `  ${trouble}`),
    ]),
  ].join('\n');
}

function refuseIfLeft(done: readonly (Killed & { readonly place: string })[]): void {
  const bad = done.find(({ left }) => left !== 0);
  if (bad === undefined) return;
  throw new Fault('exchange-unreachable', `orders may still rest at ${bad.place}`, {
    next: 'Run the command again, and look at the account on the site of the exchange.',
  });
}
