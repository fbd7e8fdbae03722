import { createPrivateKey, createPublicKey, generateKeyPairSync, type KeyObject } from 'node:crypto';

export type KeyType = 'rsa' | 'ed25519';

/** A pair of keys; the private one as PEM (PKCS#8), as it goes into a file of its owner's. */
export interface KeyPair {
  readonly type: KeyType;
  readonly privatePem: string;
  readonly publicKey: KeyObject;
}

/** Makes a pair of keys for this exchange: RSA of 2048 bits, or Ed25519. */
export function generateKeys(type: KeyType): KeyPair {
  const { privateKey, publicKey } =
    type === 'rsa' ? generateKeyPairSync('rsa', { modulusLength: 2_048 }) : generateKeyPairSync('ed25519');
  return { type, privatePem: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(), publicKey };
}

/** The public half of a private key in PEM, PKCS#1 or PKCS#8; undefined where the text is no such key, or of another kind than RSA and Ed25519. */
export function publicKeyOf(privatePem: string): KeyObject | undefined {
  try {
    const key = createPublicKey(createPrivateKey(privatePem));
    return key.asymmetricKeyType === 'rsa' || key.asymmetricKeyType === 'ed25519' ? key : undefined;
  } catch {
    return undefined;
  }
}
