import type { Answer, Question } from '../../core/prediction.ts';
import type { LogLine } from '../../live/session-log.ts';
import type { ModelSet } from '../../model/model-set.ts';

const BATCH = 1_000;

/** Asks the models anew what a session asked them, and compares: the first answer that is another, in a sentence, or null. */
export async function rescored(
  lines: readonly LogLine[],
  models: ModelSet | null,
): Promise<{ readonly questions: number; readonly difference: string | null }> {
  const asked = new Map<number, Question>();
  const answers: { readonly line: number; readonly question: Question; readonly answer: Answer }[] = [];
  for (const [number, type, ...rest] of lines) {
    if (type === '>ask') {
      const [id, model, , features] = rest as [number, string, string, (number | null)[]];
      asked.set(id, { model, features: Float64Array.from(features, (value) => value ?? Number.NaN), answer: null });
    } else if (type === 'p') {
      const [id, answer] = rest as [number, Answer];
      answers.push({ line: number, question: asked.get(id)!, answer });
    }
  }
  for (let at = 0; models !== null && at < answers.length; at += BATCH) {
    const part = answers.slice(at, at + BATCH);
    await models.answer(part.map(({ question }) => question));
    const wrong = part.find(({ question, answer }) => JSON.stringify(question.answer) !== JSON.stringify(answer));
    if (wrong !== undefined) {
      const { line, question, answer } = wrong;
      const said = (given: Answer | null) => JSON.stringify(given?.outputs ?? given?.missing).slice(0, 120);
      const difference = `the model ${question.model} answered ${said(answer)} in the session (line ${line}), and answers ${said(question.answer)} now`;
      return { questions: answers.length, difference };
    }
  }
  return { questions: answers.length, difference: null };
}
