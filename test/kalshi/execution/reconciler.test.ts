import { expect, it } from 'vitest';
import { SimulatedClock } from '../../../scripts/gauntlet/simulated-clock.ts';
import { Fault } from '../../../src/core/fault.ts';
import type { MarketIndex } from '../../../src/core/market.ts';
import type { Order, OrderId } from '../../../src/core/order.ts';
import type { Price } from '../../../src/core/price.ts';
import { contracts } from '../../../src/core/quantity.ts';
import { BID } from '../../../src/core/side.ts';
import { SECOND, type Time } from '../../../src/core/time.ts';
import { OrderDesk } from '../../../src/kalshi/execution/order-desk.ts';
import { Reconciler } from '../../../src/kalshi/execution/reconciler.ts';

const START = (1_790_000_000 * SECOND) as Time;
const at = (seconds: number): Time => (START + seconds * SECOND) as Time;

const ORDER: Order = {
  id: 1 as OrderId,
  market: 0 as MarketIndex,
  side: BID,
  price: 4_000 as Price,
  quantity: contracts(10),
  timeInForce: 'good-till-cancelled',
  postOnly: false,
  reduceOnly: false,
  expireTime: null,
  selfTradePrevention: 'taker-at-cross',
  cancelOnPause: false,
  group: null,
  fairPrice: null,
  patience: null,
  follows: null,
  submitTime: START,
};

/** A desk with one resting order that nobody doubts, and a reconciler over lists whose reading calls `during`. Gives the seconds of each reading. */
function swept(during: (reading: number, reconciler: Reconciler) => void) {
  const clock = new SimulatedClock(START);
  const troubles: string[] = [];
  const readings: number[] = [];
  const desk = new OrderDesk({ answer: () => {}, alarm: (what) => troubles.push(what) });
  desk.sent(ORDER, 'T', 'c-1');
  const answer = {
    orderId: 'o-1',
    clientOrderId: 'c-1',
    filled: contracts(0),
    remaining: contracts(10),
    averagePrice: null,
    averageFee: null,
    time: START,
  };
  desk.placed(ORDER.id, { kind: 'answered', answer }, START);
  const row = {
    orderId: 'o-1',
    clientOrderId: 'c-1',
    ticker: 'T',
    status: 'resting' as const,
    price: ORDER.price,
    filled: contracts(0),
    remaining: contracts(10),
    reason: null,
    updated: START,
    side: BID,
    created: START,
  };
  const reconciler: Reconciler = new Reconciler({
    desk,
    clock,
    onTrouble: ({ code }) => troubles.push(code),
    reads: {
      asOf: async () => clock.now(),
      async *orders() {
        readings.push((clock.now() - START) / SECOND);
        during(readings.length, reconciler);
        yield row as never;
      },
      async *fills() {},
    },
  });
  return { clock, reconciler, readings, troubles };
}

it('compares the open orders every 15 s though nothing is in doubt', async () => {
  const { clock, reconciler, readings, troubles } = swept(() => {});
  await clock.runUntil(at(31));
  await reconciler.stop();
  expect(readings).toEqual([15, 30]);
  expect(troubles).toEqual([]);
});

it('sweeps again for what was missed while it swept', async () => {
  const { clock, reconciler, readings } = swept((reading) => {
    if (reading === 1) reconciler.sweepSoon();
  });
  reconciler.sweepSoon();
  await clock.runUntil(at(10));
  await reconciler.stop();
  expect(readings).toEqual([1, 2]);
});

it('sweeps again when the list could not be read', async () => {
  const { clock, reconciler, readings, troubles } = swept((reading) => {
    if (reading === 1) throw new Fault('exchange-unreachable', 'no answer');
  });
  reconciler.sweepSoon();
  await clock.runUntil(at(10));
  await reconciler.stop();
  expect(readings).toEqual([1, 2]);
  expect(troubles).toEqual(['exchange-unreachable']);
});
