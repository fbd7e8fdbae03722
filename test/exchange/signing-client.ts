import { constants, createPrivateKey, type KeyObject, sign } from 'node:crypto';

/** How a test signs: the rules are written down here once more, apart from those of the exchange. */
export interface Signer {
  readonly keyId: string;
  readonly privateKey: KeyObject;
}

export function signerOf(keyId: string, pem: string): Signer {
  return { keyId, privateKey: createPrivateKey(pem) };
}

/** The three headers for a request at `milliseconds`. */
export function signedHeaders(
  { keyId, privateKey }: Signer,
  method: string,
  path: string,
  milliseconds: number,
): Record<string, string> {
  const text = Buffer.from(`${milliseconds}${method}${path}`);
  const signature =
    privateKey.asymmetricKeyType === 'ed25519'
      ? sign(null, text, privateKey)
      : sign('sha256', text, { key: privateKey, padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: 32 });
  return {
    'KALSHI-ACCESS-KEY': keyId,
    'KALSHI-ACCESS-TIMESTAMP': String(milliseconds),
    'KALSHI-ACCESS-SIGNATURE': signature.toString('base64'),
  };
}

/** An answer as it came. */
export interface Answered {
  readonly status: number;
  // biome-ignore lint/suspicious/noExplicitAny: a body of the wire is read field by field.
  readonly body: any;
}
