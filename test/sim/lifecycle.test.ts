import { describe, expect, test } from 'vitest';
import type { MarketChange, MarketIndex, MarketStatus, Settlement } from '../../src/core/market.ts';
import { DETAIL } from '../../src/core/market-event.ts';
import type { Price } from '../../src/core/price.ts';
import { contracts } from '../../src/core/quantity.ts';
import { ASK, BID } from '../../src/core/side.ts';
import { after, seconds, type Time } from '../../src/core/time.ts';
import type { Context, Strategy } from '../../src/engine/strategy.ts';
import { BASE, OPTIMISTIC, PESSIMISTIC } from '../../src/sim/lane.ts';
import type { LaneRun } from '../../src/sim/lane-run.ts';
import { LIFECYCLE_CONFIG } from '../../src/sim/synthetic/config.ts';
import { FINE_GRID } from '../../src/sim/synthetic/lifecycle.ts';
import { play } from './replay-of.ts';
import { type Act, order, scripted, send } from './scripted.ts';
import { playSynthetic, syntheticTape } from './synthetic/synthetic-scene.ts';
import { delta, index, opens, type Row, START, snapshot } from './tape-of.ts';

const becomes = (at: number, change: Omit<MarketChange, 'market'>): Row => ({
  at,
  kind: DETAIL,
  detail: { type: 'lifecycle', change: { market: index(0), ...change } },
});

const covers = (at: number, covered: boolean): Row => ({
  at,
  kind: DETAIL,
  detail: { type: 'coverage', change: { market: index(0), covered, reason: covered ? 'open again' : 'closed' } },
});

const pays = (at: number, outcome: Settlement['outcome'], value: number): Row => ({
  at,
  kind: DETAIL,
  detail: { type: 'settlement', settlement: { market: index(0), outcome, value: value as Price } },
});

/** One market through every state; each stands for 100 ms. */
const life = (outcome: Settlement['outcome'], value: number): Row[] => [
  becomes(0, { status: 'initialized' }),
  ...opens(0, 10),
  ...snapshot(20, [[40, 100]], [[45, 100]]),
  becomes(300, { status: 'inactive' }),
  delta(350, BID, 40, -50),
  becomes(400, { status: 'active' }),
  ...snapshot(400, [[40, 100]], [[45, 100]]),
  becomes(600, { closeTime: (START + 700_000) as Time }),
  becomes(700, { status: 'closed' }),
  covers(700, false),
  becomes(800, { status: 'active', closeTime: (START + 900_000) as Time }),
  covers(800, true),
  ...snapshot(800, [[41, 100]], [[46, 100]]),
  becomes(900, { status: 'closed' }),
  covers(900, false),
  becomes(1_000, { status: 'determined' }),
  becomes(1_100, { status: 'disputed' }),
  becomes(1_200, { status: 'amended' }),
  pays(1_300, outcome, value),
  becomes(1_300, { status: 'finalized' }),
  delta(2_000, BID, 1, 1),
];

interface Stand {
  readonly status: MarketStatus;
  /** Dollars. */
  readonly cash: number;
  readonly reserved: number;
  readonly openCost: number;
  /** Contracts held, NO as a negative number. */
  readonly held: number;
}

const HALFWAY = [50, 150, 250, 310, 380, 450, 550, 650, 750, 850, 950, 1_050, 1_150, 1_250, 1_350];

/** Plays a script over the life and notes how the account stands at each of the times above, by time. */
function standsOf(rows: readonly Row[], acts: readonly Act[]): { stands: Map<number, Stand>; ends: string[] } {
  let run: LaneRun | undefined;
  const stands = new Map<number, Stand>();
  const looks = HALFWAY.map(
    (at): Act => ({
      at,
      do: (context) => {
        const { account } = run!.engine;
        const position = context.position(index(0));
        stands.set(at, {
          status: context.status(index(0)),
          cash: account.cash / 1e6,
          reserved: account.reserved / 1e6,
          openCost: account.openCost / 1e6,
          held: position.quantity / 100,
        });
        expect(context.available).toBe(account.cash - account.reserved);
        account.audit();
      },
    }),
  );
  const played = play({
    rows,
    strategy: scripted([...acts, ...looks]),
    created: (created) => {
      run = created;
    },
  });
  const { orders } = played.run.engine;
  const ends = Array.from({ length: orders.count }, (_, at) => {
    const { state } = orders.get((at + 1) as never);
    return 'reason' in state ? `${state.status}: ${state.reason}` : state.status;
  });
  return { stands, ends };
}

/** Bought 10 YES at 45: $4.50 and a fee of 0.07 × 10 × 0.45 × 0.55 = $0.17325, which leaves the balance at $0.0001: $0.1733. */
const BOUGHT = 10_000 - 4.5 - 0.1733;

const SCRIPT: readonly Act[] = [
  { at: 100, do: send(order(BID, 45, 10)) },
  // 10 × $0.38 and a fee of at most 0.07 × 10 × 0.38 × 0.62 = $0.16492, rounded up: $3.965.
  { at: 200, do: send(order(BID, 38, 10)) },
  // 5 × $0.37 and $0.081585, rounded up: $1.9316.
  { at: 200, do: send(order(BID, 37, 5, { cancelOnPause: true })) },
  // Sells what is held: nothing but the fee, 0.07 × 4 × 0.6 × 0.4 = $0.0672.
  { at: 200, do: send(order(ASK, 60, 4)) },
  // $0.30 and $0.0147.
  { at: 200, do: send(order(BID, 30, 1)) },
  { at: 320, do: send(order(BID, 39, 1)) },
  { at: 330, do: (context, orders) => context.cancel(orders[4]!) },
  // Sells the ten held: $0.168. Fifteen more at 62 open NO at 38: 15 × $0.38 and 0.07 × 15 × 0.62 × 0.38 = $0.24738, rounded up: $5.9474.
  { at: 500, do: send(order(ASK, 60, 10)) },
  { at: 500, do: send(order(ASK, 62, 15)) },
  { at: 720, do: send(order(BID, 39, 1)) },
  // 10 × $0.40 and $0.168.
  { at: 820, do: send(order(BID, 40, 10)) },
];

describe('one market through every state', () => {
  test('cash moves at fills and at the payment only; collateral goes with the orders that each state ends', () => {
    const { stands, ends } = standsOf(life('yes', 10_000), SCRIPT);
    const stand = (status: MarketStatus, reserved: number): Stand => ({
      status,
      cash: BOUGHT,
      reserved,
      openCost: 4.5,
      held: 10,
    });
    const expected: [number, Stand][] = [
      [50, { status: 'active', cash: 10_000, reserved: 0, openCost: 0, held: 0 }],
      [150, stand('active', 0)],
      [250, stand('active', 3.965 + 1.9316 + 0.0672 + 0.3147)],
      // The pause ends the order that asked for it, and nothing else.
      [310, stand('inactive', 3.965 + 0.0672 + 0.3147)],
      // A new order was refused, and a cancel worked.
      [380, stand('inactive', 3.965 + 0.0672)],
      // Whatever rested is cancelled when the market is active again.
      [450, stand('active', 0)],
      [550, stand('active', 0.168 + 5.9474)],
      // A close moved to an earlier time changes nothing until it comes.
      [650, stand('active', 0.168 + 5.9474)],
      [750, stand('closed', 0)],
      [850, stand('active', 4.168)],
      [950, stand('closed', 0)],
      [1_050, stand('determined', 0)],
      [1_150, stand('disputed', 0)],
      [1_250, stand('amended', 0)],
      [1_350, { status: 'finalized', cash: BOUGHT + 10, reserved: 0, openCost: 0, held: 0 }],
    ];
    expect(stands.size).toBe(expected.length);
    for (const [at, { cash, reserved, ...rest }] of expected) {
      const found = stands.get(at)!;
      expect({ at, ...found }).toMatchObject({ at, ...rest });
      expect(found.cash).toBeCloseTo(cash, 6);
      expect(found.reserved).toBeCloseTo(reserved, 6);
    }
    expect(ends).toEqual([
      'executed',
      'cancelled: reactivated',
      'cancelled: paused',
      'cancelled: reactivated',
      'cancelled: requested',
      'rejected: trading-paused',
      'cancelled: market-closed',
      'cancelled: market-closed',
      'rejected: market-not-open',
      'cancelled: market-closed',
    ]);
  });

  test.each<[Settlement['outcome'], number, number]>([
    ['no', 0, 0],
    // $0.3333 × 10 is $3.333: whole cents are paid, the rest is a settlement fee.
    ['scalar', 3_333, 3.33],
    ['void', 4_237, 4.23],
  ])('ten YES contracts of a market that pays "%s" at %i receive $%f', (outcome, value, receives) => {
    const last = standsOf(life(outcome, value), SCRIPT.slice(0, 1)).stands.get(1_350)!;
    expect(last.cash).toBeCloseTo(BOUGHT + receives, 6);
    expect(last).toMatchObject({ reserved: 0, openCost: 0, held: 0 });
  });

  test.each<[Settlement['outcome'], number, number]>([
    ['yes', 10_000, 0],
    ['no', 0, 10],
    ['scalar', 3_333, 6.66],
    ['void', 4_237, 5.76],
  ])('ten NO contracts of a market that pays "%s" at %i receive $%f', (outcome, value, receives) => {
    const { stands } = standsOf(life(outcome, value), [{ at: 100, do: send(order(ASK, 40, 10)) }]);
    // Ten NO at 60: $6.00 and 0.07 × 10 × 0.4 × 0.6 = $0.168.
    expect(stands.get(1_250)).toMatchObject({ cash: 10_000 - 6.168, reserved: 0, openCost: 6, held: -10 });
    expect(stands.get(1_350)!.cash).toBeCloseTo(10_000 - 6.168 + receives, 6);
  });

  test('on the grid that a market gets in mid-life an order between two cents rests, and not before', () => {
    const rows: Row[] = [
      ...opens(0, 10),
      ...snapshot(20, [[4, 100]], [[6, 100]]),
      becomes(200, { grid: FINE_GRID }),
      delta(210, BID, 4.5, 10),
      delta(2_000, BID, 1, 1),
    ];
    const tries: string[] = [];
    const attempt = (context: Context, orders: number[]): void => {
      try {
        orders.push(context.submit(order(BID, 4.7, 10)));
        tries.push('sent');
      } catch {
        tries.push('refused');
      }
    };
    const { stands, ends } = standsOf(rows, [
      { at: 100, do: attempt },
      { at: 230, do: attempt },
    ]);
    expect(tries).toEqual(['refused', 'sent']);
    expect(stands.get(150)!.reserved).toBe(0);
    // 10 × $0.047 and 0.07 × 10 × 0.047 × 0.953 = $0.03135…, rounded up.
    expect(stands.get(250)!.reserved).toBeCloseTo(0.47 + 0.0314, 6);
    expect(ends).toEqual(['resting']);
  });
});

/** Buys ten YES where it can, rests a bid below, and does so again whenever a market is active anew; looks two seconds after each change. */
class Holder implements Strategy {
  readonly seen = new Set<MarketStatus>();
  readonly #bought = new Set<MarketIndex>();
  #changed: MarketIndex[] = [];
  run: LaneRun | undefined;
  looks = 0;
  gridChanges = 0;

  onLifecycle(change: MarketChange, context: Context): void {
    if (change.status !== undefined) this.seen.add(change.status);
    if (change.grid !== undefined) this.gridChanges++;
    this.#changed.push(change.market);
    context.wakeAt(after(context.now, seconds(2)), 'look');
  }

  onBook(market: MarketIndex, context: Context): void {
    const book = context.book(market);
    if (context.status(market) !== 'active' || book?.bestAsk === undefined || book.bestBid === undefined) return;
    if (!this.#bought.has(market)) {
      this.#bought.add(market);
      context.submit({
        market,
        side: BID,
        price: book.bestAsk,
        quantity: contracts(10),
        timeInForce: 'immediate-or-cancel',
      });
    } else if (context.openOrders(market).length === 0) {
      context.submit({ market, side: BID, price: 100 as Price, quantity: contracts(3) });
    }
  }

  onTimer(_timer: unknown, context: Context): void {
    this.looks++;
    for (const market of this.#changed.splice(0)) {
      const status = context.status(market);
      const open = context.openOrders(market);
      if (status !== 'active' && status !== 'inactive')
        expect([market, status, open.length]).toEqual([market, status, 0]);
    }
    let reserved = 0;
    let most = 0;
    for (const { market, price, quantity, filled } of context.openOrders()) {
      const whole = price * quantity + context.fee(market, price, quantity, 'taker');
      const left = (quantity - filled) / quantity;
      // A part that is left keeps its share of the fee that was locked, rounded up each time that it shrinks.
      reserved += filled === 0 ? whole : Math.floor(whole * left);
      most += filled === 0 ? whole : Math.ceil(whole * left) + 10;
    }
    const { account } = this.run!.engine;
    expect(account.reserved).toBeGreaterThanOrEqual(reserved);
    expect(account.reserved).toBeLessThanOrEqual(most);
    expect(context.available).toBe(account.cash - account.reserved);
    account.audit();
  }
}

describe('a generated tape of markets in every state', () => {
  const tape = syntheticTape(LIFECYCLE_CONFIG);

  test.each([PESSIMISTIC, BASE, OPTIMISTIC])('$name: cash and collateral add up after each change', (lane) => {
    const holder = new Holder();
    const { journal, run } = playSynthetic(tape, holder, lane, (created) => {
      holder.run = created;
    });
    expect(holder.seen).toEqual(
      new Set(['initialized', 'active', 'inactive', 'closed', 'determined', 'disputed', 'amended', 'finalized']),
    );
    expect(holder.gridChanges).toBeGreaterThan(0);
    expect(holder.looks).toBeGreaterThan(50);
    const ended = journal.answers.flatMap(({ answer }) => (answer.type === 'cancelled' ? [answer.reason] : []));
    expect(ended).toEqual(expect.arrayContaining(['reactivated', 'market-closed']));
    const paid = new Map<number, Settlement>();
    for (const { detail } of tape.rows) {
      if (detail?.type === 'settlement') paid.set(detail.settlement.market, detail.settlement);
    }
    expect(paid.size).toBe(tape.markets.length);
    expect(new Set([...paid.values()].map(({ outcome }) => outcome))).toEqual(new Set(['yes', 'no', 'scalar', 'void']));
    let cash = 1_000_000e6;
    const held = new Map<number, number>();
    for (const { fill } of journal.fills) {
      expect(fill.side).toBe(BID);
      cash -= fill.price * fill.quantity + fill.fee;
      held.set(fill.market, (held.get(fill.market) ?? 0) + fill.quantity);
    }
    for (const [market, quantity] of held) {
      const payout = paid.get(market)!.value * quantity;
      cash += payout - (payout % 10_000);
    }
    expect(held.size).toBeGreaterThan(40);
    expect(run.engine.account.cash).toBe(cash);
    expect(run.engine.account.reserved).toBe(0);
    expect(run.engine.account.openCost).toBe(0);
  });

  test('void and scalar markets pay, on the whole, what they were worth when they closed', () => {
    const lives = new Map(tape.truth.events.map((event) => [event.event, event]));
    for (const { detail } of tape.rows) {
      if (detail?.type !== 'settlement') continue;
      const { market, outcome, value } = detail.settlement;
      const event = lives.get(tape.markets[market]!.event)!;
      const known = event.markets.find((truth) => truth.market === market)!;
      expect(event.life.outcome === 'binary').toBe(outcome === 'yes' || outcome === 'no');
      if (outcome === 'scalar') expect(known.settledYes ? value >= 5_000 : value <= 5_000).toBe(true);
      if (outcome === 'yes') expect([known.settledYes, value]).toEqual([true, 10_000]);
      if (outcome === 'no') expect([known.settledYes, value]).toEqual([false, 0]);
    }
    for (const [name, event] of lives) {
      if (event.life.outcome !== 'void') continue;
      const values = tape.rows.flatMap(({ detail }) =>
        detail?.type === 'settlement' && tape.markets[detail.settlement.market]!.event === name
          ? [detail.settlement.value as number]
          : [],
      );
      expect(values.length).toBe(6);
      expect(Math.abs(values.reduce((sum, value) => sum + value, 0) - 10_000)).toBeLessThanOrEqual(6);
    }
  });
});
