/** A strategy to begin with, of at most 40 lines: it type-checks, trades on any tape with a book, and promises nothing. */
export function strategyText(name: string): string {
  return `// npx tapedeck backtest --strategy ./${name}.ts
import type { MarketIndex } from 'tapedeck/core/market';
import { BID } from 'tapedeck/core/side';
import { cents, price, quantity } from 'tapedeck/engine/params';
import { defineStrategy } from 'tapedeck/engine/strategy';

// Each has a unit, a default and a range; "--param most=20" sets one.
const params = {
  print: quantity({ standard: 50, min: 1, help: 'a public trade of so many makes it look' }),
  most: price({ standard: 30, min: 1, max: 99, help: 'the dearest YES to buy' }),
  widest: cents({ standard: 3, min: 1, max: 99, help: 'no order where the spread is wider' }),
  size: quantity({ standard: 5, min: 1, max: 100, help: 'bought once in each market' }),
};

export default defineStrategy({
  name: '${name}',
  summary: 'buys cheap YES once in each market when others trade there, and holds it until the market pays',
  params,
  create: ({ print, most, widest, size }) => {
    // Made anew for every lane and control: what it remembers belongs in here, never outside.
    const decided = new Set<MarketIndex>();
    return {
      onTrade(trade, context) { // each public trade, when we could know of it
        const { market } = trade;
        if (trade.quantity < print || decided.has(market)) return;
        const book = context.book(market); // undefined while it cannot be trusted
        if (book?.bestAsk === undefined || book.spread === undefined) return; // a side may be empty
        if (book.bestAsk > most || book.spread > widest) return;
        decided.add(market);
        // The row that "tapedeck explain" shows beside the order: why, in figures.
        context.explain('buy', market, { ask_e4: book.bestAsk, spread_e4: book.spread });
        // A limit order. By the time it arrives the price may be gone: what is not filled at once is cancelled.
        context.submit({ market, side: BID, price: book.bestAsk, quantity: size, timeInForce: 'immediate-or-cancel' });
      },
      onOrder({ order }) { // refused, rejected, or gone without a fill: the market may be tried again
        if (['refused', 'rejected', 'cancelled'].includes(order.state.status) && order.filled === 0) decided.delete(order.market);
      }, // No exit: held to settlement. onBook, onFill, onTimer and more: docs/strategy.md of tapedeck.
    };
  },
});
`;
}

/** The test beside it, in plain JavaScript: it needs Node and tapedeck, nothing else. */
export function strategyTestText(name: string): string {
  return `// node --test ${name}.test.mjs
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { fileURLToPath } from 'node:url';

const program = fileURLToPath(new URL('dist/src/cli/main.js', import.meta.resolve('tapedeck/package.json')));
const strategy = fileURLToPath(new URL('${name}.ts', import.meta.url));
const data = mkdtempSync(join(tmpdir(), 'tapedeck-test-'));
after(() => rmSync(data, { recursive: true, force: true }));

/** Runs tapedeck in a folder of this test's own; gives its answer. */
function tapedeck(...args) {
  const all = [program, ...args, '--data', data, '--json', '--quiet'];
  const { status, stdout, stderr } = spawnSync(process.execPath, all, { encoding: 'utf8' });
  assert.equal(status, 0, stderr);
  return JSON.parse(stdout);
}

test('${name} does the same twice on the SYNTHETIC demo tape, and pays no more than it is told', () => {
  const backtest = ['backtest', '--strategy', strategy, '--param', 'most=20', '--lanes', 'pessimistic'];
  assert.equal(tapedeck(...backtest).run.digest, tapedeck(...backtest).run.digest);
  const [fills] = tapedeck('query', 'SELECT count(*) AS count, max(price_e4) AS dearest FROM fills');
  assert.ok(fills.count > 0, 'it never traded');
  assert.ok(fills.dearest <= 2_000, \`it paid \${fills.dearest / 100} cents\`);
});
`;
}
