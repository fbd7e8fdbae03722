import { generateKeyPairSync } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import WebSocket from 'ws';
import { publicKeyOf } from '../../src/exchange/keys.ts';
import { Scene } from './scene.ts';
import { signedHeaders, signerOf } from './signing-client.ts';

const PATH = '/trade-api/v2/portfolio/balance';

describe.each(['rsa', 'ed25519'] as const)('a request signed with %s', async (keyType) => {
  const scene = await Scene.open({ keyType });
  const ask = (changed: Record<string, string>, skewMs = 0) => {
    const signed = signedHeaders(scene.signer, 'GET', PATH, scene.milliseconds + skewMs);
    return scene.sendAs('GET', '/portfolio/balance', { ...signed, ...changed });
  };

  it('is taken, whatever its query', async () => {
    expect((await ask({})).status).toBe(200);
    const signed = signedHeaders(scene.signer, 'GET', PATH, scene.milliseconds);
    expect((await scene.sendAs('GET', '/portfolio/balance?subaccount=0', signed)).status).toBe(200);
  });

  it('may be five seconds off, and no thirty', async () => {
    for (const skew of [-5_000, 5_000]) expect((await ask({}, skew)).status, String(skew)).toBe(200);
    for (const skew of [-30_000, -300_000, 300_000]) {
      const { status, body } = await ask({}, skew);
      expect([status, body]).toEqual([
        401,
        { error: { code: 'header_timestamp_expired', message: 'header timestamp expired' } },
      ]);
    }
  });

  it('is refused with a wrong signature, an unknown key, or without one of the headers', async () => {
    const wrong = await ask({ 'KALSHI-ACCESS-SIGNATURE': Buffer.from('no signature').toString('base64') });
    const nested = (code: string, details?: string) => ({
      error: { code, message: code === 'authentication_error' ? code : code.replaceAll('_', ' '), details },
    });
    expect([wrong.status, wrong.body]).toEqual([401, nested('authentication_error', 'INCORRECT_API_KEY_SIGNATURE')]);
    const unknown = await ask({ 'KALSHI-ACCESS-KEY': 'nobody' });
    expect([unknown.status, unknown.body]).toEqual([401, nested('authentication_error', 'NOT_FOUND')]);
    for (const word of ['key', 'timestamp', 'signature']) {
      const missing = await ask({ [`KALSHI-ACCESS-${word.toUpperCase()}`]: '' });
      expect([missing.status, missing.body]).toEqual([401, nested(`${word}_is_missing_from_headers`)]);
    }
  });

  it('must be signed for its own method and path', async () => {
    for (const [method, path] of [
      ['POST', PATH],
      ['GET', `${PATH}?subaccount=0`],
      ['GET', '/portfolio/balance'],
    ] as const) {
      const signed = signedHeaders(scene.signer, method, path, scene.milliseconds);
      expect((await scene.sendAs('GET', '/portfolio/balance', signed)).status).toBe(401);
    }
  });

  it('opens a socket, which nothing else does', async () => {
    const socket = await scene.socket();
    expect(await socket.ask({ id: 7, cmd: 'list_subscriptions' })).toMatchObject([{ id: 7, type: 'ok', msg: [] }]);
    const status = await new Promise((answered) => {
      const refused = new WebSocket(scene.server.socketUrl);
      refused.on('unexpected-response', (_request, response) => answered(response.statusCode));
    });
    expect(status).toBe(401);
  });
});

describe('market data', async () => {
  const scene = await Scene.open();
  it('needs no signature, and an account does', async () => {
    for (const path of ['/exchange/status', '/markets', '/series', '/events', '/historical/cutoff']) {
      expect((await scene.sendAs('GET', path, {})).status, path).toBe(200);
    }
    for (const path of ['/portfolio/balance', '/portfolio/orders', '/account/limits']) {
      expect((await scene.sendAs('GET', path, {})).status, path).toBe(401);
    }
  });
});

describe('a private key', () => {
  it('is known by what it is, not by its first line', () => {
    const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2_048 });
    for (const type of ['pkcs1', 'pkcs8'] as const) {
      const pem = privateKey.export({ type, format: 'pem' }).toString();
      expect(publicKeyOf(pem)?.asymmetricKeyType).toBe('rsa');
      expect(signerOf('x', pem).privateKey.asymmetricKeyType).toBe('rsa');
    }
    expect(publicKeyOf('-----BEGIN NOTHING-----')).toBeUndefined();
    const curve = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey;
    expect(publicKeyOf(curve.export({ type: 'pkcs8', format: 'pem' }).toString())).toBeUndefined();
  });
});
