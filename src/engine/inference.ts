import type { Question } from '../core/prediction.ts';
import type { PredictionId } from './strategy.ts';

/** A question on its way: what comes back with its answer. */
export interface Asking {
  readonly id: PredictionId;
  readonly question: Question;
  readonly tag: string;
}

/**
 * Where questions to models go. Like an execution it returns nothing: the driver hands the answered question to `Engine.predicted` when its
 * time has come.
 */
export interface Inference {
  /** What may be asked. */
  readonly models: ReadonlySet<string>;
  ask(asking: Asking): void;
}

/** No model is loaded. */
export const NO_MODELS: Inference = {
  models: new Set(),
  ask: () => {},
};
