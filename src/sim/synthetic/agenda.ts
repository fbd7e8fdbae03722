import { assert } from '../../core/assert.ts';
import type { Time } from '../../core/time.ts';

/** What happens at an instant. */
export type Action = (now: Time) => void;

interface Entry {
  readonly time: Time;
  readonly order: number;
  readonly action: Action;
}

/** Things to come, earliest first; those of one instant in the order in which they were written down (a binary heap). */
export class Agenda {
  readonly #heap: Entry[] = [];
  #written = 0;
  #now = 0;

  /** Writes an action down. Its time must not lie before the action that is running. */
  at(time: Time, action: Action): void {
    assert(Number.isSafeInteger(time) && time >= this.#now, `agenda time ${time} is in the past`);
    this.#rise({ time, order: this.#written++, action });
  }

  /** Runs until nothing is left. */
  run(): void {
    for (let entry = this.#take(); entry !== undefined; entry = this.#take()) {
      this.#now = entry.time;
      entry.action(entry.time);
    }
  }

  #rise(entry: Entry): void {
    const heap = this.#heap;
    let at = heap.length;
    heap.push(entry);
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if (!before(entry, heap[parent]!)) break;
      heap[at] = heap[parent]!;
      at = parent;
    }
    heap[at] = entry;
  }

  #take(): Entry | undefined {
    const heap = this.#heap;
    const first = heap[0];
    const last = heap.pop();
    if (first === undefined || last === undefined || heap.length === 0) return first;
    let at = 0;
    for (;;) {
      let child = 2 * at + 1;
      if (child >= heap.length) break;
      if (child + 1 < heap.length && before(heap[child + 1]!, heap[child]!)) child++;
      if (!before(heap[child]!, last)) break;
      heap[at] = heap[child]!;
      at = child;
    }
    heap[at] = last;
    return first;
  }
}

function before(a: Entry, b: Entry): boolean {
  return a.time < b.time || (a.time === b.time && a.order < b.order);
}
