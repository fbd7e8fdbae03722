import { Fault } from '../core/fault.ts';
import type { FeeChange } from '../core/fee-schedule.ts';
import { formatDate, type Time } from '../core/time.ts';

/**
 * The dated fee schedules of many series. What the user declared counts first, wherever it has begun. Then, among the declared as among
 * the others, a row for an event beats one for its series, a series by name beats a prefix ("KXHIGH*"), a longer prefix a shorter one; among
 * equals the latest row that has begun counts, and of two with one date the later in the list.
 */
export class FeeBook {
  readonly #declared = new FeeRows();
  readonly #known = new FeeRows();

  constructor(changes: readonly FeeChange[]) {
    for (const change of changes) this.add(change);
  }

  /** Adds one row: a fee change that a tape or a feed tells of. */
  add(change: FeeChange): void {
    (change.declared === true ? this.#declared : this.#known).add(change);
  }

  /** The row in force for an event at a time. Throws a Fault (`unknown-fee-schedule`) where none is. */
  lookup(series: string, event: string, time: Time): FeeChange {
    const found = this.find(series, event, time);
    if (found !== null) return found;
    throw new Fault('unknown-fee-schedule', `no fee schedule for series ${series} on ${formatDate(time)}`, {
      next: `Declare it in a JSON file, [{"series":"${series}","from":"${formatDate(time)}T00:00:00Z","type":"quadratic","multiplier":1}] with the venue's own terms, and pass --fees FILE.`,
    });
  }

  /** As {@link lookup}, but null where no row is in force. */
  find(series: string, event: string, time: Time): FeeChange | null {
    return this.#declared.find(series, event, time) ?? this.#known.find(series, event, time);
  }
}

/** Whether a row is about an event of a series, dates aside. */
export function isAbout(change: FeeChange, series: string, event: string): boolean {
  if (change.event !== null) return change.event === event;
  return change.series.endsWith('*') ? series.startsWith(change.series.slice(0, -1)) : change.series === series;
}

/** Rows of one rank. */
class FeeRows {
  readonly #events = new Map<string, FeeChange[]>();
  readonly #series = new Map<string, FeeChange[]>();
  /** Prefix rows without their star, longest first. */
  readonly #prefixes: { readonly prefix: string; readonly changes: FeeChange[] }[] = [];

  add(change: FeeChange): void {
    const changes = this.#rowsFor(change);
    let at = changes.length;
    while (at > 0 && changes[at - 1]!.from > change.from) at--;
    changes.splice(at, 0, change);
  }

  find(series: string, event: string, time: Time): FeeChange | null {
    const exact = latest(this.#events.get(event), time) ?? latest(this.#series.get(series), time);
    if (exact !== null) return exact;
    for (const { prefix, changes } of this.#prefixes) {
      if (!series.startsWith(prefix)) continue;
      const change = latest(changes, time);
      if (change !== null) return change;
    }
    return null;
  }

  #rowsFor(change: FeeChange): FeeChange[] {
    if (change.event !== null) return rows(this.#events, change.event);
    if (!change.series.endsWith('*')) return rows(this.#series, change.series);
    const prefix = change.series.slice(0, -1);
    const held = this.#prefixes.find((entry) => entry.prefix === prefix);
    if (held !== undefined) return held.changes;
    const entry = { prefix, changes: [] };
    this.#prefixes.push(entry);
    this.#prefixes.sort((a, b) => b.prefix.length - a.prefix.length);
    return entry.changes;
  }
}

function rows(table: Map<string, FeeChange[]>, key: string): FeeChange[] {
  let changes = table.get(key);
  if (changes === undefined) {
    changes = [];
    table.set(key, changes);
  }
  return changes;
}

function latest(changes: readonly FeeChange[] | undefined, time: Time): FeeChange | null {
  if (changes === undefined) return null;
  for (let at = changes.length - 1; at >= 0; at--) {
    if (changes[at]!.from <= time) return changes[at]!;
  }
  return null;
}
