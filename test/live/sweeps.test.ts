import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { brokenBy } from '../../scripts/live-kills/truth.ts';
import { dollars } from '../../src/core/money.ts';
import { contracts } from '../../src/core/quantity.ts';
import { SECOND } from '../../src/core/time.ts';
import { openScene, soon, wait } from './scene.ts';

const SWEEPS = 100;

test('a hundred sweeps within a second are each judged, in order, and the account stays exact', async () => {
  const scene = await openScene({ seed: 'sweeps', strategy: 'whale', speed: 4, activity: 2 });
  const params = ['threshold=5', 'minPrints=0', 'minVolume=0', 'cooldown=0', 'contracts=1', 'maxPositions=100'];
  const { child, life } = scene.begin(...params.flatMap((param) => ['--param', param]));
  let said = '';
  child.stderr!.on('data', (piece) => (said += piece));
  await soon(() => said.includes('  connected'));
  await wait(2_000);

  const { exchange } = scene;
  const whale = exchange.openAccount(dollars(1_000_000));
  const from = exchange.now;
  const swept = new Set<string>();
  for (let sweep = 0; sweep < SWEEPS; sweep++) {
    const open = exchange.world.markets.filter(({ status }) => status === 'active');
    const market = open[sweep % open.length]!;
    const order = {
      ...{ ticker: market.market.ticker, clientId: `whale-${sweep}`, side: (sweep % 2) as 0 | 1, count: contracts(60) },
      ...{
        price: (sweep % 2 === 0 ? 9_900 : 100) as never,
        expires: null,
        timeInForce: 'immediate_or_cancel' as const,
      },
      ...{
        postOnly: false,
        selfTrade: 'taker_at_cross' as const,
        cancelOnPause: false,
        reduceOnly: false,
        groupId: '',
      },
    };
    if (exchange.orders.create(whale, order, exchange.now).quantity > 0) swept.add(market.market.ticker);
  }
  // Market time moves only with the server's clock: they all are of one moment.
  expect(exchange.now - from).toBeLessThan(SECOND);
  const trades = whale.fills.length;
  expect(trades).toBeGreaterThan(SWEEPS / 2);

  await wait(4_000);
  child.kill('SIGINT');
  const last = await life;
  expect(brokenBy(last, scene.account)).toEqual([]);
  const { folder } = JSON.parse(last.stdout.trimEnd().split('\n').at(-1)!) as { folder: string };
  const decisions = readFileSync(join(folder, 'decisions.jsonl'), 'utf8')
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as { ticker: string | null; time_us: number; reasons: { whale_cost_e6?: number } })
    .filter(({ time_us, reasons }) => time_us >= from && reasons.whale_cost_e6 !== undefined);
  // Prints of one side of a market within the window are one sweep: each market that was swept has its decision.
  const judged = new Set(decisions.map(({ ticker }) => ticker));
  expect([...swept].filter((ticker) => !judged.has(ticker))).toEqual([]);
  expect(scene.account.orders.length).toBeGreaterThan(0);
}, 120_000);
