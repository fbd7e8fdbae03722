/** What can be wrong with a command, by the code of the wire. */
const TEXTS = {
  1: 'Unable to process message',
  2: 'Params required',
  3: 'Channels required',
  4: 'Subscription IDs required',
  5: 'Unknown command',
  7: 'Unknown subscription ID',
  8: 'Unknown channel name',
  10: 'Channel error',
  11: 'Invalid parameter',
  12: 'Exactly one subscription ID is required',
  13: 'Unsupported action',
  14: 'Market Ticker required',
  15: 'Action required',
  25: 'Subscription buffer overflow',
} as const;

type ErrorCode = keyof typeof TEXTS;

/** A command that cannot be obeyed. */
export class CommandError extends Error {
  override name = 'CommandError';
  readonly code: ErrorCode;

  constructor(code: ErrorCode) {
    super(TEXTS[code]);
    this.code = code;
  }
}
