import { NO_HEARER, NO_JOURNAL } from '../../live/no-journal.ts';
import { type Difference, OutputSink, type Replayed, replayLog } from '../../live/replay-log.ts';
import type { SessionFacts } from '../../live/session-facts.ts';
import type { SessionFolder } from '../../live/session-folder.ts';
import { type LogLine, readLog } from '../../live/session-log.ts';
import { codeHash } from '../../study/store/code-hash.ts';
import { type LoadedStrategy, loadStrategy } from '../load-strategy.ts';
import { rescored } from './rescore.ts';
import { sessionEngine } from './session-engine.ts';

/** What a replay of a session's log found. */
export interface Parity {
  readonly id: string;
  /** Lines that the engine was told, and those that it said: all of them the same again where `difference` is null. */
  readonly inputs: number;
  readonly outputs: number;
  /** Questions to models that were asked anew. */
  readonly questions: number;
  /** The first difference in a sentence; null where there is none. */
  readonly difference: string | null;
  /** What is known to have changed since the session: the likely cause. */
  readonly changed: readonly string[];
}

const NOWHERE = {
  submit() {},
  cancel() {},
  amend() {},
  decrease() {},
  openGroup() {},
  resetGroup() {},
};

/**
 * Replays the log of a session in this process, its outputs stripped, and compares decisions, orders and questions with the log byte for byte; every
 * answer of a model is asked for anew. Throws a Fault where the log is none, or the strategy is gone.
 */
export async function parityOf(folder: SessionFolder): Promise<Parity> {
  const { facts } = folder;
  const strategy = await loadStrategy(facts.strategy.found);
  const { lines } = readLog(folder.logPath);
  const sink = new OutputSink();
  const nowhere = { execution: NOWHERE, ask: () => {}, tables: NO_JOURNAL, hearer: NO_HEARER };
  const engine = sessionEngine({ facts, strategy, log: sink, ...nowhere });
  let replayed: Replayed;
  try {
    replayed = replayLog(lines, engine, sink);
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    replayed = { inputs: 0, outputs: 0, difference: null, unlogged: [[`the replay fails: ${error.message}`]] };
  }
  const scores = await rescored(lines, strategy.models);
  return {
    id: facts.id,
    inputs: replayed.inputs,
    outputs: replayed.outputs,
    questions: scores.questions,
    difference: differenceText(replayed) ?? scores.difference,
    changed: changes(facts, strategy),
  };
}

function differenceText({ difference, unlogged }: Replayed): string | null {
  if (difference !== null) return partingText(difference);
  const [more] = unlogged;
  return more === undefined ? null : `the replay goes on where the log ends: ${lineText(more)}`;
}

function partingText({ input, recorded, replayed }: Difference): string {
  const after = `after line ${input[0]} (${inputText(input)})`;
  if (recorded === null)
    return `${after} the replay asks for something that the session did not: ${lineText(replayed!)}`;
  const live = `line ${recorded[0]}: ${lineText(recorded.slice(1))}`;
  return replayed === null
    ? `${after} the session asked for something that the replay does not, ${live}`
    : `${after} the session has ${live}, the replay ${lineText(replayed)}`;
}

const INPUTS: Readonly<Record<string, string>> = {
  begin: 'a life begins',
  market: 'a market',
  fees: 'a fee change',
  e: 'the book or a print',
  d: 'a rare event',
  a: 'an answer of the exchange',
  w: 'a wake-up',
  p: 'an answer of a model',
  halt: 'a halt',
  release: 'the end of a halt',
  pause: 'a pause',
  lift: 'the end of a pause',
  'cancel-again': 'cancels that are sent again',
  limits: 'other limits',
  params: 'other parameters',
  stop: 'the end',
};

function inputText([, type]: LogLine): string {
  return INPUTS[type] ?? type;
}

function lineText(line: readonly unknown[]): string {
  const text = JSON.stringify(line);
  return text.length > 300 ? `${text.slice(0, 300)}…` : text;
}

function changes({ strategy: was, models, program }: SessionFacts, strategy: LoadedStrategy): string[] {
  return [
    ...(was.hash !== strategy.hash && models === (strategy.models?.digest ?? null) ? ['the code of the strategy'] : []),
    ...(models === (strategy.models?.digest ?? null) ? [] : ['the models']),
    ...(program.code === codeHash() ? [] : ['the code of the program']),
  ];
}

/** What a person reads of it. */
export function parityText({ inputs, outputs, questions, difference, changed }: Parity): string {
  const asked = questions === 0 ? '' : `, ${questions.toLocaleString('en-US')} answers of models asked for anew`;
  const told = `${inputs.toLocaleString('en-US')} inputs replayed${asked}`;
  if (difference === null) {
    return `parity     ${told}: all ${outputs.toLocaleString('en-US')} decisions, orders and questions the same, byte for byte`;
  }
  const cause =
    changed.length === 0 ? 'nothing that is known of has changed since' : `changed since: ${changed.join(', ')}`;
  return `parity     BROKEN, ${told}: ${difference}\n           ${cause}`;
}
