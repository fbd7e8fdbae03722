/** What the exchange said no with, of whichever of its four shapes. Codes are open-ended: never switch over all of them. */
export interface Refusal {
  readonly status: number;
  /** The exchange's code; `validation` for the shape that has none, `too_many_requests` for the rate limit. */
  readonly code: string;
  readonly message: string;
  readonly details: string;
}

/**
 * What became of a write. `unknown` may or may not have happened: it is never sent again, and only the exchange's own lists of orders
 * and fills settle it. `unsent` never left this machine.
 */
export type WriteOutcome<Answer> =
  | { readonly kind: 'answered'; readonly answer: Answer }
  | { readonly kind: 'refused'; readonly refusal: Refusal }
  | { readonly kind: 'unknown'; readonly why: UnknownWhy; readonly detail: string }
  | { readonly kind: 'unsent'; readonly detail: string };

export type UnknownWhy = 'timed-out' | 'connection-lost' | 'server-error' | 'unreadable';

/**
 * Reads an error body: `{error: {code, message, details}}`, `{code, message, details}`, `{msg}` or `{error: "text"}`. Null where it is
 * none of the four.
 */
export function readRefusal(status: number, body: unknown): Refusal | null {
  if (!isObject(body)) return null;
  if (isObject(body.error)) return coded(status, body.error);
  if (typeof body.error === 'string') {
    const code = status === 429 ? 'too_many_requests' : body.error.trim().replaceAll(/\s+/g, '_').slice(0, 80);
    return { status, code, message: body.error, details: '' };
  }
  if (typeof body.msg === 'string') return { status, code: 'validation', message: body.msg, details: '' };
  return coded(status, body);
}

function coded(status: number, from: Readonly<Record<string, unknown>>): Refusal | null {
  if (typeof from.code !== 'string' || from.code === '') return null;
  const text = (value: unknown): string => (typeof value === 'string' ? value : '');
  return { status, code: from.code, message: text(from.message), details: text(from.details) };
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** A refusal in one line: "409 order_already_exists: order already exists (details)". */
export function refusalText({ status, code, message, details }: Refusal): string {
  const said = message === '' || message === code ? '' : `: ${message.slice(0, 300)}`;
  return `${status} ${code}${said}${details === '' ? '' : ` (${details.slice(0, 300)})`}`;
}

/** JSON as the exchange sends it: raw control characters inside texts do occur. Undefined where it is no JSON. */
export function readJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {}
  try {
    return JSON.parse(text.replaceAll(/\p{Cc}/gu, ' '));
  } catch {
    return undefined;
  }
}
