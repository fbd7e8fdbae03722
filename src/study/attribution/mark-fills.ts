import type { MarketIndex } from '../../core/market.ts';
import type { TapeBlock } from '../../core/tape-block.ts';
import type { RowSink } from '../run/lane-journal.ts';
import type { TapeSource } from '../store/tape-source.ts';
import type { LoggedFill } from './fill-log.ts';
import { HORIZONS } from './horizons.ts';
import { MarkWalk } from './mark-walk.ts';

/**
 * Reads the tape once more and writes what each fill's market was worth before and after it (`markouts`), and the whole path of the
 * `traced` markets (`mark_paths`). `watch` sees each block.
 */
export async function markFills(
  tape: TapeSource,
  fills: readonly LoggedFill[],
  traced: readonly MarketIndex[],
  sink: RowSink,
  check: () => void,
  watch: (block: TapeBlock) => void,
): Promise<void> {
  const walk = new MarkWalk(tape.markets, fills, traced);
  for await (const block of tape.blocks()) {
    check();
    watch(block);
    if (fills.length > 0) walk.feed(block);
  }
  const marks = walk.finish();
  for (const [at, { arm, lane, number, orderId, ticker }] of fills.entries()) {
    const { before, after, close } = marks[at]!;
    sink('markouts', {
      arm,
      lane,
      number,
      order_id: orderId,
      ticker,
      before_e5: before,
      ...Object.fromEntries(HORIZONS.map(({ column }, horizon) => [column, after[horizon]])),
      close_e5: close,
    });
  }
  for (const [market, path] of walk.paths) {
    const { ticker } = tape.markets[market]!;
    for (const { number, time, mark } of path.points()) {
      sink('mark_paths', { ticker, number, time_us: time, mark_e5: mark });
    }
  }
}
