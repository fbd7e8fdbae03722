import { DELTA, TRADE } from '../core/market-event.ts';
import type { Order } from '../core/order.ts';
import type { VenueEvent } from '../core/venue-event.ts';
import type { QueuePlace } from './queue-poll.ts';
import type { LogLine } from './session-log.ts';

/** What came off a level between two looks at the queue of one of our orders there, prints aside. In 0.01 contract. */
export interface QueueSample {
  readonly order: number;
  /** Cancelled at the level. */
  readonly cancelled: number;
  /** Of that, what stood before us by the exchange's word. */
  readonly before: number;
  /** What would have, had it come off in proportion; and at most. */
  readonly inProportion: number;
  readonly most: number;
}

interface Watched {
  readonly order: number;
  readonly market: number;
  readonly side: number;
  readonly price: number;
  quantity: number;
  place: QueuePlace | null;
  prints: number;
  decreases: number;
  /** Whether something of ours changed the level meanwhile, which tells nothing of others. */
  disturbed: boolean;
}

/** Reads the looks at queues out of a log, and what happened at their levels in between. */
export function queueSamples(lines: readonly LogLine[]): QueueSample[] {
  const watched = new Map<number, Watched>();
  const samples: QueueSample[] = [];
  for (const [, type, ...rest] of lines) {
    if (type === 'e') seen(rest as number[], watched);
    else if (type === '>submit') {
      const { id, market, side, price, quantity } = rest[1] as Order;
      disturb(watched, market, side, price);
      watched.set(id, {
        order: id,
        market,
        side,
        price,
        quantity,
        place: null,
        prints: 0,
        decreases: 0,
        disturbed: false,
      });
    } else if (type === 'a') answered(rest[0] as VenueEvent, watched);
    else if (type === '#queue') {
      for (const place of rest[0] as QueuePlace[]) look(place, watched, samples);
    }
  }
  return samples;
}

function seen([kind, market, side, price, quantity]: readonly number[], watched: ReadonlyMap<number, Watched>): void {
  for (const each of watched.values()) {
    if (each.place === null || each.market !== market || each.price !== price) continue;
    if (kind === DELTA && side === each.side && quantity! < 0) each.decreases -= quantity!;
    // A print's side is the taker's: it takes from the other.
    if (kind === TRADE && side !== each.side) each.prints += quantity!;
  }
}

function answered({ order, answer }: VenueEvent, watched: Map<number, Watched>): void {
  const each = watched.get(order);
  if (each === undefined) return;
  disturb(watched, each.market, each.side, each.price);
  if (answer.type === 'filled') each.quantity -= answer.fill.quantity;
  if (answer.type === 'cancelled' || answer.type === 'rejected' || answer.type === 'amended' || each.quantity <= 0) {
    watched.delete(order);
  }
}

/** Something of ours at a level: what its looks say until the next is no word on others. */
function disturb(watched: ReadonlyMap<number, Watched>, market: number, side: number, price: number): void {
  for (const each of watched.values()) {
    if (each.market === market && each.side === side && each.price === price) each.disturbed = true;
  }
}

function look(place: QueuePlace, watched: ReadonlyMap<number, Watched>, samples: QueueSample[]): void {
  const each = watched.get(place.order);
  if (each === undefined) return;
  const { place: last, prints, decreases, disturbed, quantity } = each;
  each.place = place;
  each.prints = 0;
  each.decreases = 0;
  each.disturbed = false;
  if (last === null || disturbed || last.ahead === 0) return;
  const others = last.level - quantity;
  const cancelled = Math.max(0, decreases - prints);
  const ahead = Math.max(0, last.ahead - prints);
  if (cancelled === 0 || ahead === 0 || others < last.ahead) return;
  const before = Math.min(cancelled, Math.max(0, ahead - place.ahead));
  samples.push({
    order: each.order,
    cancelled,
    before,
    inProportion: (cancelled * ahead) / Math.max(ahead, others - prints),
    most: Math.min(cancelled, ahead),
  });
}
