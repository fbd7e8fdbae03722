import type { ChildProcess } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { get } from 'node:http';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { chromiumPath, openChromium } from '../../scripts/chromium.ts';
import type { SessionView as View } from '../../src/live/monitor/session-view.ts';
import { measure } from '../browser/open-page.ts';
import { type Ended, tapedeck, temporaryFolder } from '../cli/compiled.ts';
import { soon, wait } from './scene.ts';

const data = join(temporaryFolder(), 'data');
const chromium = chromiumPath();
const ARGS = [
  '--city',
  'chicago',
  '--strategy',
  'maker',
  '--speed',
  '60',
  '--activity',
  '4',
  '--start',
  '2030-03-05T18:00:00Z',
];

describe('a session on an exchange of its own, watched while it runs', () => {
  let child: ChildProcess;
  let ended: Promise<Ended>;
  let said = '';
  let url = '';
  let token = '';
  let browser: Browser | null = null;

  const status = async () => (await (await fetch(`${url}/status`)).json()) as View;
  const query = async (sql: string) => {
    const answer = await tapedeck(['query', sql, '--data', data, '--json']);
    expect(answer.status, answer.stderr).toBe(0);
    return JSON.parse(answer.stdout) as Record<string, unknown>[];
  };
  const post = (path: string, body: unknown, bearer = token) =>
    fetch(`${url}${path}`, {
      method: 'POST',
      headers: { authorization: `Bearer ${bearer}`, 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });

  beforeAll(async () => {
    ended = tapedeck(['live', ...ARGS, '--data', data], {
      during: (started) => {
        child = started;
        started.stderr!.on('data', (piece) => (said += piece));
      },
    });
    await soon(() => /#token=[0-9a-f]{32}/.test(said));
    [, url = '', token = ''] = /monitor: (http:\/\/127\.0\.0\.1:\d+)\/#token=([0-9a-f]{32})/.exec(said) ?? [];
    await soon(async () => (await status()).counts.fills >= 2);
    if (chromium !== null) browser = await openChromium(chromium);
  });
  afterAll(async () => {
    await browser?.close();
    child.kill('SIGKILL');
  });

  test('tells health, status and metrics, to this machine only, and lets nobody act without the token', async () => {
    const view = await status();
    expect(view.session).toMatchObject({ strategy: 'maker', environment: 'local', synthetic: true, lives: 1 });
    expect(view.counts.orders).toBeGreaterThan(5);
    expect(view.counts.fills).toBeGreaterThanOrEqual(2);
    expect(view.stages.map(({ stage }) => stage)).toEqual(
      expect.arrayContaining(['frame to decision', 'submit to answer', 'cancel to answer']),
    );
    const later = await status();
    expect(later.session.market_time_us).toBeGreaterThan(view.session.market_time_us);
    expect((await fetch(`${url}/health`)).status).toBe(200);
    const metrics = await (await fetch(`${url}/metrics`)).text();
    expect(metrics).toMatch(/^tapedeck_up\{session="maker-[^"]+",strategy="maker"\} 1$/m);
    expect(metrics).toMatch(/^tapedeck_stage_seconds\{stage="submit to answer",quantile="0.99",[^}]*\} [\d.e-]+$/m);
    expect((await post('/halt', { reason: 'x' }, 'wrong')).status).toBe(401);
    expect((await post('/halt', {})).status).toBe(400);
    const elsewhere = await new Promise((done) =>
      get(`${url}/status`, { headers: { host: 'elsewhere.example' } }, (answer) => done(answer.resume().statusCode)),
    );
    expect(elsewhere).toBe(403);
  });

  test('is queried by DuckDB while it writes, in the tables of backtests', async () => {
    const before = await query("SELECT count(*) AS n FROM order_updates WHERE lane = 'live'");
    const [row] = await query(
      "SELECT s.state, s.strategy, count(*) AS fills FROM sessions s JOIN fills f ON f.run_id = s.session_id WHERE f.lane = 'live' GROUP BY ALL",
    );
    expect(row).toMatchObject({ state: 'running', strategy: 'maker' });
    expect(Number(row!.fills)).toBeGreaterThanOrEqual(2);
    const after = await query("SELECT count(*) AS n FROM order_updates WHERE lane = 'live'");
    expect(Number(after[0]!.n)).toBeGreaterThan(Number(before[0]!.n));
  });

  for (const look of [
    { theme: 'light', width: 1280, height: 900 },
    { theme: 'dark', width: 1280, height: 900 },
    { theme: 'dark', width: 360, height: 740 },
  ] as const) {
    test.skipIf(chromium === null)(
      `its page is readable, ${look.theme}, ${look.width} px wide${chromium === null ? ' [skipped: no Chromium on the path]' : ''}`,
      async () => {
        const page = await browser!.newPage({ colorScheme: look.theme, viewport: look });
        const complaints: string[] = [];
        page.on('console', (message) => complaints.push(message.text()));
        page.on('pageerror', (error) => complaints.push(error.message));
        page.on('request', (request) => {
          if (!request.url().startsWith(url)) complaints.push(request.url());
        });
        await page.goto(`${url}/#token=${token}`);
        await page.waitForSelector('#orders table, #positions table');
        const { weak, overflow, texts, cut } = await measure(page);
        expect({ weak, overflow, cut }).toEqual({ weak: [], overflow: 0, cut: [] });
        expect(texts).toBeGreaterThan(40);
        expect(await page.textContent('#state')).toBe('trading');
        expect(await page.isVisible('#synthetic')).toBe(true);
        expect(complaints).toEqual([]);
        await page.close();
      },
      30_000,
    );
  }

  test('is halted behind the token: everything is cancelled and nothing is entered, until it is resumed with a reason', async () => {
    expect((await post('/halt', { reason: 'a person looks' })).status).toBe(200);
    await soon(() => said.includes('HALTED: a person looks'));
    await soon(async () => (await status()).orders.length === 0);
    const halted = await status();
    expect(halted.orders).toEqual([]);
    expect(halted.health).toMatchObject({ ok: false, halted: 'a person looks' });
    expect((await fetch(`${url}/health`)).status).toBe(503);
    const [session] = await query('SELECT halted FROM sessions');
    expect(session).toEqual({ halted: 'a person looks' });
    await wait(1_000);
    const positions = (view: View) => view.positions.reduce((sum, { quantity_e2 }) => sum + Number(quantity_e2), 0);
    expect(positions(await status())).toBe(positions(halted));
    expect((await status()).orders).toEqual([]);
    const resumed = await tapedeck(['resume', '--reason', 'all is well', '--data', data]);
    expect(resumed.status, resumed.stderr).toBe(0);
    await soon(() => said.includes('released: all is well; it was: a person looks'));
    await soon(async () => (await status()).orders.length > 0);
    const again = await tapedeck(['resume', '--reason', 'twice', '--data', data]);
    expect(again.status).toBe(2);
    expect(again.stderr).toContain('is not halted');
  });

  test('ends on Ctrl-C: nothing rests, the account agrees, its replay is the same and its tape can be run', async () => {
    child.kill('SIGINT');
    const { status: code, stdout, stderr } = await ended;
    expect(code, stderr).toBe(0);
    expect(stdout).toMatch(/^SYNTHETIC/);
    expect(stdout).toContain("nothing rests, and balance and positions are the exchange's to the last digit");
    expect(stdout).toMatch(
      /parity {5}[\d,]+ inputs replayed: all [\d,]+ decisions, orders and questions the same, byte for byte/,
    );
    expect(stdout).toMatch(/optimistic +\d+ orders in both, \d+ only live, \d+ only simulated/);
    const id = /session {4}(maker-\S+),/.exec(stdout)![1]!;
    const folder = join(data, 'sessions', id);
    expect(JSON.parse(readFileSync(join(folder, 'status.json'), 'utf8'))).toMatchObject({
      state: 'ended',
      ended: 'in order',
    });
    expect(existsSync(join(folder, 'latency.json'))).toBe(true);
    const [tape] = await query(`SELECT synthetic, depth FROM tapes WHERE tape = '${id}'`);
    expect(tape).toEqual({ synthetic: true, depth: 'L2' });
    const rows = await query(`SELECT count(*) AS n FROM equity WHERE run_id = '${id}'`);
    expect(Number(rows[0]!.n)).toBeGreaterThanOrEqual(2);
  });
});
