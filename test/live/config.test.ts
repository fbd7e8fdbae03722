import type { ChildProcess } from 'node:child_process';
import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { type AddressInfo, createServer as createTcp, type Server as TcpServer } from 'node:net';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { LIVE_CONFIG } from '../../src/cli/live/live-config.ts';
import { type Ended, tapedeck, temporaryFolder } from '../cli/compiled.ts';
import { soon, wait } from './scene.ts';

const folder = temporaryFolder();
const data = join(folder, 'data');
const file = join(folder, 'live.json');
const SCHEMA = resolve(import.meta.dirname, '../../data/schemas/live-config.json');

test('the schema that editors read is that of the program', () => {
  const schema = JSON.parse(JSON.stringify(z.toJSONSchema(LIVE_CONFIG, { io: 'input' })));
  if (process.env.TAPEDECK_WRITE_SCHEMA === '1') writeFileSync(SCHEMA, `${JSON.stringify(schema, null, 2)}\n`);
  expect(JSON.parse(readFileSync(SCHEMA, 'utf8'))).toEqual(schema);
});

describe('a configuration that is changed while a session trades', () => {
  let child: ChildProcess;
  let ended: Promise<Ended>;
  let said = '';
  let hook: Server;
  let smtp: TcpServer;
  const hooked: { readonly kind: string; readonly text: string }[] = [];
  const mails: string[] = [];
  const write = (config: unknown) => {
    writeFileSync(`${file}.new`, typeof config === 'string' ? config : JSON.stringify(config));
    renameSync(`${file}.new`, file);
  };

  beforeAll(async () => {
    hook = createServer((request, response) => {
      let body = '';
      request.on('data', (piece) => (body += piece));
      request.on('end', () => {
        hooked.push(JSON.parse(body));
        response.end();
      });
    });
    smtp = createTcp((socket) => {
      let reading = false;
      let text = '';
      socket.write('220 mail ESMTP\r\n');
      socket.on('data', (piece) => {
        text += piece;
        for (let end = text.indexOf('\r\n'); end >= 0; end = text.indexOf('\r\n')) {
          const line = text.slice(0, end);
          text = text.slice(end + 2);
          if (reading) {
            mails[mails.length - 1] += `${line}\n`;
            if (line !== '.') continue;
            reading = false;
            socket.write('250 kept\r\n');
          } else if (line === 'DATA') {
            reading = true;
            mails.push('');
            socket.write('354 go on\r\n');
          } else socket.write(line.startsWith('QUIT') ? '221 bye\r\n' : '250 ok\r\n');
        }
      });
    });
    await Promise.all([hook, smtp].map((server) => new Promise<void>((done) => server.listen(0, '127.0.0.1', done))));
    const port = (server: Server | TcpServer) => (server.address() as AddressInfo).port;
    write({
      $schema: SCHEMA,
      params: { aggressiveness: 0.2 },
      limits: { open_orders: 7 },
      alerts: {
        webhook: `http://127.0.0.1:${port(hook)}/`,
        mail: { host: '127.0.0.1', port: port(smtp), from: 'deck@example.org', to: 'trader@example.org' },
      },
    });
    const args = ['--city', 'chicago', '--speed', '60', '--config', file, '--data', data];
    ended = tapedeck(['live', ...args], {
      during: (started) => {
        child = started;
        started.stderr!.on('data', (piece) => (said += piece));
      },
    });
    await soon(() => said.includes('connected'));
  });
  afterAll(() => {
    child.kill('SIGKILL');
    hook.close();
    smtp.close();
  });

  test('what is right counts whole; what is wrong, half-written or gone changes nothing and says why', async () => {
    const alerts = JSON.parse(readFileSync(file, 'utf8')).alerts;
    write({ params: { aggressiveness: 0.9 }, limits: { open_orders: 3 }, risk: { silence_seconds: 14 }, alerts });
    await soon(() => said.includes('config: changed: params, limits, risk'));
    expect(said).toContain('config: changed: params, limits, risk\n');

    write({ params: { aggressiveness: 7 }, limits: { open_orders: 1 }, alerts });
    await soon(() => /nothing was changed: parameter aggressiveness=7/.test(said));
    expect(said).toMatch(/config: nothing was changed: parameter aggressiveness=7 is .*/);
    write({ limits: { open_order: 1, order_cost_dollars: -4 } });
    await soon(() => /Unrecognized key/.test(said));
    expect(said).toMatch(/nothing was changed: .*live.json: .*limits.order_cost_dollars: .*open_order/);
    write('{"params": {"aggress');
    await soon(() => /is not JSON/.test(said));
    expect(said).toMatch(/nothing was changed: .*live.json is not JSON/);
    renameSync(file, `${file}.gone`);
    await soon(() => /cannot be read/.test(said));
    expect(said).toMatch(/nothing was changed: --config .*live.json cannot be read/);

    // A hundred changes in a second: the last one stands.
    for (let change = 0; change < 100; change++) {
      write({
        params: { aggressiveness: change === 99 ? 0.6 : 0.3 + (change % 7) / 10 },
        limits: { open_orders: 10 + change },
        alerts,
      });
      await wait(10);
    }
    const last = (type: string) => {
      const log = readFileSync(join(data, 'sessions', sessionId(), 'log.jsonl'), 'utf8')
        .split('\n')
        .slice(0, -1);
      return JSON.parse(log.findLast((line) => line.includes(`,"${type}",`))!)[2];
    };
    await soon(() => last('params').aggressiveness === 0.6 && last('limits').openOrders === 109);
    expect(last('params')).toMatchObject({ aggressiveness: 0.6, city: 'chicago' });
    expect(last('limits')).toMatchObject({ openOrders: 109 });
    // Each was written aside and moved into its place: none was seen by halves.
    expect(said.match(/is not JSON/g)).toHaveLength(1);
  });

  test('a halt reaches webhook and mail once in five minutes, and the session still replays to itself', async () => {
    const [, url = '', token = ''] = /monitor: (http:\/\/127\.0\.0\.1:\d+)\/#token=([0-9a-f]{32})/.exec(said) ?? [];
    for (const reason of ['one', 'two', 'three']) {
      await fetch(`${url}/halt`, {
        method: 'POST',
        headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
        body: JSON.stringify({ reason }),
      });
    }
    const halts = () => mails.filter((mail) => mail.includes('HALTED'));
    await soon(() => halts().length > 0 && hooked.some(({ kind }) => kind === 'halt'));
    await wait(500);
    expect(hooked.filter(({ kind }) => kind === 'halt')).toEqual([
      expect.objectContaining({
        session: sessionId(),
        kind: 'halt',
        held: 0,
        text: expect.stringContaining('HALTED: one'),
      }),
    ]);
    expect(halts()).toHaveLength(1);
    expect(halts()[0]).toContain('To: trader@example.org');
    child.kill('SIGINT');
    const { status, stdout, stderr } = await ended;
    expect(status, stderr).toBe(10);
    expect(stderr).toContain('the session was halted: three');
    expect(stdout).toMatch(/parity {5}.*the same, byte for byte/);
    await soon(() => hooked.some(({ kind }) => kind === 'summary'));
    expect(hooked.find(({ kind }) => kind === 'summary')!.text).toContain('nothing rests');
  });

  const sessionId = () => /session (edge-\S+):/.exec(said)![1]!;
});
