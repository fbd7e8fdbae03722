import type { Clock } from '../core/clock.ts';
import { MINUTE } from '../core/time.ts';
import type { DriftSentinel } from '../kalshi/drift.ts';
import { OrderWrites } from '../kalshi/order-writes.ts';
import type { KalshiRest } from '../kalshi/rest.ts';
import type { WriteOutcome } from '../kalshi/rest-answer.ts';
import type { StageTimes } from './stage-times.ts';

type Create = OrderWrites['create'];
type Amend = OrderWrites['amend'];

const LAST_CALLS = 100;
/** What is older says nothing of now: a session that pauses for its calls makes few of them. */
const TOLD_FOR = MINUTE;

export interface TimedWritesOptions {
  readonly rest: KalshiRest;
  readonly drift: DriftSentinel;
  /** The clock on the wall. */
  readonly wall: Clock;
  readonly times: StageTimes;
  /** Why nothing may go out that could cost; null where it may. Asked before each such request, and again before its first byte leaves. */
  readonly barred: () => string | null;
}

/** The writes of a session: each is timed, and none that could cost leaves while a bar is up. Cancels always leave. */
export class TimedWrites extends OrderWrites {
  readonly #calls: { readonly at: number; readonly ok: boolean }[] = [];
  readonly #options: TimedWritesOptions;

  constructor(options: TimedWritesOptions) {
    super(options.rest, options.drift, options.barred);
    this.#options = options;
  }

  override create(...what: Parameters<Create>): ReturnType<Create> {
    return this.#barred() ?? this.#timed('submit to answer', () => super.create(...what));
  }

  override amend(...what: Parameters<Amend>): ReturnType<Amend> {
    return this.#barred() ?? this.#timed('amend to answer', () => super.amend(...what));
  }

  override cancel(...what: Parameters<OrderWrites['cancel']>): ReturnType<OrderWrites['cancel']> {
    return this.#timed('cancel to answer', () => super.cancel(...what));
  }

  /** Whether each of the last hundred calls was answered, those of the last minute. */
  get calls(): readonly boolean[] {
    const since = this.#options.wall.elapsed() - TOLD_FOR;
    return this.#calls.filter(({ at }) => at >= since).map(({ ok }) => ok);
  }

  #barred(): Promise<{ readonly kind: 'unsent'; readonly detail: string }> | null {
    const why = this.#options.barred();
    return why === null ? null : Promise.resolve({ kind: 'unsent', detail: why });
  }

  async #timed<Answer>(stage: string, send: () => Promise<WriteOutcome<Answer>>): Promise<WriteOutcome<Answer>> {
    const { wall, times } = this.#options;
    const sent = wall.elapsed();
    const outcome = await send();
    times.add(stage, wall.elapsed() - sent);
    // A refusal is an answer too, but for those that say that the exchange cannot answer now.
    const ok = outcome.kind === 'answered' || (outcome.kind === 'refused' && outcome.refusal.status < 500);
    this.#calls.push({ at: wall.elapsed(), ok });
    if (this.#calls.length > LAST_CALLS) this.#calls.shift();
    return outcome;
  }
}
