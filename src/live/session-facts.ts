import type { FeeChange } from '../core/fee-schedule.ts';
import type { Money } from '../core/money.ts';
import type { Time } from '../core/time.ts';
import type { LimitSettings } from '../engine/limits.ts';
import type { WrittenParams } from '../engine/params.ts';
import type { Membership } from '../ledger/fees.ts';

/** What a session began with, as `session.json` keeps it: with the log, all that a replay needs. */
export interface SessionFacts {
  /** Its name, and that of its folder. */
  readonly id: string;
  /** Begins every client order id of the session; an epoch and the order's number follow. */
  readonly prefix: string;
  readonly environment: 'demo' | 'production' | 'local';
  /** Where its REST is: scheme, host and port. */
  readonly rest: string;
  /** Whether a program makes its markets and money. */
  readonly synthetic: boolean;
  /** Whether its orders go nowhere: a simulated venue fills them on the exchange's books. */
  readonly paper: boolean;
  readonly startedTime: Time;
  /** When it began, by the clock on the wall: sessions of local exchanges begin at whatever market time. */
  readonly begunTime: Time;
  /** Seconds of market time in a second: 1 but on a local exchange. */
  readonly speed: number;
  readonly series: readonly string[];
  readonly strategy: { readonly name: string; readonly found: string; readonly hash: string; readonly label: string };
  /** The whole set, defaults included. */
  readonly params: WrittenParams;
  /** Digest of the models that it may ask; null where it asks none. */
  readonly models: string | null;
  readonly limits: LimitSettings;
  readonly membership: Membership;
  readonly seed: string;
  readonly startingCash: Money;
  /** Positions that the account held before. */
  readonly positions: readonly HeldPosition[];
  readonly fees: readonly FeeChange[];
  /** Version and digest of the program's own code. */
  readonly program: { readonly version: string; readonly code: string };
}

/** A position from before the session: signed YES contracts and what they cost. */
export interface HeldPosition {
  readonly ticker: string;
  readonly quantity: number;
  readonly cost: Money;
}
