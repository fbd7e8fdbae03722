import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { explainRun } from '../../src/cli/explain-run.ts';
import { runBacktest } from '../../src/cli/run-backtest.ts';
import type { Session } from '../../src/cli/session.ts';
import { explainOrder } from '../../src/study/explain/explain-order.ts';
import type { Explanation } from '../../src/study/explain/explanation.ts';
import { type OrderRow, type Place, recorded } from '../../src/study/explain/recorded.ts';
import { netOf } from '../../src/study/statistics/interval.ts';
import { openRun, type StoredRun } from '../../src/study/store/run-store.ts';
import { openDatabase } from '../../src/tape/duckdb.ts';
import { openTape } from '../../src/tape/open-tape.ts';
import { ECHO, temporaryFolder, write } from './compiled.ts';

const folder = temporaryFolder();
const dataFolder = join(folder, 'data');
const signal = new AbortController().signal;
let said = '';
const session: Session = {
  dataFolder,
  json: false,
  colour: false,
  progress: false,
  signal,
  print: (text) => {
    said = text;
  },
  note() {},
};

async function makeRun(strategy: string, ...param: string[]): Promise<StoredRun> {
  const flags = { data: dataFolder, json: true, quiet: true, color: false, strategy, param, controls: false };
  const more = {
    lanes: 'pessimistic,base',
    seed: 's',
    cash: '10000',
    latency: 'assumed',
    membership: 'direct',
  } as const;
  await runBacktest({ ...flags, ...more, tier: 'basic' }, { ...session, json: true });
  return openRun(dataFolder, 'last');
}

async function ask(run: StoredRun, more: object, json = true): Promise<string> {
  const flags = { data: dataFolder, json, quiet: true, color: false, run: run.id, refused: false };
  await explainRun({ ...flags, ...more }, { ...session, json });
  return said;
}

const explained = async (run: StoredRun, order: number, more: object = {}): Promise<Explanation> =>
  JSON.parse(await ask(run, { order, ...more }));

async function ordersOf(place: Place, rest: string): Promise<OrderRow[]> {
  const database = await openDatabase();
  try {
    return await recorded<OrderRow>(database.connection, place, 'orders', rest);
  } finally {
    database.close();
  }
}

const strategy = write(folder, 'echo.ts', ECHO);
let maker: StoredRun;
let echo: StoredRun;
beforeAll(async () => {
  maker = await makeRun('maker');
  echo = await makeRun(strategy);
});

describe('an order that took', () => {
  it('is traced from the print it answered to, over the wire, to the book it met and what it paid', async () => {
    const one = await explained(echo, 1, { lane: 'base' });
    expect(one.unseen).toBeNull();
    expect(one.heard?.moment).toBe('row');
    expect(one.heard?.trigger?.kind).toBe('trade');
    expect(one.heard!.trigger!.local_time_us + one.heard!.feedUs).toBe(one.order.submit_time_us);
    expect(one.decisions.map(({ action }) => action)).toEqual(['echo']);
    expect(one.decisions[0]!.reasons).toEqual({ print: one.heard!.trigger!.quantity_e2 });
    expect(one.request!.arrivedUs! - one.request!.leftUs).toBe(60_000);
    expect(one.met!.timeUs).toBe(one.request!.arrivedUs);
    expect(one.answers[0]!.exchange_time_us).toBe(one.request!.arrivedUs);
    expect(one.answers[0]!.local_time_us - one.answers[0]!.exchange_time_us).toBe(40_000);
    const able = one.met!.takeable.reduce((sum, level) => sum + level.quantityE2, 0);
    expect(one.order.filled_e2).toBe(Math.min(able, one.order.quantity_e2));
  });

  it('makes, over all orders of each market, what the market made', async () => {
    const place = { run: echo, arm: 'echo', lane: 'base' };
    const tape = await openTape(dataFolder, echo.result.invocation.tape);
    const lane = echo.result.arms[0]!.lanes.find((one) => one.lane === 'base')!;
    const markets = lane.markets.filter(({ openCostE6, volumeE2 }) => openCostE6 === 0 && volumeE2 >= 400).slice(0, 3);
    expect(markets).toHaveLength(3);
    for (const market of markets) {
      let net = 0;
      for (const { order_id } of await ordersOf(place, `AND ticker = '${market.ticker}' AND filled_e2 > 0`)) {
        const { outcome } = await explainOrder({ place, laneIs: 'asked', order: order_id, tape, rerun: 'not asked' });
        net += outcome!.netE6;
      }
      expect(net, market.ticker).toBe(netOf(market));
    }
  });
});

describe('an order that rested', () => {
  it('is followed through its queue, and each contract of it is traded by the row that its fill names', async () => {
    let moved = 0;
    for (const lane of ['pessimistic', 'base']) {
      const place = { run: maker, arm: 'maker', lane };
      const filled = await ordersOf(place, 'AND filled_e2 > 0 AND post_only ORDER BY order_id LIMIT 3');
      expect(filled).toHaveLength(3);
      for (const { order_id } of filled) {
        const one = await explained(maker, order_id, { lane });
        expect(one.unseen).toBeNull();
        const [placed, ...later] = one.steps;
        expect(placed).toMatchObject({ message: 'submit', aheadAfterE2: one.met!.ownLevelE2 });
        expect(one.met!.takeable).toEqual([]);
        for (const [at, step] of later.entries()) {
          if (step.aheadBeforeE2 === null) continue;
          expect(step.aheadBeforeE2).toBe(one.steps[at]!.aheadAfterE2);
          if (step.aheadBeforeE2 > (step.aheadAfterE2 ?? 0)) moved++;
        }
        const traded = one.steps.filter((step) => step.filledE2 > 0);
        expect(traded.map((step) => [step.row, step.filledE2])).toEqual(
          one.fills.map((fill) => [fill.tape_sequence, fill.quantity_e2]),
        );
        expect(one.fills.every((fill) => fill.row?.sequence === fill.tape_sequence)).toBe(true);
      }
    }
    expect(moved).toBeGreaterThan(4);
  });

  it('is told in words under 100 columns, the lane that is its worst by default', async () => {
    const worst = maker.result.arms[0]!.lanes.reduce((least, one) => (one.netE6 < least.netE6 ? one : least)).lane;
    const place = { run: maker, arm: 'maker', lane: worst };
    const [order] = await ordersOf(place, "AND filled_e2 > 0 AND status = 'executed' LIMIT 1");
    const text = await ask(maker, { order: order!.order_id }, false);
    expect(text).toContain(`order ${order!.order_id} of maker in the ${worst} lane, its worst: run ${maker.id}`);
    expect(text).toContain('SYNTHETIC');
    const headings = ['Heard before', 'Decision', 'Limits', 'On the wire', 'At the venue when', 'Its place'];
    headings.push('Requests and answers', 'Fills and fees', 'What it made');
    const places = headings.map((heading) => text.indexOf(`\n${heading}`));
    expect(places).toEqual(places.toSorted((a, b) => a - b));
    expect(Math.min(...places)).toBeGreaterThan(0);
    expect(Math.max(...text.split('\n').map((line) => [...line].length))).toBeLessThan(100);
  });
});

describe('what cannot be traced', () => {
  it('names what a limit refused, and that nothing left', async () => {
    const list = JSON.parse(await ask(maker, { refused: true }));
    expect(list.orders.length).toBe(maker.result.arms[0]!.lanes.find(({ lane }) => lane === list.lane)!.refused);
    const one = await explained(maker, list.orders[0].order_id);
    expect([one.request, one.met, one.steps, one.fills]).toEqual([null, null, [], []]);
    expect(await ask(maker, { order: one.order.order_id }, false)).toMatch(/refused: limit .*; nothing left/);
  });

  it('lists the decisions and orders of a market, and how to go on', async () => {
    const { ticker } = (await explained(echo, 1)).order;
    const text = await ask(echo, { market: ticker }, false);
    expect(text).toMatch(/^Decisions \(\d+\)$/m);
    expect(text).toContain(`tapedeck explain ${echo.id} `);
    const tape = await openTape(dataFolder, 'demo-synthetic');
    const worst = echo.result.arms[0]!.lanes.reduce((least, lane) => (lane.netE6 < least.netE6 ? lane : least)).lane;
    const orders = await ordersOf({ run: echo, arm: 'echo', lane: worst }, '');
    const ordered = new Set(orders.map((order) => order.ticker));
    const idle = tape.markets.find((market) => !ordered.has(market.ticker))!;
    expect(await ask(echo, { market: idle.ticker }, false)).toContain('Orders (0)\n  none');
  });

  it('refuses a market that the tape does not have, and names those most like it', async () => {
    const { ticker } = (await explained(echo, 1)).order;
    const typo = `${ticker.slice(0, -2)}${ticker.slice(-1)}`;
    const refusal = ask(echo, { market: typo }, false);
    await expect(refusal).rejects.toThrow(`tape demo-synthetic has no market "${typo}"`);
    await expect(refusal).rejects.toMatchObject({ code: 'usage', next: expect.stringContaining(ticker) });
  });

  it('refuses a run, arm, lane or order that is not there, and says what is', async () => {
    await expect(ask(echo, { order: 1, arm: 'fade' })).rejects.toThrow(/no arm "fade"/);
    await expect(ask(echo, { order: 1, lane: 'lucky' })).rejects.toThrow(/no lane "lucky"/);
    await expect(ask(echo, { order: 999_999 })).rejects.toThrow(/there is no order 999999: echo in the .* 1 to \d+/);
    await expect(ask(echo, {})).rejects.toThrow(/which order/);
    await expect(ask(echo, { run: 'gone', order: 1 })).rejects.toMatchObject({ code: 'run-not-found' });
  });

  it('shows what is recorded, and says why not the rest, once the strategy has changed', async () => {
    write(folder, 'echo.ts', ECHO.replace('< large', '<= large'));
    const [order] = await ordersOf({ run: echo, arm: 'echo', lane: 'base' }, 'AND filled_e2 > 0 LIMIT 1');
    const one = await explained(echo, order!.order_id, { lane: 'base' });
    expect(one.unseen).toMatch(/strategy .*echo\.ts has changed since/);
    expect([one.met, one.steps]).toEqual([null, []]);
    expect(one.answers.length).toBeGreaterThan(0);
    expect(one.outcome).not.toBeNull();
    expect(await ask(echo, { order: 1 }, false)).toContain('not shown: strategy');
    rmSync(join(dataFolder, 'tapes'), { recursive: true });
    const without = await explained(maker, 1);
    expect(without.heard).toBeNull();
    expect(without.unseen).toMatch(/no tape at/);
  });
});
