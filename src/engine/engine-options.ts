import type { Random } from '../core/random.ts';
import type { Grade } from '../core/tape-block.ts';
import type { Account } from '../ledger/account.ts';
import type { FeeBook } from '../ledger/fee-book.ts';
import type { Membership } from '../ledger/fees.ts';
import type { Execution } from './execution.ts';
import type { Inference } from './inference.ts';
import type { Journal } from './journal.ts';
import type { LimitSettings } from './limits.ts';
import type { MarketState } from './market-state.ts';
import type { Strategy } from './strategy.ts';

/** What an engine is made of. */
export interface EngineOptions {
  readonly strategy: Strategy;
  readonly state: MarketState;
  readonly account: Account;
  readonly fees: FeeBook;
  /** How the account clears: it decides how fees are rounded. */
  readonly membership: Membership;
  readonly limits: LimitSettings;
  /** Whether a halt for a day's loss ends with the day, as where no person can let it go on. */
  readonly releasesDaily: boolean;
  readonly execution: Execution;
  /** Where questions to models go. Default: no model is loaded. */
  readonly inference?: Inference | undefined;
  readonly journal: Journal;
  readonly random: Random;
  readonly grade: Grade;
}
