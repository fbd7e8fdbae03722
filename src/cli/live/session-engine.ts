import type { Execution } from '../../engine/execution.ts';
import type { Asking } from '../../engine/inference.ts';
import type { Journal } from '../../engine/journal.ts';
import { type ParamSchema, readParams } from '../../engine/params.ts';
import { LoggedEngine, SESSION_GRADE, type SessionHearer } from '../../live/logged-engine.ts';
import type { SessionFacts } from '../../live/session-facts.ts';
import type { LineSink } from '../../live/session-log.ts';
import { armsOf } from '../../study/run/arms.ts';
import type { LoadedStrategy } from '../load-strategy.ts';

export interface SessionEngineOptions {
  readonly facts: SessionFacts;
  readonly strategy: LoadedStrategy;
  readonly log: LineSink;
  readonly execution: Execution;
  readonly ask: (asking: Asking) => void;
  readonly tables: Journal;
  readonly hearer: SessionHearer;
}

/** The engine of a session, the same for its life and its replay: strategy and randomness are those of a backtest with its parameters and seed. */
export function sessionEngine(options: SessionEngineOptions): LoggedEngine {
  const { facts, strategy, log, execution, ask, tables, hearer } = options;
  const { module, models } = strategy;
  const [arm] = armsOf(module, facts.params, false, [], facts.seed);
  const made = arm!.create({ grade: SESSION_GRADE }, undefined);
  return new LoggedEngine({
    facts,
    strategy: made.strategy,
    random: made.random,
    execution,
    inference: { models: models?.names ?? new Set(), ask },
    log,
    tables,
    hearer,
    readParams: (written) => readParams(module.params as ParamSchema, written),
  });
}
