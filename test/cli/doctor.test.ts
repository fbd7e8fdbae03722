import { chmodSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { clockOffset, nodeVersion } from '../../src/cli/doctor-checks.ts';
import { kalshiSettings, signerFrom } from '../../src/cli/kalshi-settings.ts';
import { KEY_ID, pemOf, RSA, scriptedExchange } from '../kalshi/scripted-exchange.ts';
import { tapedeck, temporaryFolder, write } from './compiled.ts';

const folder = temporaryFolder();
const pem = pemOf(RSA.privateKey, 'pkcs1');
const keyFile = write(folder, 'key.pem', pem);
const STATUS = { status: 200, body: { exchange_active: true, trading_active: true } };
const BALANCE = {
  status: 200,
  body: { balance: 1_000, balance_dollars: '10.0050', portfolio_value: 0, updated_ts: 1_789_000_000 },
};
const NONE = { KALSHI_API_KEY: '', KALSHI_API_SECRET: '', KALSHI_ENVIRONMENT: '', LOG_LEVEL: '' };
const ACCOUNT = { ...NONE, KALSHI_API_KEY: KEY_ID, KALSHI_API_SECRET: keyFile };

interface Finding {
  check: string;
  state: string;
  said: string;
  next: string;
}

async function examined(url: string, environment: Record<string, string>) {
  const data = join(folder, 'data');
  const ended = await tapedeck(['doctor', '--json', '--url', url, '--data', data], { environment, cwd: folder });
  const { ready, findings } = JSON.parse(ended.stdout) as { ready: boolean; findings: Finding[] };
  const states = Object.fromEntries(findings.map(({ check, state }) => [check, state]));
  return { ...ended, ready, findings, states };
}

describe('doctor', () => {
  it('finds all in order against an exchange that accepts the signature', async () => {
    const exchange = await scriptedExchange();
    exchange.script(STATUS, BALANCE, STATUS);
    const { status, ready, states, findings } = await examined(exchange.address, ACCOUNT);
    expect(new Set(Object.values(states))).toEqual(new Set(['ok']));
    expect(findings.find(({ check }) => check === 'signature')?.said).toContain('$10.0');
    expect(exchange.heard.every(({ signed }) => signed)).toBe(true);
    expect([status, ready]).toEqual([0, true]);
  });

  it('checks the public part without credentials, and that is no failure', async () => {
    const exchange = await scriptedExchange();
    exchange.script(STATUS, STATUS);
    const { status, states } = await examined(exchange.address, NONE);
    expect(states).toMatchObject({ credentials: 'not-checked', signature: 'not-checked', host: 'ok', exchange: 'ok' });
    expect(status).toBe(0);
  });

  it('says when the exchange cannot be reached, and does not blame what depends on it', async () => {
    const exchange = await scriptedExchange();
    await exchange.close();
    const { status, states, stderr } = await examined(exchange.address, ACCOUNT);
    expect(states).toMatchObject({ node: 'ok', credentials: 'ok', host: 'failed', signature: 'not-checked' });
    expect(status).toBe(9);
    expect(JSON.parse(stderr).error).toMatchObject({ code: 'not-ready' });
  });

  it('tells a refused signature and a paused exchange, each with the next step', async () => {
    const exchange = await scriptedExchange();
    const refusal = { error: { code: 'authentication_error', message: 'authentication_error', details: 'NOT_FOUND' } };
    exchange.script(
      STATUS,
      { status: 401, body: refusal },
      { status: 200, body: { exchange_active: true, trading_active: false } },
    );
    const { status, findings } = await examined(exchange.address, ACCOUNT);
    const bad = findings.filter(({ state }) => state === 'failed');
    expect(bad.map(({ check }) => check)).toEqual(['signature', 'exchange']);
    expect(bad[0]?.said).toContain('NOT_FOUND');
    expect(bad.every(({ next }) => next !== '')).toBe(true);
    expect(status).toBe(9);
  });

  it.each([
    ['NOT_FOUND', 'authentication_error', 'Set KALSHI_ENVIRONMENT=production'],
    ['INCORRECT_API_KEY_SIGNATURE', 'authentication_error', 'The key file is not that of KALSHI_API_KEY'],
    ['', 'header_timestamp_expired', 'Set the clock by NTP'],
  ])('says what to do about a signature that is refused with %s %s', async (details, code, next) => {
    const exchange = await scriptedExchange();
    exchange.script(STATUS, { status: 401, body: { error: { code, message: code, details } } }, STATUS);
    const { findings } = await examined(exchange.address, ACCOUNT);
    expect(findings.find(({ check }) => check === 'signature')?.next).toContain(next);
  });

  it('looks for the series and markets that are named', async () => {
    const exchange = await scriptedExchange();
    const missing = { status: 404, body: { error: { code: 'not_found', message: 'not found' } } };
    exchange.script(STATUS, STATUS, missing);
    const data = join(folder, 'data');
    const args = ['doctor', '--url', exchange.address, '--data', data, '--series', 'KXHIGHCHICAGO'];
    const { status, stdout } = await tapedeck(args, { environment: NONE, cwd: folder });
    expect([status, stdout]).toEqual([
      9,
      expect.stringMatching(/failed {2}series {7}KXHIGHCHICAGO is not there\n +next: Look it up/),
    ]);
  });

  it('prints one line a check, and never the key', async () => {
    const exchange = await scriptedExchange();
    exchange.script(STATUS, BALANCE, STATUS);
    const args = ['doctor', '--url', exchange.address, '--data', folder];
    const { stdout, stderr } = await tapedeck(args, { environment: ACCOUNT, cwd: folder });
    expect(
      stdout
        .trim()
        .split('\n')
        .every((line) => line.startsWith('ok ')),
    ).toBe(true);
    expect(stdout + stderr).not.toContain(pem.split('\n')[2]);
  });

  it('sends nothing to an address that is not this machine', async () => {
    const { status, states } = await examined('http://example.com', ACCOUNT);
    expect(states).toMatchObject({ environment: 'failed' });
    expect(status).toBe(9);
  });
});

describe('the clock', () => {
  const date = 'Tue, 15 Sep 2026 10:00:00 GMT';
  const server = Date.parse(date);

  it.each([
    [-500, 800, 'ok'],
    [3_900, 3_950, 'ok'],
    [4_100, 4_150, 'failed'],
    [-3_200, -3_100, 'failed'],
  ])('asked at %i and answered at %i ms of the second that the server names is %s', (sent, received, state) => {
    expect(clockOffset(date, server + sent, server + received).state).toBe(state);
  });

  it('is not judged without a time of the server', () => {
    expect(clockOffset(null, 0, 0).state).toBe('not-checked');
    expect(clockOffset('soon', 0, 0).state).toBe('not-checked');
  });
});

describe('the version of Node', () => {
  it('is at least 20.19', () => {
    expect(['20.18.3', '20.19.0', '22.1.0', '18.20.0'].map((version) => nodeVersion(version).state)).toEqual([
      'failed',
      'ok',
      'ok',
      'failed',
    ]);
  });
});

describe('the settings', () => {
  it('come from .env where the environment is silent, and are demo without a word', () => {
    const file = write(folder, 'given.env', `KALSHI_API_KEY=from-file\nKALSHI_ENVIRONMENT="production"\n`);
    expect(kalshiSettings({ KALSHI_API_KEY: KEY_ID }, file)).toMatchObject({
      keyId: KEY_ID,
      keyFile: null,
      environment: { name: 'production' },
      logLevel: 'warn',
    });
    expect(kalshiSettings({}, join(folder, 'none.env')).environment.name).toBe('demo');
  });

  it('that are wrong are named', () => {
    const none = join(folder, 'none.env');
    expect(() => kalshiSettings({ KALSHI_ENVIRONMENT: 'prod' }, none)).toThrow('no Kalshi environment "prod"');
    expect(() => kalshiSettings({ LOG_LEVEL: 'loud' }, none)).toThrow('LOG_LEVEL is "loud"');
    const settings = (keys: object) => kalshiSettings(keys as NodeJS.ProcessEnv, none);
    expect(() => signerFrom(settings({ KALSHI_API_SECRET: keyFile }))).toThrow('KALSHI_API_KEY is not set');
    expect(() => signerFrom(settings({ KALSHI_API_KEY: KEY_ID }))).toThrow('KALSHI_API_SECRET is not set');
    expect(() => signerFrom(settings({ KALSHI_API_KEY: KEY_ID, KALSHI_API_SECRET: `${keyFile}x` }))).toThrow(
      'is not there',
    );
    expect(() => signerFrom(settings({ KALSHI_API_KEY: KEY_ID, KALSHI_API_SECRET: pem }))).toThrow(
      'must hold the path',
    );
    const broken = write(folder, 'broken.pem', 'no key');
    chmodSync(broken, 0o600);
    expect(() => signerFrom(settings({ KALSHI_API_KEY: KEY_ID, KALSHI_API_SECRET: broken }))).toThrow('cannot be read');
  });
});
