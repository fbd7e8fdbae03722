import type { MarketStatus } from '../../src/core/market.ts';
import { HOUR } from '../../src/core/time.ts';
import { readLog } from '../../src/live/session-log.ts';
import { parseDetail } from '../../src/tape/detail-json.ts';
import type { MarketRow } from '../../src/tape/market-table.ts';

/** How often a session was told of each thing that can befall a market. */
export interface DayTold {
  readonly pauses: number;
  readonly reactivations: number;
  readonly 'closes moved to sooner': number;
  readonly 'markets opened again': number;
  readonly 'results disputed': number;
  readonly 'results amended': number;
  readonly 'settled over two hours after the close': number;
  readonly 'settled scalar or void': number;
  readonly 'grids changed': number;
}

/** Counts what the log of a session tells of the lives of its markets. */
export function lifeIn(log: string): DayTold {
  const last = new Map<number, MarketStatus>();
  const closed = new Map<number, number>();
  const closeTimes = new Map<number, number>();
  const counts = {
    pauses: 0,
    reactivations: 0,
    'closes moved to sooner': 0,
    'markets opened again': 0,
    'results disputed': 0,
    'results amended': 0,
    'settled over two hours after the close': 0,
    'settled scalar or void': 0,
    'grids changed': 0,
  };
  for (const [, type, ...rest] of readLog(log).lines) {
    if (type === 'market') {
      const { market, close_time_us: close } = rest[0] as MarketRow;
      if (close !== null) closeTimes.set(market, close);
      continue;
    }
    if (type !== 'd') continue;
    const [, time, , text] = rest as [number, number, number, string];
    const detail = parseDetail(text, closeTimes.size);
    if (detail.type === 'settlement') {
      const { market, outcome } = detail.settlement;
      if (outcome === 'scalar' || outcome === 'void') counts['settled scalar or void']++;
      if (time - (closed.get(market) ?? time) > 2 * HOUR) counts['settled over two hours after the close']++;
    }
    if (detail.type !== 'lifecycle') continue;
    const { market, status, closeTime, grid } = detail.change;
    if (grid !== undefined) counts['grids changed']++;
    if (closeTime !== undefined) {
      if (closeTime < (closeTimes.get(market) ?? 0)) counts['closes moved to sooner']++;
      closeTimes.set(market, closeTime);
    }
    if (status === undefined) continue;
    const before = last.get(market);
    if (status === 'inactive') counts.pauses++;
    if (status === 'active' && before === 'inactive') counts.reactivations++;
    if (status === 'active' && before === 'closed') counts['markets opened again']++;
    if (status === 'disputed') counts['results disputed']++;
    if (status === 'amended') counts['results amended']++;
    if (status === 'closed') closed.set(market, time);
    last.set(market, status);
  }
  return counts;
}
