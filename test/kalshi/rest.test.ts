import { createServer } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { SYSTEM_CLOCK } from '../../src/cli/system-clock.ts';
import { Fault } from '../../src/core/fault.ts';
import { milliseconds, seconds } from '../../src/core/time.ts';
import { EndpointCosts } from '../../src/kalshi/endpoint-costs.ts';
import { localEnvironment } from '../../src/kalshi/environment.ts';
import { rows } from '../../src/kalshi/pages.ts';
import { readRefusal } from '../../src/kalshi/rest-answer.ts';
import type { Outgoing } from '../../src/kalshi/rest-transport.ts';
import { clientOf, type ScriptedExchange, scriptedExchange } from './scripted-exchange.ts';

const LIMITED = { status: 429, body: { error: 'too many requests' } };
const BROKEN = { status: 503, body: { error: { code: 'service_unavailable', message: 'service unavailable' } } };
const CREATE = { method: 'POST', path: '/portfolio/events/orders', body: {} } as const;

async function faultOf(work: Promise<unknown>): Promise<Fault> {
  const error = await work.catch((thrown: unknown) => thrown);
  if (error instanceof Fault) return error;
  throw new Error(`no Fault: ${String(error)}`);
}

describe('a read', () => {
  it('is signed without its query, with lists repeated', async () => {
    const exchange = await scriptedExchange();
    const { rest } = clientOf(exchange);
    await rest.read('/markets/orderbooks', { tickers: ['A', 'B C'], depth: undefined, limit: 5 });
    expect(exchange.heard).toEqual([
      {
        method: 'GET',
        path: '/trade-api/v2/markets/orderbooks',
        query: 'tickers=A&tickers=B+C&limit=5',
        body: undefined,
        signed: true,
      },
    ]);
  });

  it('is tried again after 429, 5xx and a cut line, with waits that double', async () => {
    const exchange = await scriptedExchange();
    const { rest, clock } = clientOf(exchange);
    exchange.script(BROKEN, 'cut', { status: 500, body: '<html>' }, { status: 200, body: { fine: true } });
    expect(await rest.read('/exchange/status')).toEqual({ fine: true });
    expect(exchange.heard).toHaveLength(4);
    expect(clock.waits).toEqual([187_500, 375_000, 750_000]);
  });

  it('waits for new tokens after 429: what we believed to have was not there', async () => {
    const exchange = await scriptedExchange();
    const { rest, clock } = clientOf(exchange, { backoff: milliseconds(2) });
    exchange.script(LIMITED);
    await rest.read('/exchange/status');
    expect(clock.waits).toEqual([1_500, 48_500]);
  });

  it('gives up after its attempts and says what came last', async () => {
    const exchange = await scriptedExchange();
    const { rest } = clientOf(exchange, { attempts: 2 });
    exchange.script(BROKEN, BROKEN);
    const fault = await faultOf(rest.read('/exchange/status'));
    expect(fault.code).toBe('exchange-unreachable');
    expect(fault.message).toContain('503 service_unavailable');
    expect(exchange.heard).toHaveLength(2);
  });

  it('is not tried again where it was refused', async () => {
    const exchange = await scriptedExchange();
    const { rest } = clientOf(exchange);
    exchange.script({ status: 400, body: { msg: "failed on the 'lte' tag" } });
    const fault = await faultOf(rest.read('/markets', { limit: 9_999 }));
    expect(fault.code).toBe('exchange-refused');
    expect(fault.message).toContain('400 validation');
    expect(exchange.heard).toHaveLength(1);
  });

  it('reads texts with raw control characters', async () => {
    const exchange = await scriptedExchange();
    const { rest } = clientOf(exchange);
    exchange.script({ status: 200, body: '{"a":"one\ntwo\u0001"}' });
    expect(await rest.read('/x')).toEqual({ a: 'one two ' });
  });

  it('times out, is stopped, and says when nothing listens', async () => {
    const exchange = await scriptedExchange();
    const { rest, clock } = clientOf(exchange, { attempts: 1 });
    exchange.script('silence', 'silence');
    const slow = faultOf(rest.read('/x'));
    await hears(exchange, 1);
    clock.runOut();
    expect((await slow).message).toContain('no answer within 3600000 ms');
    const controller = new AbortController();
    const patient = clientOf(exchange).rest.read('/x', {}, controller.signal);
    await hears(exchange, 2);
    controller.abort();
    expect((await faultOf(patient)).code).toBe('interrupted');
    const last = clientOf(exchange, { attempts: 1 }).rest.read('/x', {}, AbortSignal.timeout(0));
    expect((await faultOf(last)).code).toBe('interrupted');
    const nobody = clientOf(exchange, { environment: localEnvironment(await deafAddress()), attempts: 1 }).rest;
    expect((await faultOf(nobody.read('/x'))).message).toContain('ECONNREFUSED');
  });
});

describe('a write', () => {
  it('goes out once, whatever comes of it', async () => {
    const exchange = await scriptedExchange();
    const { rest } = clientOf(exchange);
    exchange.script(BROKEN, 'cut', { status: 502, body: '<html>bad gateway' }, { status: 201, body: 'oops' }, LIMITED);
    const outcomes = [];
    for (let at = 0; at < 5; at++) outcomes.push(await rest.write(CREATE));
    expect(exchange.heard).toHaveLength(5);
    expect(exchange.heard.every(({ signed }) => signed)).toBe(true);
    expect(outcomes).toMatchObject([
      { kind: 'unknown', why: 'server-error' },
      { kind: 'unknown', why: 'connection-lost' },
      { kind: 'unknown', why: 'server-error' },
      { kind: 'unknown', why: 'unreadable' },
      { kind: 'refused', refusal: { status: 429, code: 'too_many_requests' } },
    ]);
  });

  it('is unknown when it timed out or was stopped on its way, unsent when it never left', async () => {
    const exchange = await scriptedExchange();
    const { rest, clock } = clientOf(exchange);
    exchange.script('silence', 'silence');
    const slow = rest.write(CREATE);
    await hears(exchange, 1);
    clock.runOut();
    expect(await slow).toMatchObject({ kind: 'unknown', why: 'timed-out' });
    const controller = new AbortController();
    const going = clientOf(exchange).rest.write(CREATE, controller.signal);
    await hears(exchange, 2);
    controller.abort();
    expect(await going).toMatchObject({ kind: 'unknown', why: 'connection-lost' });
    expect(await clientOf(exchange).rest.write(CREATE, controller.signal)).toMatchObject({ kind: 'unsent' });
    const nobody = clientOf(exchange, { environment: localEnvironment(await deafAddress()) }).rest;
    expect(await nobody.write(CREATE)).toMatchObject({ kind: 'unsent' });
    expect(exchange.heard).toHaveLength(2);
  });

  it('is handed on before the call returns, where it need not wait for tokens', async () => {
    const handed: string[] = [];
    const transport = {
      signs: true,
      attempt: ({ method }: Outgoing) => {
        handed.push(method);
        return Promise.resolve({ kind: 'unreached', detail: 'nowhere' } as const);
      },
      close: () => Promise.resolve(),
    };
    const { rest } = clientOf(await scriptedExchange(), { transport });
    const outcome = rest.write(CREATE);
    expect(handed).toEqual(['POST']);
    expect((await outcome).kind).toBe('unsent');
  });

  it('did not leave, and never will, where it was stopped before a connection took it', async () => {
    const exchange = await scriptedExchange();
    const { rest, clock } = clientOf(exchange);
    const plenty = { capacity: 1_000, refillPerSecond: 1_000 };
    rest.meter({ read: plenty, write: plenty }, new EndpointCosts(1, []));
    // There are 16 connections; the seventeenth request waits for one.
    exchange.script(...Array.from({ length: 16 }, () => 'silence' as const));
    const others = Array.from({ length: 16 }, () => rest.write(CREATE));
    const controller = new AbortController();
    const last = rest.write(CREATE, controller.signal);
    await hears(exchange, 16);
    await sleep(50);
    controller.abort();
    expect(await last).toMatchObject({ kind: 'unsent', detail: expect.stringContaining('waiting for the answer') });
    clock.runOut();
    expect((await Promise.all(others)).every(({ kind }) => kind === 'unknown')).toBe(true);
    await sleep(50);
    expect(exchange.heard).toHaveLength(16);
  });

  it('does not leave once it is barred, whether it waits for tokens, for a connection or for a process that stood still', async () => {
    const exchange = await scriptedExchange();
    let why: string | null = null;
    const barred = () => why;
    const waiting = clientOf(exchange, { clock: SYSTEM_CLOCK }).rest;
    // The bucket holds eight; the ninth waits.
    const orders = Array.from({ length: 9 }, () => waiting.write({ ...CREATE, barred }));
    why = 'killed';
    for (const order of orders) expect(await order).toEqual({ kind: 'unsent', detail: 'killed' });
    expect(await waiting.write({ ...CREATE, barred })).toEqual({ kind: 'unsent', detail: 'killed' });
    const late = clientOf(exchange, { clock: SYSTEM_CLOCK, timeout: milliseconds(30) }).rest;
    const order = late.write(CREATE);
    // Nothing of ours runs meanwhile, as in a process that was stopped.
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 60);
    expect((await order).kind).toBe('unsent');
    await sleep(50);
    expect(exchange.heard).toEqual([]);
  });

  it('that cancels many is not kept waiting for ever by orders, each of which needs less', async () => {
    const exchange = await scriptedExchange();
    const { rest } = clientOf(exchange, { clock: SYSTEM_CLOCK });
    for (let at = 0; at < 8; at++) await rest.write(CREATE);
    let ended = false;
    const order = async (): Promise<void> => {
      while (!ended) await rest.write(CREATE);
    };
    const orders = [order(), order(), order()];
    await expect.poll(() => exchange.heard.length, { interval: 5, timeout: 10_000 }).toBeGreaterThanOrEqual(12);
    const batch = { method: 'DELETE', path: '/portfolio/events/orders/batched', body: {}, items: 20 } as const;
    const before = exchange.heard.length;
    expect((await rest.write({ ...batch, cancels: true })).kind).toBe('answered');
    ended = true;
    // One of each loop had its turn before it; what was sent beside it may be on its way.
    expect(exchange.heard.slice(before).findIndex(({ method }) => method === 'DELETE')).toBeLessThanOrEqual(3);
    await Promise.all(orders);
  });

  it('is not made again by the library beneath when its connection is cut', async () => {
    const exchange = await scriptedExchange();
    const { rest } = clientOf(exchange);
    exchange.script({ status: 200, body: {} }, 'cut', { status: 201, body: {} });
    await rest.write(CREATE);
    expect(await rest.write(CREATE)).toMatchObject({ kind: 'unknown', why: 'connection-lost' });
    await sleep(50);
    expect(exchange.heard).toHaveLength(2);
  });

  it('is unknown, not refused, where a 4xx is none of the exchange', async () => {
    const exchange = await scriptedExchange();
    const { rest } = clientOf(exchange);
    exchange.script({ status: 403, body: '<html>blocked' }, { status: 302, body: {} }, { status: 408, body: {} });
    for (let at = 0; at < 3; at++) expect((await rest.write(CREATE)).kind).toBe('unknown');
    expect(exchange.heard).toHaveLength(3);
  });

  it('waits for its tokens, and a cancel does not wait behind orders', async () => {
    const left: string[] = [];
    const transport = {
      signs: true,
      attempt: ({ method }: Outgoing) => {
        left.push(method);
        return Promise.resolve({ kind: 'answer', status: 200, body: {}, date: null } as const);
      },
      close: () => Promise.resolve(),
    };
    const { rest, clock } = clientOf(await scriptedExchange(), { transport });
    const orders = Array.from({ length: 9 }, () => rest.write(CREATE));
    const cancel = rest.write({ method: 'DELETE', path: '/portfolio/events/orders/x', cancels: true });
    await Promise.all([...orders, cancel]);
    expect(clock.waits.length).toBeGreaterThan(0);
    // The bucket holds eight; the ninth waits.
    expect(left).toEqual([...Array.from({ length: 8 }, () => 'POST'), 'DELETE', 'POST']);
  });

  it('is paid by the costs and limits of the account', async () => {
    const exchange = await scriptedExchange();
    const { rest, clock } = clientOf(exchange);
    const bucket = { capacity: 50, refillPerSecond: 10 };
    rest.meter({ read: bucket, write: bucket }, new EndpointCosts(5, []));
    await rest.write(CREATE);
    expect(clock.waits).toEqual([seconds(1.5)]);
    await expect(rest.write({ ...CREATE, items: 9 })).rejects.toThrow('never fits');
  });
});

describe('an error body', () => {
  it('is read in each of its four shapes, and no other', () => {
    expect(readRefusal(400, { error: { code: 'invalid_order', message: 'm', details: 'post only cross' } })).toEqual({
      status: 400,
      code: 'invalid_order',
      message: 'm',
      details: 'post only cross',
    });
    expect(readRefusal(400, { code: 'bad_request', message: 'm' })?.code).toBe('bad_request');
    expect(readRefusal(400, { msg: 'Parameter validation failed' })?.code).toBe('validation');
    expect(readRefusal(429, { error: 'too many requests' })?.code).toBe('too_many_requests');
    for (const body of [null, undefined, 'text', [], {}, { error: {} }, { error: { code: 7 } }]) {
      expect(readRefusal(400, body)).toBeNull();
    }
  });
});

describe('a listing', () => {
  it('is read page after page until the cursor is empty', async () => {
    const exchange = await scriptedExchange();
    const { rest } = clientOf(exchange);
    exchange.script(
      { status: 200, body: { rows: [1, 2], cursor: 'c1' } },
      { status: 200, body: { rows: [], cursor: 'c2' } },
      { status: 200, body: { rows: [3], cursor: '' } },
    );
    const seen = [];
    for await (const row of rows(rest, '/x', 'rows', { limit: 2 })) seen.push(row);
    expect(seen).toEqual([1, 2, 3]);
    expect(exchange.heard.map(({ query }) => query)).toEqual(['limit=2', 'limit=2&cursor=c1', 'limit=2&cursor=c2']);
  });

  it('whose cursor leads back to itself, or that lacks its list, is no listing', async () => {
    const exchange = await scriptedExchange();
    const { rest } = clientOf(exchange);
    const page = { status: 200, body: { rows: [1], cursor: 'c1' } };
    exchange.script(page, page, { status: 200, body: { others: [] } });
    const all = async () => {
      for await (const _ of rows(rest, '/x', 'rows', {}));
    };
    expect((await faultOf(all())).code).toBe('wire-drift');
    expect((await faultOf(all())).message).toContain('no list "rows"');
  });
});

describe('a local exchange', () => {
  it('is on this machine or not at all', () => {
    expect(localEnvironment('http://127.0.0.1:8090/trade-api/v2').rest).toBe('http://127.0.0.1:8090');
    expect(localEnvironment('http://localhost:8090').socket).toBe('ws://localhost:8090/trade-api/ws/v2');
    for (const bad of [
      'http://10.0.0.1:8090',
      'http://127.0.0.1.evil.example',
      'ftp://127.0.0.1',
      'x',
      'http://u@[::1]/',
    ])
      expect(() => localEnvironment(bad)).toThrow(Fault);
  });
});

/** Resolves once the exchange has heard so many requests. */
async function hears({ heard }: ScriptedExchange, count: number): Promise<void> {
  await expect.poll(() => heard.length, { interval: 5, timeout: 10_000 }).toBe(count);
}

/** An address where nobody listens any more. */
function deafAddress(): Promise<string> {
  return new Promise((found) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address() as { port: number };
      server.close(() => found(`http://127.0.0.1:${port}`));
    });
  });
}
