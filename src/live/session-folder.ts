import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { Fault } from '../core/fault.ts';
import type { Time } from '../core/time.ts';
import { claimFolder, releaseFolder } from '../tape/record/writer-lock.ts';
import { SESSION_FILE, SESSIONS_FOLDER, STATUS_FILE, sessionFolders } from '../tape/session-files.ts';
import { writeFault } from '../tape/write-fault.ts';
import type { SessionFacts } from './session-facts.ts';

const KILL_FILE = 'killed.json';
const ASKED = 'asked';

/** How a session stands, as others may read it: `status.json`. */
export interface SessionStatus {
  /** `running` with a dead process is a session that was killed: it is taken up again. */
  readonly state: 'running' | 'ended';
  readonly pid: number;
  /** Where its monitor page is; null where it has none. */
  readonly monitor: string | null;
  /** The exchange's id of the group of all its orders. */
  readonly group: string | null;
  /** Whether its exchange ends with it: then it is never taken up again. */
  readonly passing: boolean;
  readonly halted: string | null;
  /** Whether it is on its way out: it cannot be resumed any more. */
  readonly ending: boolean;
  /** Why it ended; null while it runs. */
  readonly ended: string | null;
}

/** What somebody asks of a running session from outside: `resume`, `halt`. */
export interface Asked {
  readonly what: 'resume' | 'halt';
  readonly reason: string;
}

/** Where sessions lie in a data folder. */
export function sessionsFolder(dataFolder: string): string {
  return join(dataFolder, SESSIONS_FOLDER);
}

/** The ids of all sessions, oldest first. */
export function sessionIds(dataFolder: string): string[] {
  return sessionFolders(dataFolder)
    .map((path) => ({ id: basename(path), begun: begunTime(readFacts(path)) }))
    .sort((one, other) => one.begun - other.begun)
    .map(({ id }) => id);
}

/** Sessions of an earlier version tell their market's time only. */
function begunTime(facts: SessionFacts): Time {
  return (facts as Partial<SessionFacts>).begunTime ?? facts.startedTime;
}

/** Finds a session by its id, or the newest for "latest". Throws a Fault (`run-not-found`). */
export function findSession(dataFolder: string, name: string): SessionFolder {
  const ids = sessionIds(dataFolder);
  const id = name === 'latest' ? ids.at(-1) : ids.find((each) => each === name);
  if (id === undefined) {
    const known = ids.length === 0 ? 'there is none yet' : `the newest are ${ids.slice(-3).reverse().join(', ')}`;
    throw new Fault('run-not-found', `there is no session "${name}" in ${sessionsFolder(dataFolder)}: ${known}`, {
      next: 'Begin one with "npx tapedeck live --city chicago".',
    });
  }
  return new SessionFolder(join(sessionsFolder(dataFolder), id));
}

/** The folder of one session: what it began with, its log, its tables, how it stands, and what is asked of it. */
export class SessionFolder {
  readonly path: string;

  constructor(path: string) {
    this.path = path;
  }

  /** Makes the folder of a new session. Throws a Fault (`disk-full`, `cannot-write`). */
  static create(dataFolder: string, facts: SessionFacts): SessionFolder {
    const path = join(sessionsFolder(dataFolder), facts.id);
    try {
      mkdirSync(join(path, ASKED), { recursive: true });
      writeFileSync(join(path, SESSION_FILE), `${JSON.stringify(facts, null, 2)}\n`, { flag: 'wx' });
    } catch (error) {
      throw writeFault(error, dataFolder);
    }
    return new SessionFolder(path);
  }

  get facts(): SessionFacts {
    return readFacts(this.path);
  }

  get logPath(): string {
    return join(this.path, 'log.jsonl');
  }

  /** Null where it never came to run. */
  get status(): SessionStatus | null {
    try {
      return JSON.parse(readFileSync(join(this.path, STATUS_FILE), 'utf8')) as SessionStatus;
    } catch {
      return null;
    }
  }

  /** Writes how it stands, whole or not at all. */
  tell(status: SessionStatus): void {
    const file = join(this.path, STATUS_FILE);
    writeFileSync(`${file}.new`, `${JSON.stringify(status, null, 2)}\n`);
    renameSync(`${file}.new`, file);
  }

  /** Why it was killed from outside; null where it was not. */
  get killed(): string | null {
    const file = join(this.path, KILL_FILE);
    if (!existsSync(file)) return null;
    try {
      return (JSON.parse(readFileSync(file, 'utf8')) as { reason: string }).reason;
    } catch {
      return 'killed from outside';
    }
  }

  /** From now on nothing that could cost leaves it, whatever becomes of its process. */
  kill(reason: string): void {
    writeFileSync(join(this.path, KILL_FILE), `${JSON.stringify({ reason })}\n`);
  }

  /** Leaves word for the running session, which looks for it several times a second. */
  ask(asked: Asked, number: number): void {
    const file = join(this.path, ASKED, `${number}.json`);
    writeFileSync(`${file}.new`, JSON.stringify(asked));
    renameSync(`${file}.new`, file);
  }

  /** Takes what was asked since the last look, oldest first. */
  take(): Asked[] {
    const folder = join(this.path, ASKED);
    const names = readdirSync(folder)
      .filter((name) => name.endsWith('.json'))
      .sort();
    return names.map((name) => {
      const file = join(folder, name);
      const asked = JSON.parse(readFileSync(file, 'utf8')) as Asked;
      rmSync(file);
      return asked;
    });
  }
}

/**
 * The right to trade in one environment from one data folder: one process has it at a time. Returns what gives it back. Throws a Fault
 * (`cannot-write`) where another has it.
 */
export function takeLease(dataFolder: string, environment: string): () => void {
  const folder = join(sessionsFolder(dataFolder), `.lease-${environment}`);
  try {
    mkdirSync(folder, { recursive: true });
  } catch (error) {
    throw writeFault(error, dataFolder);
  }
  claimFolder(folder, 'is the lease of a session that is run');
  return () => releaseFolder(folder);
}

function readFacts(folder: string): SessionFacts {
  try {
    return JSON.parse(readFileSync(join(folder, SESSION_FILE), 'utf8')) as SessionFacts;
  } catch (error) {
    throw new Fault('malformed-input', `${join(folder, SESSION_FILE)} cannot be read: it is no session's`, {
      next: 'Remove the folder, or restore the file.',
      cause: error,
    });
  }
}
