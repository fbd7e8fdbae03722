import type { ChildProcess } from 'node:child_process';
import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { signedHeaders, signerOf } from '../exchange/signing-client.ts';
import { entriesOf, tapedeck, temporaryFolder, write } from './compiled.ts';

const world = ['--seed', 'x', '--speed', '60', '--days', '2', '--cities', '1'];

/** What the child has printed once it holds a line that ends with `mark`. */
function printed(child: ChildProcess, mark: RegExp): Promise<string> {
  return new Promise((done) => {
    let text = '';
    child.stdout!.on('data', (piece) => {
      text += piece;
      if (mark.test(text)) done(text);
    });
  });
}

describe('tapedeck exchange', () => {
  const data = temporaryFolder();

  it('says where it listens and how to sign, answers there, and ends with 130 on Ctrl-C', async () => {
    let answered: unknown;
    const ended = await tapedeck(['exchange', '--port', '0', '--data', data, '--json', ...world], {
      during: async (child) => {
        const told = JSON.parse(await printed(child, /\}\n$/));
        expect(told).toMatchObject({
          synthetic: true,
          seed: 'x',
          speed: 60,
          keys: [{ account: 'default', type: 'rsa' }],
        });
        expect(told.rest_url).toBe(`http://127.0.0.1:${told.port}/trade-api/v2`);
        expect(told.ws_url).toBe(`ws://127.0.0.1:${told.port}/trade-api/ws/v2`);
        const [{ key_id, private_key_file }] = told.keys;
        const signer = signerOf(key_id, readFileSync(private_key_file, 'utf8'));
        const headers = signedHeaders(signer, 'GET', '/trade-api/v2/portfolio/balance', Date.now());
        const balance = (await (await fetch(`${told.rest_url}/portfolio/balance`, { headers })).json()) as {
          balance_dollars: string;
        };
        const open = (await (await fetch(`${told.rest_url}/markets?status=open`)).json()) as { markets: unknown[] };
        answered = [balance.balance_dollars, open.markets.length > 0];
        child.kill('SIGINT');
      },
    });
    expect(answered).toEqual(['10000.0000', true]);
    expect([ended.status, ended.stderr]).toEqual([130, 'stopped; the world and every account in it are gone\n']);
  });

  it('tells a person that nothing on it is real, and that nobody else can reach it', async () => {
    const { status, stdout } = await tapedeck(['exchange', '--port', '0', '--data', data, ...world], {
      during: async (child) => {
        await printed(child, /Ctrl-C/);
        child.kill('SIGTERM');
      },
    });
    expect(status).toBe(130);
    expect(stdout).toMatch(/^SYNTHETIC exchange: /);
    expect(stdout).toContain('It listens on 127.0.0.1 only.');
    expect(stdout).toMatch(/^REST {9}http:\/\/127\.0\.0\.1:\d+\/trade-api\/v2$/m);
    expect(stdout).toMatch(/^private key {2}.*default\.pem \(rsa, PEM\)$/m);
  });

  it('refuses flags that cannot be', async () => {
    const cases = [
      ['--speed', '0'],
      ['--cities', '9'],
      ['--start', 'soon'],
      ['--tier', 'gold'],
      ['--port', '70000'],
      ['--days', '0'],
      ['--faults', 'bad luck'],
      ['--faults', 'lostAnswers=2'],
    ];
    const ended = await Promise.all(cases.map((flags) => tapedeck(['exchange', '--data', data, ...flags])));
    expect(ended.map(({ status }) => status)).toEqual([2, 2, 2, 2, 2, 2, 2, 2]);
    expect(ended.every(({ stderr }) => /^next: {2}\S/m.test(stderr))).toBe(true);
  });
});

describe('tapedeck exchange keygen', () => {
  const data = temporaryFolder();
  const keygen = (...flags: string[]) => tapedeck(['exchange', 'keygen', '--data', data, ...flags]);

  it('writes a private key that its owner alone can read, once for each name', async () => {
    const made = await keygen('--name', 'maker', '--type', 'ed25519', '--json');
    const { keyId, privateKeyFile } = JSON.parse(made.stdout);
    expect(keyId).toMatch(/^[0-9a-f-]{36}$/);
    expect(statSync(privateKeyFile).mode & 0o777).toBe(0o600);
    expect(signerOf(keyId, readFileSync(privateKeyFile, 'utf8')).privateKey.asymmetricKeyType).toBe('ed25519');
    const again = await keygen('--name', 'maker');
    expect([again.status, again.stderr]).toEqual([2, expect.stringContaining('there is a key "maker" already')]);
    expect((await keygen('--name', '../maker')).status).toBe(2);
    expect(entriesOf(data, 'exchange', 'keys')).toEqual(['maker.json', 'maker.pem']);
  });

  it('does not take for a key what is none', async () => {
    write(join(data, 'exchange', 'keys'), 'broken.json', '{}');
    const ended = await tapedeck(['exchange', '--port', '0', '--data', data]);
    expect([ended.status, ended.stderr]).toEqual([3, expect.stringContaining('broken.json')]);
  });
});
