import type { MarketIndex } from '../../src/core/market.ts';
import { DELTA, SNAPSHOT } from '../../src/core/market-event.ts';
import { contracts } from '../../src/core/quantity.ts';
import { Random } from '../../src/core/random.ts';
import { BID, type Side } from '../../src/core/side.ts';
import { MINUTE, SECOND, type Time } from '../../src/core/time.ts';
import type { ShadowOrder } from '../../src/sim/synthetic/shadow.ts';
import type { GeneratedRow, GeneratedTape } from './generated-tape.ts';

/** Sizes by price of one market, rebuilt from its rows alone. */
interface Levels {
  readonly sides: readonly [Map<number, number>, Map<number, number>];
  inSnapshot: boolean;
  next: number;
}

const MEDIAN_CONTRACTS = 20;
const LEAST_LIFE = 2 * MINUTE;
const MEAN_FURTHER_LIFE = 20 * MINUTE;

/**
 * Orders at random times, levels and sizes in every market of a tape, `meanGap` µs apart: a tenth inside the spread, half at the touch, the rest up
 * to three levels behind. Each is cancelled after some minutes, and none crosses.
 */
export function extraOrders(tape: GeneratedTape, meanGap: number, seed: string): ShadowOrder[] {
  const random = new Random(seed);
  const levels = new Map<MarketIndex, Levels>();
  const orders: ShadowOrder[] = [];
  const gap = (): number => Math.max(1, Math.round(random.exponential(meanGap)));
  for (const row of tape.rows) {
    if (row.kind !== DELTA && row.kind !== SNAPSHOT) continue;
    let own = levels.get(row.market);
    if (own === undefined) {
      own = { sides: [new Map(), new Map()], inSnapshot: false, next: row.exchangeTime + SECOND + gap() };
      levels.set(row.market, own);
    }
    for (; own.next < row.exchangeTime; own.next += gap()) {
      const order = drawOrder(tape, row.market, own, random);
      if (order !== null) orders.push(order);
    }
    apply(own, row);
  }
  return orders.sort((a, b) => a.time - b.time);
}

function apply(levels: Levels, { kind, side, price, quantity, more }: GeneratedRow): void {
  const { sides } = levels;
  if (kind === SNAPSHOT && !levels.inSnapshot) for (const each of sides) each.clear();
  levels.inSnapshot = kind === SNAPSHOT && more;
  const size = kind === SNAPSHOT ? quantity : (sides[side].get(price) ?? 0) + quantity;
  if (size === 0) sides[side].delete(price);
  else sides[side].set(price, size);
}

function drawOrder(tape: GeneratedTape, market: MarketIndex, levels: Levels, random: Random): ShadowOrder | null {
  const side = random.below(2) as Side;
  const where = random.uniform();
  const away = where < 0.1 ? -1 : where < 0.6 ? 0 : 1 + random.below(3);
  const quantity = contracts(Math.max(1, Math.round(Math.exp(random.normal() * 1.2) * MEDIAN_CONTRACTS)));
  const life = LEAST_LIFE + Math.round(random.exponential(MEAN_FURTHER_LIFE));
  const [bids, asks] = levels.sides;
  if (bids.size === 0 || asks.size === 0) return null;
  const { grid } = tape.markets[market]!;
  const best = [grid.levels[Math.max(...bids.keys())]!, grid.levels[Math.min(...asks.keys())]!] as const;
  // A grid that changed on the way is not the one the market opened with: no order there.
  if (best[0] < 0 || best[1] < 0) return null;
  const level = side === BID ? best[BID] - away : best[1] + away;
  if (level < 0 || level >= grid.size || (side === BID ? level >= best[1] : level <= best[0])) return null;
  const time = levels.next as Time;
  return { market, side, price: grid.priceAt(level), quantity, time, cancelTime: (time + life) as Time };
}
