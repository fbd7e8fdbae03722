import type { Random } from '../../core/random.ts';
import type { Agenda } from './agenda.ts';
import type { SyntheticConfig } from './config.ts';
import type { Emitter } from './emit.ts';
import type { SyntheticExchange } from './exchange.ts';

/** What everybody in one generated world shares. */
export interface Stage {
  readonly config: SyntheticConfig;
  readonly agenda: Agenda;
  readonly exchange: SyntheticExchange;
  readonly emit: Emitter;
  /** Where everybody's own randomness comes from: fork it by a name, never draw from it. */
  readonly root: Random;
}
