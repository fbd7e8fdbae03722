import { describe, expect, it } from 'vitest';
import { milliseconds } from '../../src/core/time.ts';
import { drawnFaults, FAULT_NAMES, type FaultName } from '../../src/exchange/drawn-faults.ts';
import type { FrameFault, RequestFault } from '../../src/exchange/fault-plan.ts';
import { scriptedFaults } from '../../src/exchange/scripted-faults.ts';
import { type Frame, type Listener, Scene } from './scene.ts';

describe('drawn faults', () => {
  it('come as often as their shares say, the same for a seed, and never where nothing was asked for', () => {
    const drawn = (seed: string): Record<FaultName, number> => {
      const plan = drawnFaults({ lostAnswers: 0.1, emptyAnswers: 0.1, unavailable: 0.2 }, seed);
      for (let count = 0; count < 2_000; count++) plan.request('POST', '/');
      return plan.counts;
    };
    const counts = drawn('a');
    expect(counts).toEqual(drawn('a'));
    expect(counts).not.toEqual(drawn('b'));
    for (const [name, expected] of [
      ['lostAnswers', 0.1],
      ['emptyAnswers', 0.1],
      ['unavailable', 0.2],
    ] as const) {
      expect(Math.abs(counts[name] / 2_000 - expected), name).toBeLessThan(0.04);
    }
    const nothing = drawnFaults({}, 'a');
    for (let count = 0; count < 100; count++) {
      expect([nothing.request('POST', '/'), nothing.frame('trade')]).toEqual([null, null]);
    }
  });

  it('befall only what they can befall', () => {
    const order = '/trade-api/v2/portfolio/events/orders';
    const befalls = (name: FaultName, method: string, path: string): boolean =>
      drawnFaults({ [name]: 1 }, 'a').request(method, path) !== null;
    expect(befalls('lostAnswers', 'GET', order)).toBe(false);
    expect(befalls('lostReads', 'GET', order)).toBe(true);
    expect(befalls('falseNotFound', 'POST', order)).toBe(false);
    expect(befalls('falseNotFound', 'DELETE', `${order}/o-1`)).toBe(true);
    expect(befalls('droppedFrames', 'POST', order)).toBe(false);
  });
});

describe('scripted faults', () => {
  const script = [
    { fault: 'silentAnswers', method: 'POST', path: '/events/orders', after: 1, times: 2 },
    { fault: 'unavailable' },
    { fault: 'droppedFrames', frame: 'trade', after: 2 },
  ];

  it('befall just the requests and frames that the script names, in its order', () => {
    const plan = scriptedFaults(script, 'a');
    const hears = (method: string, path: string): string => {
      const fault = plan.request(method, path);
      return fault === null ? '-' : typeof fault.reply === 'string' ? fault.reply : String(fault.reply(null).status);
    };
    const heard = Array.from({ length: 5 }, () => hears('POST', '/trade-api/v2/portfolio/events/orders'));
    expect(heard).toEqual(['503', 'silent', 'silent', '-', '-']);
    expect(hears('GET', '/trade-api/v2/markets')).toBe('-');
    const frames = ['trade', 'orderbook_delta', 'trade', 'trade', 'trade'].map((type) => plan.frame(type)?.type ?? '-');
    expect(frames).toEqual(['-', '-', '-', 'drop', '-']);
  });

  it.each([
    [{}, 'the script is no list of faults'],
    [[{ fault: 'thunder' }], 'line 1 of the script names no fault: "thunder"; there are lostAnswers'],
    [[{ fault: 'skew', when: 1 }], 'line 1 of the script has "when", which means nothing'],
    [[{ fault: 'skew', after: -1 }], 'line 1 of the script has a "after" that is no whole number from 0 on'],
    [[{ fault: 'skew', path: 3 }], 'line 1 of the script has a "path" that is no text'],
  ])('are refused where they mean nothing: %j', (wrong, says) => {
    expect(() => scriptedFaults(wrong, 'a')).toThrow(says);
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
  let fault: RequestFault | FrameFault | null = null;
  const once = <T>(): T | null => {
    const now = fault as T | null;
    fault = null;
    return now;
  };
  const faults = {
    request: () => (fault !== null && 'obeyed' in fault ? once<RequestFault>() : null),
    frame: (type: string) =>
      type === 'orderbook_delta' && fault !== null && 'type' in fault ? once<FrameFault>() : null,
  };
  const scene = await Scene.open({ faults });
  let orders = 0;

  /** The kinds that have a test here. */
  const tested: FaultName[] = [];
  function kind(name: FaultName, says: string, test: () => Promise<void>): void {
    tested.push(name);
    it(`${name}: ${says}`, test);
  }

  /** The fault of this name, whatever it befalls. */
  function draw(name: FaultName): RequestFault | FrameFault {
    const plan = drawnFaults({ [name]: 1 }, name);
    return (
      plan.frame('orderbook_delta') ??
      plan.request('POST', '/trade-api/v2/portfolio/events/orders') ??
      plan.request('DELETE', '/trade-api/v2/portfolio/events/orders/o-1') ??
      plan.request('GET', '/trade-api/v2/portfolio/orders')!
    );
  }

  /** The fields of a record and their types. */
  const shape = (of: object): string[] => Object.entries(of).map(([name, value]) => `${name} ${typeof value}`);

  /** Sends an order on which the fault falls: what the client hears, and whether the exchange has it. */
  async function send(name: FaultName): Promise<{ heard: unknown; obeyed: boolean }> {
    fault = draw(name);
    const id = `order-${++orders}`;
    const hears = [
      scene.order({ client_order_id: id }).then(
        ({ status }): unknown => status,
        () => 'broken',
      ),
    ];
    if (name.startsWith('silent')) {
      await expect.poll(() => fault, { timeout: 10_000 }).toBeNull();
      hears.push(new Promise((hear) => setTimeout(() => hear('nothing'), 300)));
    }
    return { heard: await Promise.race(hears), obeyed: scene.account.clientIds.has(id) };
  }

  const ANSWERS: readonly (readonly [FaultName, unknown, boolean])[] = [
    ['lostAnswers', 'broken', true],
    ['lostRequests', 'broken', false],
    ['silentAnswers', 'nothing', true],
    ['silentRequests', 'nothing', false],
    ['unavailable', 503, false],
    ['unavailableAfter', 503, true],
    ['badGatewayAfter', 'broken', true],
    ['rateLimited', 429, false],
    ['skew', 401, false],
  ];
  for (const [name, heard, obeyed] of ANSWERS)
    kind(name, `the client hears ${heard}, and that it was obeyed is ${obeyed}`, async () => {
      expect(await send(name)).toEqual({ heard, obeyed });
    });

  /** How the answer to a create differs from the `plain` one, by the fields and types of both. */
  const CHANGES: readonly (readonly [FaultName, string, (body: object, plain: readonly string[]) => void])[] = [
    ['emptyAnswers', 'has no content', (body) => expect(body).toEqual({})],
    [
      'otherOrder',
      'is about an order that is not there',
      (body, plain) => {
        expect(shape(body)).toEqual(plain);
        expect(scene.account.byId.has((body as { order_id: string }).order_id)).toBe(false);
      },
    ],
    [
      'newFields',
      'has a field more',
      (body, plain) => expect(shape(body)).toEqual([...plain, 'brand_new_field object']),
    ],
    [
      'retypedFields',
      'has a field of another form',
      (body, plain) => {
        expect(shape(body)).not.toEqual(plain);
        expect(shape(body).filter((field) => !plain.includes(field)).length).toBeLessThan(2);
      },
    ],
  ];
  for (const [name, says, check] of CHANGES)
    kind(name, `the order was obeyed, and the answer ${says}`, async () => {
      const create = () => scene.order({ client_order_id: `order-${++orders}` });
      const plain = await create();
      fault = draw(name);
      const { status, body } = await create();
      expect([status, scene.account.clientIds.has(`order-${orders}`)]).toEqual([201, true]);
      check(body, shape(plain.body));
    });

  kind('lateRequests', 'the connection breaks, and the order arrives some time later', async () => {
    const late = draw('lateRequests');
    expect(late).toEqual({ obeyed: expect.any(Number), reply: 'lost' });
    fault = { ...(late as RequestFault), obeyed: 50_000 as never };
    const id = `order-${++orders}`;
    await expect(scene.order({ client_order_id: id })).rejects.toThrow();
    await expect.poll(() => scene.account.clientIds.has(id), { timeout: 10_000 }).toBe(true);
  });

  kind('falseNotFound', 'a cancel that was obeyed is answered as one of an order that is not there', async () => {
    const { body } = await scene.order({ client_order_id: `order-${++orders}` });
    fault = draw('falseNotFound');
    const answer = await scene.send('DELETE', `/portfolio/events/orders/${body.order_id}`);
    expect(answer.status).toBe(404);
    const again = await scene.send('DELETE', `/portfolio/events/orders/${body.order_id}`);
    expect(again).toEqual(answer);
    expect(scene.account.byId.get(body.order_id)!.status).toBe('canceled');
  });

  /** A socket that hears the book of the scene's market, as subscription 1. */
  async function subscribed(): Promise<Listener> {
    const socket = await scene.socket();
    const params = { channels: ['orderbook_delta'], market_ticker: scene.market.ticker };
    await socket.ask({ id: 1, cmd: 'subscribe', params });
    return socket;
  }

  /** The frames that come of orders on the first of which the fault falls. */
  async function frames(name: FaultName, count: number): Promise<Frame[]> {
    const socket = await subscribed();
    fault = draw(name);
    for (let sent = 0; sent < count; sent++) await scene.order({});
    const heard = (await socket.heard()).filter(({ sid }) => sid === 1);
    socket.socket.terminate();
    return heard;
  }

  /** The frames by their numbers, or types where they have none. */
  const NUMBERS: readonly (readonly [FaultName, readonly unknown[]])[] = [
    ['droppedFrames', [1, 3, 4]],
    ['doubledFrames', [1, 2, 2, 3, 4]],
    ['lateFrames', [1, 3, 2, 4]],
    ['channelErrors', [1, 'error 10']],
    ['overflows', [1, 'error 25']],
  ];
  for (const [name, expected] of NUMBERS)
    kind(name, `the numbers that come are ${JSON.stringify(expected)}`, async () => {
      const heard = await frames(name, 3);
      expect(heard.map(({ seq, type, msg }) => seq ?? `${type} ${msg.code}`)).toEqual(expected);
    });

  /** Whether a field of the frame is new, and whether one is missing or of another type. */
  const CHANGED: readonly (readonly [FaultName, boolean, boolean])[] = [
    ['newFrameFields', true, false],
    ['retypedFrameFields', false, true],
  ];
  for (const [name, more, other] of CHANGED)
    kind(name, 'only the first frame differs, and only in its fields', async () => {
      const heard = await frames(name, 3);
      expect(heard.map(({ seq }) => seq)).toEqual([1, 2, 3, 4]);
      const [first, second, third] = heard.slice(1).map(({ msg }) => shape(msg));
      expect(third).toEqual(second);
      expect(first!.includes('brand_new_field object')).toBe(more);
      expect(second!.some((field) => !first!.includes(field))).toBe(other);
    });

  kind('disconnects', 'the connection breaks', async () => {
    const { socket } = await subscribed();
    const closed = new Promise((done) => socket.once('close', done));
    fault = draw('disconnects');
    await scene.order({});
    await closed;
  });

  kind('halfOpen', 'the connection stays, and not even a ping is answered', async () => {
    const { socket, frames } = await subscribed();
    const before = frames.length;
    let pongs = 0;
    socket.on('pong', () => pongs++);
    fault = draw('halfOpen');
    await scene.order({});
    socket.ping();
    await scene.order({});
    await new Promise((later) => setTimeout(later, 200));
    expect([frames.length, pongs, socket.readyState]).toEqual([before, 0, socket.OPEN]);
    socket.terminate();
  });

  kind('lostReads', 'a read breaks', async () => {
    fault = draw('lostReads');
    await expect(scene.get('/portfolio/balance')).rejects.toThrow();
    expect((await scene.get('/portfolio/balance')).status).toBe(200);
  });

  kind('badGateway', 'the answer is a page, of a read too', async () => {
    fault = draw('badGateway');
    await expect(scene.get('/portfolio/balance')).rejects.toThrow('JSON');
    expect((await scene.get('/portfolio/balance')).status).toBe(200);
  });

  it('has every kind among these tests', () => {
    expect(tested.toSorted()).toEqual(FAULT_NAMES.toSorted());
  });
});
