import { constants, createPrivateKey, type KeyObject, type SignKeyObjectInput, sign } from 'node:crypto';
import { Fault } from '../core/fault.ts';

/** The three headers of a signed request. */
export type SignedHeaders = Readonly<
  Record<'KALSHI-ACCESS-KEY' | 'KALSHI-ACCESS-TIMESTAMP' | 'KALSHI-ACCESS-SIGNATURE', string>
>;

/** Signs requests for one API key. */
export interface Signer {
  /** `path` is what is sent, from the root and as encoded, without the query; `timeMs` is Unix time in whole milliseconds. */
  headers(method: string, path: string, timeMs: number): SignedHeaders;
  /** The same, worked out beside the thread that asks. */
  aside(method: string, path: string, timeMs: number): Promise<SignedHeaders>;
}

/**
 * A signer from the text of a PEM private key: RSA (PKCS#1 or PKCS#8) signs with PSS over SHA-256 and a salt of 32 bytes, Ed25519
 * signs plainly. What counts is the key inside, not the words of its header. Throws a Fault (`invalid-credentials`) that never
 * holds any part of the key.
 */
export function signerOf(keyId: string, pem: string): Signer {
  if (!/^[\w-]{1,40}$/.test(keyId))
    throw invalid('the API key id is not one: it is at most 40 letters, digits and hyphens, as 8a1b2c3d-…');
  return new KeySigner(keyId, parsed(pem));
}

/** Which kind of key a PEM text holds, for a person: "rsa", "ed25519". Throws as {@link signerOf}. */
export function keyTypeOf(pem: string): string {
  return parsed(pem).asymmetricKeyType ?? 'unknown';
}

class KeySigner implements Signer {
  readonly #keyId: string;
  readonly #digest: string | null;
  readonly #how: SignKeyObjectInput;

  constructor(keyId: string, key: KeyObject) {
    this.#keyId = keyId;
    const plain = key.asymmetricKeyType === 'ed25519';
    this.#digest = plain ? null : 'sha256';
    this.#how = plain ? { key } : { key, padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: 32 };
  }

  headers(method: string, path: string, timeMs: number): SignedHeaders {
    return this.#headers(timeMs, sign(this.#digest, textOf(method, path, timeMs), this.#how));
  }

  aside(method: string, path: string, timeMs: number): Promise<SignedHeaders> {
    return new Promise((done, fail) => {
      sign(this.#digest, textOf(method, path, timeMs), this.#how, (error, signature) => {
        if (error === null) done(this.#headers(timeMs, signature));
        else fail(error);
      });
    });
  }

  #headers(timeMs: number, signature: Buffer): SignedHeaders {
    return {
      'KALSHI-ACCESS-KEY': this.#keyId,
      'KALSHI-ACCESS-TIMESTAMP': String(timeMs),
      'KALSHI-ACCESS-SIGNATURE': signature.toString('base64'),
    };
  }
}

/** What is signed: the query is not. */
function textOf(method: string, path: string, timeMs: number): Buffer {
  return Buffer.from(`${timeMs}${method.toUpperCase()}${path.split('?', 1)[0]}`);
}

/** The parser's own message may quote its input, so it is dropped. */
function parsed(pem: string): KeyObject {
  let key: KeyObject;
  try {
    key = createPrivateKey(pem);
  } catch {
    throw invalid('the private key cannot be read: it is not an unencrypted PEM private key');
  }
  const type = key.asymmetricKeyType;
  if (type !== 'rsa' && type !== 'ed25519') {
    throw invalid(`the private key is of the type ${type ?? 'unknown'}; Kalshi takes RSA and Ed25519`);
  }
  return key;
}

function invalid(message: string): Fault {
  return new Fault('invalid-credentials', message, {
    next: 'Download the key again from the account page, or make a new one, and name its file in KALSHI_API_SECRET.',
  });
}
