import { constants, type KeyObject, verify } from 'node:crypto';
import type { Time } from '../core/time.ts';
import type { ExchangeAccount } from './account.ts';
import { refusal } from './refusal.ts';

/** A key that may sign requests for an account. */
export interface ApiKey {
  readonly id: string;
  readonly name: string;
  /** RSA or Ed25519. */
  readonly publicKey: KeyObject;
  readonly account: ExchangeAccount;
}

/** The headers of a request, names in lower case. */
export type Headers = Readonly<Record<string, string | string[] | undefined>>;

/** How far a timestamp may be off, in ms: five seconds, and a little for the way. */
const CLOCK_WINDOW = 5_250;

/**
 * Whose request it is: the signature must be of timestamp, method and path (without a query), made within five seconds. Throws a Refusal
 * (401) that says what is wrong.
 */
export function checkSignature(
  headers: Headers,
  method: string,
  path: string,
  keys: ReadonlyMap<string, ApiKey>,
  now: Time,
): ApiKey {
  const id = needed(headers, 'kalshi-access-key', 'key');
  const timestamp = needed(headers, 'kalshi-access-timestamp', 'timestamp');
  const signature = needed(headers, 'kalshi-access-signature', 'signature');
  const stated = /^\d{1,16}$/.test(timestamp) ? Number(timestamp) : 0;
  if (Math.abs(now / 1_000 - stated) > CLOCK_WINDOW) throw refusal(401, 'header_timestamp_expired');
  const key = keys.get(id);
  if (key === undefined) throw refusal(401, 'authentication_error', 'NOT_FOUND');
  if (!isSigned(key.publicKey, `${timestamp}${method}${path}`, signature)) {
    throw refusal(401, 'authentication_error', 'INCORRECT_API_KEY_SIGNATURE');
  }
  return key;
}

function needed(headers: Headers, name: string, word: string): string {
  const value = headers[name];
  if (typeof value === 'string' && value !== '') return value;
  throw refusal(401, `${word}_is_missing_from_headers`);
}

/** RSA keys sign by PSS with SHA-256 and a salt of the digest's length, Ed25519 keys the text itself. */
function isSigned(key: KeyObject, text: string, base64: string): boolean {
  const [data, signature] = [Buffer.from(text), Buffer.from(base64, 'base64')];
  if (key.asymmetricKeyType === 'ed25519') return verify(null, data, key, signature);
  const padding = constants.RSA_PKCS1_PSS_PADDING;
  return verify('sha256', data, { key, padding, saltLength: constants.RSA_PSS_SALTLEN_DIGEST }, signature);
}
