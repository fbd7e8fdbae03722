import { assert } from './assert.ts';
import { NEVER, type Time } from './time.ts';

interface Entry<T> {
  readonly time: Time;
  readonly number: number;
  readonly item: T;
}

/** Items by time; those of one time leave in the order they entered. A binary heap. */
export class TimeQueue<T> {
  readonly #heap: Entry<T>[] = [];
  #entered = 0;

  /** The earliest time, or NEVER when the queue is empty. */
  next: Time = NEVER;

  get length(): number {
    return this.#heap.length;
  }

  /** The item that `take` would return, or undefined when the queue is empty. */
  get first(): T | undefined {
    return this.#heap[0]?.item;
  }

  add(time: Time, item: T): void {
    const entry: Entry<T> = { time, number: this.#entered++, item };
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
    if (time < this.next) this.next = time;
  }

  /** Removes and returns the earliest item. The queue must not be empty. */
  take(): T {
    const heap = this.#heap;
    const first = heap[0];
    assert(first !== undefined, 'the queue is empty');
    const last = heap.pop()!;
    if (heap.length > 0) this.#sink(last);
    this.next = heap[0]?.time ?? NEVER;
    return first.item;
  }

  #sink(entry: Entry<T>): void {
    const heap = this.#heap;
    let at = 0;
    for (;;) {
      let child = at * 2 + 1;
      if (child >= heap.length) break;
      if (child + 1 < heap.length && before(heap[child + 1]!, heap[child]!)) child++;
      if (!before(heap[child]!, entry)) break;
      heap[at] = heap[child]!;
      at = child;
    }
    heap[at] = entry;
  }
}

function before<T>(left: Entry<T>, right: Entry<T>): boolean {
  return left.time < right.time || (left.time === right.time && left.number < right.number);
}
