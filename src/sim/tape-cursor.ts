import type { MarketIndex } from '../core/market.ts';
import { DETAIL, type MarketEvent, type MarketEventKind } from '../core/market-event.ts';
import type { Price } from '../core/price.ts';
import type { Quantity } from '../core/quantity.ts';
import type { Side } from '../core/side.ts';
import type { TapeBlock } from '../core/tape-block.ts';
import type { Time } from '../core/time.ts';

/** A place on the tape: which block of those at hand, which row of it. Two cursors walk one tape, by exchange and by local time. */
export class TapeCursor {
  /** Blocks taken so far and dropped from the front of the list. */
  block = 0;
  row = 0;
  /** The exchange clock never goes back, even where the tape's rows do by a little. */
  exchangeTime = 0;

  /** Fills the view with the row at this place. */
  static read(block: TapeBlock, row: number, event: MarketEvent): void {
    const key = block.key[row]!;
    const local = block.baseTime + block.localOffset[row]!;
    event.kind = ((key >>> 1) & 7) as MarketEventKind;
    event.side = (key & 1) as Side;
    event.more = (key & 16) !== 0;
    event.market = (key >>> 5) as MarketIndex;
    event.sequence = block.firstSequence + row;
    event.price = block.price[row]! as Price;
    event.quantity = block.quantity[row]! as Quantity;
    event.localTime = local as Time;
    event.exchangeTime = (local - (block.delay === null ? block.constantDelay : block.delay[row]!)) as Time;
    event.detail = event.kind === DETAIL ? block.details.get(row)! : null;
  }
}
