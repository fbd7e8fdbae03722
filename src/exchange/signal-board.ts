import type { Signal } from '../core/market-event.ts';
import type { Time } from '../core/time.ts';

/** A number that a world has published, and when anybody could know it. */
export interface HeardSignal {
  readonly signal: Signal;
  readonly toldTime: Time;
}

/** What a world has published so far, by name, in order: the weather services of its exchange read it. */
export class SignalBoard {
  readonly #heard = new Map<string, HeardSignal[]>();

  add(signal: Signal, toldTime: Time): void {
    const list = this.#heard.get(signal.name);
    if (list === undefined) this.#heard.set(signal.name, [{ signal, toldTime }]);
    else list.push({ signal, toldTime });
  }

  of(name: string): readonly HeardSignal[] {
    return this.#heard.get(name) ?? [];
  }
}
