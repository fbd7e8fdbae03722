import { readParams } from '../engine/params.ts';
import { backtest } from '../study/run/backtest.ts';
import { summarise } from '../study/summary/summary.ts';
import { renderSummary } from '../study/summary/summary-text.ts';
import type { BacktestFlags } from './backtest-flags.ts';
import { modelNotes } from './model-notes.ts';
import { prepareRun } from './prepare-run.ts';
import { openProgress } from './progress.ts';
import type { Session } from './session.ts';

/** Runs `tapedeck backtest`: everything a person wrote is checked first, then the tape is opened, run, and reported. */
export async function runBacktest(flags: BacktestFlags, session: Session): Promise<void> {
  const { strategy, source, settings, names } = await prepareRun(flags, session, ({ module }, params) => {
    readParams(module.params, params);
  });
  const remarks = new Set<string>();
  for (const text of modelNotes(strategy.models, source.markets)) session.note(`note: ${text}`);
  const progress = await openProgress(session, 'replay', source.facts.rows);
  try {
    const { result } = await backtest({
      ...settings,
      tape: source,
      module: strategy.module,
      models: strategy.models,
      strategyHash: strategy.hash,
      strategyCode: strategy.code,
      names,
      dataFolder: session.dataFolder,
      signal: session.signal,
      onProgress: (rows) => progress.update(rows),
      onRemark: (text) => remarks.add(text),
    });
    progress.stop();
    for (const text of remarks) session.note(`note: ${text}`);
    const summary = summarise(result);
    session.print(session.json ? JSON.stringify(summary, null, 2) : renderSummary(summary, session));
  } finally {
    progress.stop();
  }
}
