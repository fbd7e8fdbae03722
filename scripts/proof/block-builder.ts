import type { MarketIndex } from '../../src/core/market.ts';
import type { Detail, MarketEventKind } from '../../src/core/market-event.ts';
import type { Side } from '../../src/core/side.ts';
import { packKey, type TapeBlock } from '../../src/core/tape-block.ts';
import { HOUR } from '../../src/core/time.ts';

const MOST_ROWS = 65_536;

interface Columns {
  readonly localOffset: Uint32Array;
  readonly delay: Uint32Array;
  readonly key: Uint32Array;
  readonly price: Uint16Array;
  readonly quantity: Int32Array;
}

/** Packs rows, given in order of the time they were heard, into tape blocks of at most an hour. */
export class BlockBuilder {
  readonly #blocks: TapeBlock[] = [];
  #columns = columns(MOST_ROWS);
  #details = new Map<number, Detail>();
  #length = 0;
  #baseTime = 0;
  #sequence = 1;

  row(
    exchangeTime: number,
    localTime: number,
    kind: MarketEventKind,
    market: MarketIndex,
    side: Side,
    price: number,
    quantity: number,
    more: boolean,
    detail: Detail | null = null,
  ): void {
    if (this.#length === MOST_ROWS || (this.#length > 0 && localTime - this.#baseTime > HOUR)) this.#cut();
    if (this.#length === 0) this.#baseTime = localTime;
    const at = this.#length++;
    const { localOffset, delay, key, price: prices, quantity: quantities } = this.#columns;
    localOffset[at] = localTime - this.#baseTime;
    delay[at] = localTime - exchangeTime;
    key[at] = packKey(kind, market, side, more);
    prices[at] = price;
    quantities[at] = quantity;
    if (detail !== null) this.#details.set(at, detail);
  }

  /** All rows so far, as blocks. */
  finish(): TapeBlock[] {
    if (this.#length > 0) this.#cut();
    return this.#blocks;
  }

  #cut(): void {
    const length = this.#length;
    const { localOffset, delay, key, price, quantity } = this.#columns;
    this.#blocks.push({
      firstSequence: this.#sequence,
      length,
      baseTime: this.#baseTime,
      constantDelay: 0,
      details: this.#details,
      localOffset: localOffset.slice(0, length),
      delay: delay.slice(0, length),
      key: key.slice(0, length),
      price: price.slice(0, length),
      quantity: quantity.slice(0, length),
    });
    this.#sequence += length;
    this.#details = new Map();
    this.#length = 0;
  }
}

function columns(length: number): Columns {
  return {
    localOffset: new Uint32Array(length),
    delay: new Uint32Array(length),
    key: new Uint32Array(length),
    price: new Uint16Array(length),
    quantity: new Int32Array(length),
  };
}
