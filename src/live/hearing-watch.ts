import { type Duration, SECOND } from '../core/time.ts';

/** How well a session must hear and be heard; each pauses while it lasts. */
export interface HearingSettings {
  /** Of the last hundred calls, the share that failed. */
  readonly apiErrors: number;
  /** Without a frame, a ping or a pong, on the wall. */
  readonly silence: Duration;
  /** Between our clock and the exchange's, on the wall. */
  readonly clockOffset: Duration;
}

export const STANDARD_HEARING: HearingSettings = {
  apiErrors: 0.1,
  silence: (15 * SECOND) as Duration,
  clockOffset: (3 * SECOND) as Duration,
};

/** How the session hears and is heard, at one look. */
export interface Hearing {
  /** Whether each of the last calls was answered. */
  readonly calls: readonly boolean[];
  readonly silence: Duration;
  /** Null where it is not known. */
  readonly clockOffset: Duration | null;
}

/** What it asks of the session, at each look: what holds already, or does not hold, changes nothing. */
export interface HearingActions {
  pause(reason: string): void;
  lift(reason: string): void;
}

/** Fewer calls than this say nothing of how many fail. */
const FEWEST_CALLS = 10;

/** Looks at how a session hears, once a second: while it hears badly, or is not heard, nothing is entered. */
export class HearingWatch {
  settings: HearingSettings;
  readonly #actions: HearingActions;

  constructor(settings: HearingSettings, actions: HearingActions) {
    this.settings = settings;
    this.#actions = actions;
  }

  look({ calls, silence, clockOffset }: Hearing): void {
    const failed = calls.filter((answered) => !answered).length;
    const { apiErrors, silence: quiet, clockOffset: offset } = this.settings;
    this.#set('too many calls fail', calls.length >= FEWEST_CALLS && failed > apiErrors * calls.length);
    this.#set('the feed is silent', silence > quiet);
    this.#set("the clock is off the exchange's", clockOffset !== null && Math.abs(clockOffset) > offset);
  }

  #set(reason: string, holds: boolean): void {
    if (holds) this.#actions.pause(reason);
    else this.#actions.lift(reason);
  }
}
