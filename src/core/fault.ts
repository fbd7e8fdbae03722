/**
 * The closed list of what can be wrong with the world at our edges. Each code belongs to one exit status
 * (see `docs/exit-codes.md`); the text of a fault says what, where, why and what to do next.
 */
export const FAULT_EXIT = {
  usage: 2,
  'strategy-not-found': 2,
  'strategy-exists': 2,
  'invalid-parameter': 2,
  'missing-file': 3,
  'truncated-file': 3,
  'malformed-input': 3,
  'missing-column': 3,
  'off-grid-price': 3,
  'unsupported-precision': 3,
  'invalid-mapping': 3,
  'tape-not-found': 3,
  'tape-exists': 3,
  'tape-corrupt': 3,
  'tape-version': 3,
  'crossed-book': 3,
  'mixed-environments': 3,
  'model-not-found': 3,
  'model-mismatch': 3,
  'unknown-fee-schedule': 4,
  'unsettled-market': 4,
  'strategy-failed': 5,
  'disk-full': 6,
  'cannot-write': 6,
  'query-failed': 7,
  'run-not-found': 7,
  'run-changed': 7,
  'missing-credentials': 9,
  'invalid-credentials': 9,
  'exchange-unreachable': 9,
  'exchange-refused': 9,
  'wire-drift': 9,
  'weather-unreachable': 9,
  'weather-drift': 9,
  'not-ready': 9,
  'session-halted': 10,
  'parity-broken': 10,
  interrupted: 130,
} as const;

export type FaultCode = keyof typeof FAULT_EXIT;

/** Something in the world is wrong: bad input, a missing file, a refused request. Carries a code from the closed list. */
export class Fault extends Error {
  override name = 'Fault';
  readonly code: FaultCode;
  /** The next step for the person who reads it, one sentence. */
  readonly next: string;

  constructor(code: FaultCode, message: string, options: { next?: string; cause?: unknown } = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
    this.next = options.next ?? '';
  }
}
