import { closeSync, openSync, renameSync, rmSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';
import type { Writable } from 'node:stream';
import { writeFault } from '../../tape/write-fault.ts';

/** Where a query's answer goes, piece by piece. */
export interface QuerySink {
  /** Resolves to false when nobody reads any more. Throws a Fault where the disk refuses. */
  write(piece: string | Uint8Array): Promise<boolean>;
  /** The answer is whole. */
  finish(): void;
  /** It will not be: leaves no half file. */
  discard(): void;
}

/** A hidden name beside `path` for a file that is not whole yet. */
export function partialPath(path: string): string {
  return `${path}.partial-${process.pid}`;
}

/** A file that appears under its name only when it is whole; one of that name is replaced. */
export function fileSink(path: string): QuerySink {
  const partial = partialPath(path);
  const guard = <T>(action: () => T): T => {
    try {
      return action();
    } catch (error) {
      throw writeFault(error, dirname(path));
    }
  };
  const descriptor = guard(() => openSync(partial, 'w'));
  return {
    async write(piece) {
      let rest = typeof piece === 'string' ? Buffer.from(piece) : piece;
      while (rest.length > 0) rest = rest.subarray(guard(() => writeSync(descriptor, rest)));
      return true;
    },
    finish() {
      closeSync(descriptor);
      guard(() => renameSync(partial, path));
    },
    discard() {
      closeSync(descriptor);
      rmSync(partial, { force: true });
    },
  };
}

/** A stream such as standard output. A reader that goes away, as `head` does, is no error. */
export function streamSink(stream: Writable): QuerySink {
  let closed = false;
  // The write that failed tells of every other error.
  const onError = (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') closed = true;
  };
  stream.on('error', onError);
  return {
    write: (piece) =>
      new Promise((resolve, reject) => {
        if (closed) resolve(false);
        else {
          stream.write(piece, (error) => {
            if (!error) resolve(!closed);
            else if ((error as NodeJS.ErrnoException).code === 'EPIPE') resolve(false);
            else reject(error);
          });
        }
      }),
    finish: () => stream.off('error', onError),
    discard: () => stream.off('error', onError),
  };
}
