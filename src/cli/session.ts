import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { Fault } from '../core/fault.ts';
import { removeOwnPartials } from './remove-partials.ts';

/** The flags that every command takes. */
export interface GlobalFlags {
  readonly data: string;
  readonly json: boolean;
  readonly quiet: boolean;
  readonly color: boolean;
}

/** Where files lie unless `--data` or the environment says otherwise. */
export const STANDARD_DATA = './data';

/** What a command works with: where its files lie, how it may speak, and whether it should stop. */
export interface Session {
  readonly dataFolder: string;
  readonly json: boolean;
  /** Whether answers may carry terminal colour codes. */
  readonly colour: boolean;
  /** Whether a progress bar may be drawn: standard error is a terminal and nobody asked for silence. */
  readonly progress: boolean;
  /** Aborted by the first Ctrl-C (SIGINT) or SIGTERM; the second ends the process. */
  readonly signal: AbortSignal;
  /** Writes an answer to standard output, with a line end. */
  print(text: string): void;
  /** Tells a person something on standard error, unless `--quiet`. */
  note(text: string): void;
}

/** Opens a session; it leaves nothing half-written under its data folder, however it ends. */
export function openSession(flags: GlobalFlags, signal: AbortSignal): Session {
  checkDataFolder(flags.data);
  process.once('exit', () => removeOwnPartials(flags.data));
  return {
    dataFolder: flags.data,
    json: flags.json,
    colour: flags.color && process.stdout.isTTY === true && (process.env.NO_COLOR ?? '') === '',
    progress: process.stderr.isTTY === true && !flags.json && !flags.quiet,
    signal,
    print(text) {
      process.stdout.write(text.endsWith('\n') ? text : `${text}\n`);
    },
    note(text) {
      if (!flags.quiet) process.stderr.write(`${text}\n`);
    },
  };
}

/** A data folder that is not there yet is made when something is written; one that cannot be one is told at once. */
function checkDataFolder(data: string): void {
  const refused = (why: string): Fault =>
    new Fault('cannot-write', `--data ${data} cannot hold tapes and runs: ${why}`, {
      next: 'Name a folder that may be read and written, or one that is not there yet.',
    });
  try {
    const names = readdirSync(data);
    for (const name of ['tapes', 'runs']) if (names.includes(name)) readdirSync(join(data, name));
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT') return;
    throw refused(code === 'ENOTDIR' ? 'it is, or holds in their place, a file' : message);
  }
}

/** A signal that the first SIGINT or SIGTERM aborts; a second one calls `endNow`. Some senders signal a process and its group: both reach it at once. */
export function abortOnInterrupt(endNow: () => never): AbortSignal {
  const controller = new AbortController();
  const interrupt = (): void => {
    if (controller.signal.aborted) endNow();
    controller.abort();
  };
  process.on('SIGINT', interrupt);
  process.on('SIGTERM', interrupt);
  return controller.signal;
}

/**
 * A reader of our output that goes away, as `head` does, is no error: what it did not want is dropped. Any other failure to write
 * the answer is handed to `fail` as a Fault (`disk-full`, `cannot-write`).
 */
export function watchOutput(fail: (fault: Fault) => void): void {
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') return;
    const full = ['ENOSPC', 'EFBIG', 'EDQUOT'].includes(error.code ?? '');
    const why = full ? 'the disk is full, or a size limit was reached' : error.message;
    fail(
      new Fault(full ? 'disk-full' : 'cannot-write', `standard output cannot be written: ${why}`, {
        next: 'What is there of the answer is not whole: send it elsewhere and run the command again.',
      }),
    );
  });
  // With standard error gone there is nobody left to tell.
  process.stderr.on('error', () => {});
}
