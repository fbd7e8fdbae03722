import type { OrderId } from '../../core/order.ts';
import type { VenueEvent } from '../../core/venue-event.ts';

/** Hears what became of our orders. */
export interface DeskSink {
  /** For the engine, in order. */
  answer(event: VenueEvent): void;
  /** The exchange says what cannot be: nothing may be sent any more until a person has looked. */
  alarm(what: string): void;
  /** The exchange's id of an order is known, or another than before: told before any answer that came with it. */
  bound?(order: OrderId, exchangeId: string): void;
}

/** How each doubt came out, and what else was met. */
export interface DeskCounts {
  /** Orders whose answer was lost: those that were there, and those that had never arrived. */
  createdAfterAll: number;
  neverArrived: number;
  /** Doubted cancels: the order was gone, or it still rested. */
  cancelledAfterAll: number;
  cancelNeverArrived: number;
  /** Doubted amends and decreases: done, not done, or overtaken by the order's end. */
  changedAfterAll: number;
  changeNeverArrived: number;
  endedInDoubt: number;
  fillsRepeated: number;
  fillsFetched: number;
  staleNews: number;
}

/** What a desk says, kept in order until it has finished thinking: an engine that answers at once never meets it half-way. */
export class DeskVoice {
  readonly counts: DeskCounts = {
    createdAfterAll: 0,
    neverArrived: 0,
    cancelledAfterAll: 0,
    cancelNeverArrived: 0,
    changedAfterAll: 0,
    changeNeverArrived: 0,
    endedInDoubt: 0,
    fillsRepeated: 0,
    fillsFetched: 0,
    staleNews: 0,
  };
  readonly #sink: DeskSink;
  readonly #waiting: VenueEvent[] = [];
  #speaking = false;

  constructor(sink: DeskSink) {
    this.#sink = sink;
  }

  say(event: VenueEvent): void {
    this.#waiting.push(event);
  }

  alarm(what: string): void {
    this.#sink.alarm(what);
  }

  /** Tells all that was said; what is said meanwhile follows. */
  speak(): void {
    if (this.#speaking) return;
    this.#speaking = true;
    try {
      for (let event = this.#waiting.shift(); event !== undefined; event = this.#waiting.shift()) {
        this.#sink.answer(event);
      }
    } finally {
      this.#speaking = false;
    }
  }
}
