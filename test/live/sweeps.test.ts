import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { brokenBy } from '../../scripts/live-kills/truth.ts';
import { dollars } from '../../src/core/money.ts';
import type { Price } from '../../src/core/price.ts';
import { contracts } from '../../src/core/quantity.ts';
import { SECOND, type Time } from '../../src/core/time.ts';
import type { Exchange } from '../../src/exchange/exchange.ts';
import { entriesOf } from '../cli/compiled.ts';
import { openScene, soon, wait } from './scene.ts';

const SWEEPS = 100;
/** Takes whatever is offered, at once and at any price: what it does then is about its speed and its books, not its wits. */
const EAGER = ['threshold=5', 'window=0', 'minPrints=0', 'minVolume=0', 'cooldown=0', 'contracts=1'].concat([
  'maxPositions=100',
  'reference=ask',
  'maxSpread=99',
  'maxTakerSlippage=100',
  'minPrice=0',
  'maxPrice=100',
]);

interface Sweep {
  readonly ticker: string;
  readonly side: string;
}

interface Decision {
  readonly ticker: string | null;
  readonly reasons: { readonly whale_cost_e6?: number; readonly whale_side?: string };
}

/** Sweeps both sides of every market, again and again as market time moves, until so many have traded; in their order. */
function sweepAll(exchange: Exchange): readonly Sweep[] {
  const whale = exchange.openAccount(dollars(1_000_000));
  const swept: Sweep[] = [];
  for (let number = 0; swept.length < SWEEPS; ) {
    const { now } = exchange;
    for (const { market, status } of exchange.world.markets) {
      if (status !== 'active') continue;
      for (const side of [0, 1] as const) {
        const order = {
          ...{ ticker: market.ticker, clientId: `whale-${number++}`, side, count: contracts(60) },
          ...{ price: (side === 0 ? 9_900 : 100) as Price, expires: null, timeInForce: 'immediate_or_cancel' as const },
          ...{ postOnly: false, selfTrade: 'taker_at_cross' as const, cancelOnPause: false },
          ...{ reduceOnly: false, groupId: '' },
        };
        const before = whale.fills.length;
        exchange.orders.create(whale, order, now);
        const cost = whale.fills.slice(before).reduce((sum, { trade: { price, quantity } }) => {
          return sum + (side === 0 ? price : 10_000 - price) * quantity;
        }, 0);
        if (cost >= dollars(5)) swept.push({ ticker: market.ticker, side: side === 0 ? 'bid' : 'ask' });
      }
    }
    // Faster than the server's clock, which goes on from there.
    exchange.advance((now + SECOND / 50) as Time);
  }
  return swept;
}

/** Whether all of `told` is among the decisions, in its order; others may stand between. */
function judged(told: readonly Sweep[], decisions: readonly Decision[]): boolean {
  let next = 0;
  for (const { ticker, reasons } of decisions) {
    if (next < told.length && ticker === told[next]!.ticker && reasons.whale_side === told[next]!.side) next++;
  }
  return next === told.length;
}

test('a hundred sweeps within a second are each judged, in order, and the account stays exact', async () => {
  const scene = await openScene({ seed: 'sweeps', strategy: 'whale', speed: 1, activity: 2 });
  const { child, life } = scene.begin(...EAGER.flatMap((param) => ['--param', param]));
  let said = '';
  child.stderr!.on('data', (piece) => (said += piece));
  await soon(() => said.includes('  connected'));
  await wait(2_000);

  const from = scene.exchange.now;
  const swept = sweepAll(scene.exchange);
  expect(scene.exchange.now - from).toBeLessThan(SECOND);
  expect(swept.length).toBeGreaterThanOrEqual(SWEEPS);
  expect(new Set(swept.map(({ ticker, side }) => `${ticker} ${side}`)).size).toBeGreaterThan(12);

  const sessions = join(scene.folder, 'data', 'sessions');
  const [id = 'none'] = entriesOf(sessions).filter((name) => name.startsWith('whale-'));
  const decisions = () =>
    readFileSync(join(sessions, id, 'decisions.jsonl'), 'utf8')
      .split('\n')
      .slice(0, -1)
      .map((line) => JSON.parse(line) as Decision)
      .filter(({ reasons }) => reasons.whale_cost_e6 !== undefined);
  await soon(() => judged(swept, decisions()));
  expect(judged(swept.toReversed(), decisions()), 'another order would be seen').toBe(false);

  child.kill('SIGINT');
  expect(brokenBy(await life, scene.account)).toEqual([]);
  expect(scene.account.fills.length).toBeGreaterThan(0);
});
