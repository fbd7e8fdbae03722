import { describe, expect, it } from 'vitest';
import { milliseconds } from '../../src/core/time.ts';
import { drawnFaults } from '../../src/exchange/drawn-faults.ts';
import type { FrameFault, RequestFault } from '../../src/exchange/fault-plan.ts';
import { Scene } from './scene.ts';

describe('drawn faults', () => {
  it('come as often as their shares say, the same for a seed, and never where nothing was asked for', () => {
    const kinds = (seed: string): string[] => {
      const plan = drawnFaults({ lostAnswers: 0.1, emptyAnswers: 0.1, unavailable: 0.2 }, seed);
      return Array.from({ length: 2_000 }, () => {
        const fault = plan.request('POST', '/');
        return fault?.type === 'answer' ? String(fault.status) : (fault?.type ?? 'none');
      });
    };
    const drawn = kinds('a');
    expect(drawn).toEqual(kinds('a'));
    expect(drawn).not.toEqual(kinds('b'));
    const share = (kind: string): number => drawn.filter((one) => one === kind).length / drawn.length;
    for (const [kind, expected] of [
      ['lost-after', 0.1],
      ['201', 0.1],
      ['503', 0.2],
      ['none', 0.6],
    ] as const) {
      expect(Math.abs(share(kind) - expected), kind).toBeLessThan(0.04);
    }
    const nothing = drawnFaults({}, 'a');
    for (let count = 0; count < 100; count++) {
      expect([nothing.request('POST', '/'), nothing.frame('trade')]).toEqual([null, null]);
    }
  });

  it('lose no request that only reads', () => {
    const plan = drawnFaults({ lostAnswers: 1, lostRequests: 1, emptyAnswers: 1 }, 'a');
    expect([plan.request('GET', '/'), plan.request('DELETE', '/')]).toEqual([null, { type: 'lost-after' }]);
    expect(drawnFaults({ droppedFrames: 1 }, 'a').frame('trade')).toBe('drop');
  });
});

describe('reads that lag behind', async () => {
  const scene = await Scene.open({ readLag: milliseconds(400) });

  it('show an order as it was a while ago; what was obeyed was obeyed', async () => {
    const { body } = await scene.order({});
    const status = async (): Promise<string> =>
      (await scene.get(`/portfolio/orders/${body.order_id}`)).body.order.status;
    const resting = async () => (await scene.get('/portfolio/orders?status=resting')).body.orders.length;
    const cancel = () => scene.send('DELETE', `/portfolio/events/orders/${body.order_id}`);
    scene.pass(1);
    expect((await cancel()).body.reduced_by).toBe('1.00');
    scene.pass(0.36);
    expect([await status(), await resting(), (await cancel()).status]).toEqual(['resting', 1, 404]);
    scene.pass(0.04);
    expect([await status(), await resting()]).toEqual(['canceled', 0]);
  });
});

describe('a wire on which things go wrong', async () => {
  const next: { request: RequestFault | null; frame: FrameFault | null } = { request: null, frame: null };
  const once = <T>(key: 'request' | 'frame'): T | null => {
    const fault = next[key] as T | null;
    next[key] = null;
    return fault;
  };
  const faults = {
    request: () => once<RequestFault>('request'),
    frame: (type: string) => (type === 'orderbook_delta' ? once<FrameFault>('frame') : null),
  };
  const scene = await Scene.open({ faults });

  it('may lose an answer after the order was taken: sent again, its id is known', async () => {
    next.request = { type: 'lost-after' };
    await expect(scene.order({ client_order_id: 'lost' })).rejects.toThrow();
    expect((await scene.order({ client_order_id: 'lost' })).body.error.code).toBe('order_already_exists');
  });

  it('may lose the request itself: sent again, it is taken', async () => {
    next.request = { type: 'lost-before' };
    await expect(scene.order({ client_order_id: 'never' })).rejects.toThrow();
    expect((await scene.order({ client_order_id: 'never' })).status).toBe(201);
  });

  it('may answer something else, obeyed or not', async () => {
    const broken = { type: 'answer', status: 502, body: { error: 'bad gateway' } } as const;
    for (const obeyed of [true, false]) {
      next.request = { ...broken, obeyed };
      expect((await scene.order({ client_order_id: `obeyed-${obeyed}` })).status).toBe(502);
    }
    const ids = scene.account.orders.map(({ clientId }) => clientId);
    expect(ids).toContain('obeyed-true');
    expect(ids).not.toContain('obeyed-false');
  });

  it('may lose a frame, send it twice, or break: the numbers show it', async () => {
    const socket = await scene.socket();
    const params = { channels: ['orderbook_delta'], market_ticker: scene.market.ticker };
    await socket.ask({ id: 1, cmd: 'subscribe', params });
    const seqs = async (): Promise<number[]> => {
      await scene.order({});
      return (await socket.heard()).filter(({ sid }) => sid === 1).map(({ seq }) => seq);
    };
    next.frame = 'drop';
    expect(await seqs()).toEqual([1]);
    expect(await seqs()).toEqual([1, 3]);
    next.frame = 'twice';
    expect(await seqs()).toEqual([1, 3, 4, 4]);
    next.frame = 'disconnect';
    const closed = new Promise((done) => socket.socket.once('close', done));
    await scene.order({});
    await closed;
  });
});
