import { Fault } from '../core/fault.ts';

const FULL = /no space left|disk quota|file too large|ENOSPC|EDQUOT|EFBIG|failed to offload/i;
const REFUSED = /permission denied|read-only file system|EACCES|EPERM|EROFS|ENOTDIR|not a directory/i;

/**
 * The Fault of a failed write: `disk-full` or `cannot-write`. A Fault stays as it is, and so does an error that has nothing to
 * do with the disk.
 */
export function writeFault(error: unknown, folder: string): unknown {
  if (error instanceof Fault || !(error instanceof Error)) return error;
  if (FULL.test(error.message)) {
    return new Fault(
      'disk-full',
      `the disk is full, or a size limit was reached, writing to ${folder}; nothing was kept`,
      {
        next: 'Free some space, or give --data a folder on another disk, and run the command again.',
        cause: error,
      },
    );
  }
  const ours = error.message.startsWith('IO Error') && error.message.includes(folder);
  if (REFUSED.test(error.message) || ours) {
    return new Fault('cannot-write', `cannot write to ${folder}: ${firstLine(error)}`, {
      next: 'Check that the folder exists and may be written to.',
      cause: error,
    });
  }
  return error;
}

/** The Fault of rows that DuckDB could not bring into the tape's columns; other errors stay as they are. */
export function conversionFault(error: unknown, what: string): unknown {
  if (!(error instanceof Error) || error instanceof Fault) return error;
  if (!/^(Conversion|Out of Range|Invalid Input) Error/i.test(error.message)) return error;
  return new Fault('malformed-input', `${what} do not fit the tape's columns: ${firstLine(error)}`, {
    next: 'Correct the value in the source, or the mapping that reads it.',
    cause: error,
  });
}

function firstLine(error: Error): string {
  return error.message.split('\n')[0] ?? error.message;
}
