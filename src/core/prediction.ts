/** What a model said of one question: a row of outputs for each row of features, or why it could say nothing. */
export type Answer =
  | { readonly outputs: readonly (readonly number[])[]; readonly missing: null }
  | { readonly outputs: null; readonly missing: string };

/** A question to a model. Two of the same content have the same answer, whoever asks and whenever. */
export interface Question {
  /** A model by its city and what it tells: "chicago/high". */
  readonly model: string;
  /** One row of features after the other, as the model's floor lists them; NaN for what is not known. */
  readonly features: Float64Array;
  /** Filled in by whoever scores it; null until then. */
  answer: Answer | null;
}
