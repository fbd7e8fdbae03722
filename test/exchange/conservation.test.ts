import { describe, expect, it } from 'vitest';
import { Random } from '../../src/core/random.ts';
import { parseTime } from '../../src/core/time.ts';
import { Scene } from './scene.ts';

/** A dollar text in 1e-6 dollars. */
const e6 = (text: string): number => Math.round(Number(text) * 1e6);
const e2 = (text: string): number => Math.round(Number(text) * 100);

interface Row {
  readonly [field: string]: string & number;
}

async function all(scene: Scene, path: string, key: string): Promise<Row[]> {
  const rows: Row[] = [];
  for (let cursor = ''; ; ) {
    const { body } = await scene.get(`${path}${path.includes('?') ? '&' : '?'}limit=50&cursor=${cursor}`);
    rows.push(...body[key]);
    cursor = body.cursor;
    if (cursor === '') return rows;
  }
}

/** What the fills of a market leave, counted anew from the wire: the cash that they moved, the position, and what it cost. */
function counted(fills: readonly Row[]): { cash: number; fees: number; held: number } {
  let [cash, fees, held] = [0, 0, 0];
  for (const fill of fills) {
    const sign = fill.book_side === 'bid' ? 1 : -1;
    const count = e2(fill.count_fp!);
    const own = Math.round(Number(sign > 0 ? fill.yes_price_dollars : fill.no_price_dollars) * 10_000);
    const closing = held * sign < 0 ? Math.min(Math.abs(held), count) : 0;
    cash += closing * (10_000 - own) - (count - closing) * own;
    held += sign * count;
    fees += e6(fill.fee_cost!);
  }
  return { cash, fees, held };
}

describe.each([1, 2])('random orders, seed %i', (seed) => {
  it('leave cash, fees, positions and locks exact, at every step and after all is paid', async () => {
    const scene = await Scene.open({ start: parseTime('2030-01-05T20:00:00Z'), cash: 300 });
    const { exchange, account } = scene;
    const random = new Random(seed);
    const pick = <T>(items: readonly T[]): T => items[random.below(items.length)]!;
    const resting = () => account.orders.filter(({ status }) => status === 'resting');
    let taken = 0;
    for (let step = 0; step < 250; step++) {
      const market = pick(exchange.world.markets);
      const near = Math.min(98, Math.max(1, Math.round((market.bid + market.ask) / 200) + random.below(21) - 10));
      const immediate = random.uniform() < 0.4;
      const terms = {
        ticker: market.ticker,
        side: pick(['bid', 'ask']),
        count: String(1 + random.below(4_000) / 100),
        price: (near / 100).toFixed(4),
        time_in_force: immediate ? pick(['immediate_or_cancel', 'fill_or_kill']) : 'good_till_canceled',
        self_trade_prevention_type: pick(['maker', 'taker_at_cross']),
      };
      const order = resting().length > 0 ? pick(resting()) : undefined;
      const path = `/portfolio/events/orders/${order?.id}`;
      const kind = random.uniform();
      if (kind < 0.1 && order !== undefined) await scene.send('DELETE', path);
      else if (kind < 0.2 && order !== undefined) {
        await scene.send('POST', `${path}/decrease`, { reduce_by: '0.75' });
      } else if (kind < 0.35 && order !== undefined) {
        const { market: of, side } = order.terms;
        const amended = { ticker: of.ticker, side: side === 0 ? 'bid' : 'ask', price: terms.price, count: terms.count };
        await scene.send('POST', `${path}/amend`, amended);
      } else if ((await scene.order(terms)).status === 201) taken++;
      if (random.uniform() < 0.3) scene.pass(60 + random.below(120));
      const { cash, reserved } = account.ledger.audit();
      expect(cash - reserved).toBeGreaterThanOrEqual(0);
      for (const { resting: place, remaining } of resting()) expect(place!.quantity).toBe(remaining);
    }
    expect(taken).toBeGreaterThan(80);
    const check = async () => {
      const fills = (await all(scene, '/portfolio/fills', 'fills')).toReversed();
      const settlements = await all(scene, '/portfolio/settlements', 'settlements');
      const positions = await all(scene, '/portfolio/positions?settlement_status=all', 'market_positions');
      let total = 300_000_000;
      for (const position of positions) {
        const own = counted(fills.filter(({ ticker }) => ticker === position.ticker));
        const paid = settlements.find(({ ticker }) => ticker === position.ticker);
        const lost = e6(position.fees_paid_dollars!) - own.fees;
        total += own.cash - own.fees - lost + (paid === undefined ? 0 : Number(paid.revenue) * 10_000 + lost);
        expect(e2(position.position_fp!)).toBe(paid === undefined ? own.held : 0);
      }
      expect(account.ledger.cash).toBe(total);
      const { balance_dollars } = (await scene.get('/portfolio/balance')).body;
      expect(balance_dollars).toBe((Math.floor(account.ledger.available / 100) / 10_000).toFixed(4));
      return fills.length;
    };
    expect(await check()).toBeGreaterThan(50);
    scene.pass(24 * 3_600);
    await check();
    const { openCost, reserved } = account.ledger.audit();
    expect([openCost, reserved]).toEqual([0, 0]);
  });
});

describe('a market', () => {
  it('has as many contracts long as short, whoever holds them', async () => {
    const scene = await Scene.open();
    await scene.order({ count: '10', price: '0.9900', time_in_force: 'immediate_or_cancel' });
    scene.pass(3_600);
    for (const { openInterest, volume, candles, trades } of scene.exchange.world.markets) {
      expect(openInterest).toBeGreaterThanOrEqual(0);
      expect(openInterest).toBeLessThanOrEqual(volume);
      const all = candles.between(0, 4_000_000_000, 1);
      expect(all.reduce((sum, candle) => sum + candle.volume, 0)).toBe(volume);
      expect(trades.reduce((sum, { quantity }) => sum + quantity, 0)).toBe(volume);
    }
  });
});
