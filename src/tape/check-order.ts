import { assert } from '../core/assert.ts';
import { Fault } from '../core/fault.ts';
import type { TapeColumns } from './tape-columns.ts';

const MORE = 16;

/**
 * Checks what only the order of rows can show: local times never fall, and the rows of an atomic update (`more`) follow one
 * another with one market and one local time. Fed with the tape's columns batch by batch, then closed.
 */
export class OrderCheck {
  #time = 0;
  #market = 0;
  #open = false;

  /** Throws a Fault (`malformed-input`) on a group that other rows interrupt. */
  add(columns: TapeColumns): void {
    const { key, localOffset, spanStarts, spanBases } = columns;
    let span = 0;
    for (let row = 0; row < columns.rows; row++) {
      while (span + 1 < spanStarts.length && spanStarts[span + 1]! <= row) span++;
      const time = spanBases[span]! + localOffset[row]!;
      const packed = key[row]!;
      const market = packed >>> 5;
      assert(time >= this.#time, 'rows were written out of order');
      if (this.#open && (market !== this.#market || time !== this.#time))
        throw interrupted(columns.firstSequence + row);
      this.#time = time;
      this.#market = market;
      this.#open = (packed & MORE) !== 0;
    }
  }

  close(rows: number): void {
    if (this.#open) throw interrupted(rows + 1);
  }
}

function interrupted(sequence: number): Fault {
  return new Fault(
    'malformed-input',
    `the row before row ${sequence} says that its update goes on, but it ends there`,
    {
      next: 'Rows of one update share their market and local time and stand together; the last of them has more = false.',
    },
  );
}
