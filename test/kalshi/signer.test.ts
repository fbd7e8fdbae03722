import { constants, generateKeyPairSync, verify } from 'node:crypto';
import { inspect } from 'node:util';
import { describe, expect, it } from 'vitest';
import { Fault } from '../../src/core/fault.ts';
import { keyTypeOf, signerOf } from '../../src/kalshi/signer.ts';
import { ED25519, KEY_ID, pemOf, RSA } from './scripted-exchange.ts';

const TEXT = '1789000000123GET/trade-api/v2/portfolio/orders';

function caught(make: () => unknown): Fault {
  try {
    make();
  } catch (error) {
    if (error instanceof Fault) return error;
  }
  throw new Error('no Fault was thrown');
}

describe('a signature', () => {
  it.each(['pkcs1', 'pkcs8'] as const)('of an RSA key in %s is PSS over SHA-256 with a salt of 32 bytes', (form) => {
    const headers = signerOf(KEY_ID, pemOf(RSA.privateKey, form)).headers(
      'get',
      '/trade-api/v2/portfolio/orders?limit=5',
      1_789_000_000_123,
    );
    const signature = Buffer.from(headers['KALSHI-ACCESS-SIGNATURE'], 'base64');
    const fits = (saltLength: number) =>
      verify(
        'sha256',
        Buffer.from(TEXT),
        { key: RSA.publicKey, padding: constants.RSA_PKCS1_PSS_PADDING, saltLength },
        signature,
      );
    expect(headers['KALSHI-ACCESS-KEY']).toBe(KEY_ID);
    expect(headers['KALSHI-ACCESS-TIMESTAMP']).toBe('1789000000123');
    expect(fits(32)).toBe(true);
    expect(fits(20)).toBe(false);
  });

  it('of an Ed25519 key is the plain one', () => {
    const headers = signerOf(KEY_ID, pemOf(ED25519.privateKey, 'pkcs8')).headers(
      'GET',
      '/trade-api/v2/portfolio/orders',
      1_789_000_000_123,
    );
    const signature = Buffer.from(headers['KALSHI-ACCESS-SIGNATURE'], 'base64');
    expect(verify(null, Buffer.from(TEXT), ED25519.publicKey, signature)).toBe(true);
    expect(verify(null, Buffer.from(`${TEXT}x`), ED25519.publicKey, signature)).toBe(false);
  });

  it('is chosen by the key inside, not by what its header says', () => {
    expect(keyTypeOf(pemOf(RSA.privateKey, 'pkcs8'))).toBe('rsa');
    expect(keyTypeOf(pemOf(ED25519.privateKey, 'pkcs8'))).toBe('ed25519');
  });
});

describe('a private key', () => {
  const pem = pemOf(RSA.privateKey, 'pkcs8');
  const secret = pem.split('\n')[3]!;

  it('shows in no printed form of its signer', () => {
    const signer = signerOf(KEY_ID, pem);
    for (const text of [inspect(signer, { depth: 9, showHidden: true }), JSON.stringify(signer), String(signer)]) {
      expect(text).not.toContain(secret);
      expect(text).not.toContain(KEY_ID);
      expect(text).not.toMatch(/PRIVATE|KeyObject/);
    }
  });

  it('shows in no error: broken, of another type, or with a bad id', () => {
    const broken = pem.replace(secret, `${secret.slice(0, -4)}!!!!`);
    const curve = pemOf(generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey, 'pkcs8');
    for (const fault of [
      caught(() => signerOf(KEY_ID, broken)),
      caught(() => signerOf(KEY_ID, curve)),
      caught(() => signerOf(secret, pem)),
    ]) {
      expect(fault.code).toBe('invalid-credentials');
      expect(fault.next).not.toBe('');
      expect(inspect(fault, { depth: 9 })).not.toContain(secret.slice(0, 24));
    }
    expect(caught(() => signerOf(KEY_ID, curve)).message).toContain('type ec');
  });
});
