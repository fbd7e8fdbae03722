import { availableParallelism } from 'node:os';
import { Fault } from '../core/fault.ts';
import { FeeBook } from '../ledger/fee-book.ts';
import { checkFees } from '../study/run/backtest.ts';
import { invocationOf } from '../study/store/invocation.ts';
import type { ConfigurationOutcome } from '../study/sweep/configuration-pass.ts';
import { type Configuration, configurationsOf, gridOf, parseSwept, sweptText } from '../study/sweep/grid.ts';
import { sweep } from '../study/sweep/sweep.ts';
import { SweepFolder, sweepsOfOtherCode } from '../study/sweep/sweep-folder.ts';
import { type SweepPlan, sweepPlan } from '../study/sweep/sweep-plan.ts';
import type { SweepRow } from '../study/sweep/sweep-row.ts';
import { summariseSweep } from '../study/sweep/sweep-summary.ts';
import { renderSweep } from '../study/sweep/sweep-text.ts';
import { type MarketSpan, walkForward } from '../study/sweep/walk-forward.ts';
import { parseWalkForward } from '../study/sweep/windows.ts';
import type { Trial } from '../study/trials/trial-line.ts';
import { appendTrials, checkRegistry, countTrials, readTrials, trialOf } from '../study/trials/trials.ts';
import type { Tape } from '../tape/open-tape.ts';
import type { SweepFlags } from './backtest-flags.ts';
import { commandOf } from './command-text.ts';
import type { LoadedStrategy } from './load-strategy.ts';
import { modelNotes } from './model-notes.ts';
import { type PreparedRun, prepareRun } from './prepare-run.ts';
import { openProgress } from './progress.ts';
import { readJsonFile } from './read-json.ts';
import type { Session } from './session.ts';
import { WorkerPool } from './worker-pool.ts';

const MOST_WORKERS = 64;

/** Runs `tapedeck backtest --sweep`: every configuration that has no result yet, then the report over all of them. */
export async function runSweep(flags: SweepFlags, session: Session): Promise<void> {
  const workers = readWorkers(flags.workers);
  const spec = flags['walk-forward'] === undefined ? null : parseWalkForward(flags['walk-forward']);
  let configurations: Configuration[] = [];
  const prepared = await prepareRun(flags, session, (strategy, params) => {
    configurations = readGrid(flags, strategy, params);
  });
  const { source, settings, names, strategy } = prepared;
  checkFees(source, new FeeBook(settings.fees));
  for (const text of modelNotes(strategy.models, source.markets)) session.note(`note: ${text}`);
  const invocation = invocationOf(names, { ...settings, controls: false });
  const { name } = strategy.module;
  const plan = sweepPlan({ name, hash: strategy.hash }, source.facts, invocation, configurations);
  checkRegistry(session.dataFolder);
  const folder = new SweepFolder(session.dataFolder, plan);
  try {
    announce(session, plan, folder, workers);
    const pending = configurations.filter(({ number }) => !folder.outcomes.has(number));
    if (pending.length > 0)
      await runPending(prepared, plan, folder, pending, Math.min(workers, pending.length), session);
  } finally {
    folder.close();
  }
  const trials = countTrials(readTrials(session.dataFolder, noteOf(session)), plan.tape);
  const outcomes = [...folder.outcomes.values()];
  const walked = spec === null ? null : walkForward(outcomes, marketSpans(prepared.tape), spec, settings.seed);
  const summary = summariseSweep(plan, outcomes, trials, walked);
  const alone = (row: SweepRow): string => commandOf(flags, row);
  session.print(session.json ? JSON.stringify(summary, null, 2) : renderSweep(summary, alone));
}

const noteOf =
  (session: Session) =>
  (text: string): void =>
    session.note(`note: ${text}`);

function marketSpans({ markets, results }: Tape): MarketSpan[] {
  return markets.map(({ ticker, day, openTime, closeTime }, index) => ({
    ticker,
    day,
    open: openTime,
    close: closeTime,
    settled: results[index]?.time ?? null,
  }));
}

function readWorkers(text: string | undefined): number {
  if (text === undefined) return availableParallelism();
  const workers = Number(text);
  if (Number.isInteger(workers) && workers >= 1 && workers <= MOST_WORKERS) return workers;
  throw new Fault('usage', `--workers ${text} is not a number of threads`, { next: `Say 1 to ${MOST_WORKERS}.` });
}

function readGrid(
  { sweep: swept, 'sweep-file': file }: SweepFlags,
  { module }: LoadedStrategy,
  params: PreparedRun['settings']['params'],
): Configuration[] {
  if (file === undefined) return gridOf(module.params, params, swept.map(parseSwept));
  if (swept.length > 0) {
    throw new Fault('usage', '--sweep and --sweep-file cannot go together', { next: 'Give one of them.' });
  }
  const points = readJsonFile('--sweep-file', file);
  const isPoint = (point: unknown): boolean => typeof point === 'object' && point !== null && !Array.isArray(point);
  if (!Array.isArray(points) || points.length === 0 || !points.every(isPoint)) {
    throw new Fault('invalid-parameter', `${file} is not a list of parameter sets`, {
      next: 'Write it like [{"threshold": 500}, {"threshold": 1000, "mode": "fade"}].',
    });
  }
  return configurationsOf(module.params, params, points);
}

/** Says what is about to be done, and what is there already. */
function announce(session: Session, plan: SweepPlan, folder: SweepFolder, workers: number): void {
  const { length } = plan.configurations;
  const lanes = plan.invocation.lanes.length;
  const done = folder.outcomes.size;
  const ready = done === 0 ? '' : done === length ? ', all done before' : `, ${done} done before`;
  const threads = done === length ? '' : `, ${workers} worker ${workers === 1 ? 'thread' : 'threads'}`;
  session.note(`sweep ${plan.id}: ${length} configurations in ${lanes} lanes each${ready}${threads}`);
  const others = sweepsOfOtherCode(session.dataFolder, plan);
  if (done === 0 && others.length > 0) {
    session.note(
      `the same question was asked before of other code (${others.join(', ')}): the program or the strategy has changed since, so those results do not count here`,
    );
  }
}

async function runPending(
  { tape, source, strategy, settings, names }: PreparedRun,
  plan: SweepPlan,
  folder: SweepFolder,
  pending: readonly Configuration[],
  workers: number,
  session: Session,
): Promise<void> {
  const pool = new WorkerPool(workers, {
    tape: await tape.share(),
    facts: source.facts,
    strategy: { found: strategy.found, hash: strategy.hash },
    invocation: invocationOf(names, settings),
  });
  const progress = await openProgress(session, 'sweep', pending.length);
  const started = performance.now();
  let done = 0;
  try {
    const running = sweep({
      pending,
      runner: pool,
      rows: source.facts.rows,
      onProgress: (count) => progress.update(Math.floor(count)),
      onBatch: (batch, outcomes) => {
        // First the trials: what was seen counts, even where its result is lost and found again.
        appendTrials(session.dataFolder, trialsOf(plan, batch, outcomes));
        folder.append(outcomes);
        if (done === 0 && !session.progress) tellPace(session, batch.length * workers, pending.length, started);
        done += batch.length;
      },
    });
    await Promise.race([running, interrupted(session.signal, pool, () => folder.outcomes.size)]);
    pool.check();
  } finally {
    progress.stop();
    await pool.close();
  }
}

function tellPace(session: Session, first: number, all: number, started: number): void {
  const seconds = ((performance.now() - started) / 1_000 / first) * all;
  if (first < all) session.note(`about ${Math.ceil(seconds)} s for all ${all}, by the first ${first}`);
}

function trialsOf(
  plan: SweepPlan,
  batch: readonly Configuration[],
  outcomes: readonly ConfigurationOutcome[],
): Trial[] {
  const strategy = { name: plan.strategy, hash: plan.hashes.strategy };
  return outcomes.flatMap((outcome) => {
    if ('failed' in outcome) return [];
    const params = batch.find(({ number }) => number === outcome.number)!.written;
    return [trialOf({ tape: plan.tape, strategy, invocation: plan.invocation, params }, outcome.lanes, plan.id)];
  });
}

/** Rejects at Ctrl-C, and says what was under way. */
function interrupted(signal: AbortSignal, pool: WorkerPool, done: () => number): Promise<never> {
  return new Promise((_, reject) => {
    const stop = (): void => {
      const under = pool.underWay.map(({ number, swept }) => `${number} (${sweptText(swept)})`);
      const shown = under.slice(0, 3).join(', ') + (under.length > 3 ? ` and ${under.length - 3} more` : '');
      reject(
        new Fault('interrupted', `the sweep was interrupted with ${done()} configurations done; under way: ${shown}`, {
          next: 'The same command goes on from there.',
        }),
      );
    };
    if (signal.aborted) stop();
    else signal.addEventListener('abort', stop, { once: true });
  });
}
