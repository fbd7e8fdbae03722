import type { Answer, Question } from '../core/prediction.ts';

/** What is known of models without waiting for them. */
export interface Scores {
  /** What may be asked. */
  readonly names: ReadonlySet<string>;
  /** The answer to a question of the same content that was answered before, or null. */
  recall(question: Question): Answer | null;
}

/** The questions that lanes have asked and nobody has answered yet: whoever may wait takes them and fills their answers in. */
export class ScoreBoard {
  readonly models: ReadonlySet<string>;
  readonly #scores: Scores;
  #open: Question[] = [];

  constructor(scores: Scores) {
    this.models = scores.names;
    this.#scores = scores;
  }

  add(question: Question): void {
    question.answer = this.#scores.recall(question);
    if (question.answer === null) this.#open.push(question);
  }

  take(): readonly Question[] {
    const open = this.#open;
    this.#open = [];
    return open;
  }
}
