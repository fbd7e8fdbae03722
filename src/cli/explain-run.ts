import { Fault } from '../core/fault.ts';
import { explainOrder } from '../study/explain/explain-order.ts';
import { renderExplanation } from '../study/explain/explanation-text.ts';
import { listOrders, renderOrderList } from '../study/explain/order-list.ts';
import type { OrderWatch } from '../study/explain/order-watch.ts';
import type { Place } from '../study/explain/recorded.ts';
import { rerunLane } from '../study/explain/rerun-lane.ts';
import type { RunResult } from '../study/store/run-result.ts';
import { openRun, type StoredRun } from '../study/store/run-store.ts';
import { openTape, type Tape } from '../tape/open-tape.ts';
import type { ExplainFlags } from './explain-flags.ts';
import { mostLike } from './most-like.ts';
import { openProgress } from './progress.ts';
import { type ReopenedRun, reopenRun } from './reopen-run.ts';
import type { Session } from './session.ts';

/** Runs `tapedeck explain`. Throws a Fault for a run, arm, lane or order that is not there. */
export async function explainRun(flags: ExplainFlags, session: Session): Promise<void> {
  const run = openRun(session.dataFolder, flags.run);
  const place = placeOf(run, flags);
  const { market, refused, order } = flags;
  if (market !== undefined || refused) {
    if (!refused) await checkMarket(market!, run, session.dataFolder);
    const list = await listOrders(place, refused ? { refused } : { market: market! });
    session.print(session.json ? JSON.stringify(list, null, 2) : renderOrderList(list));
    return;
  }
  if (order === undefined || !Number.isInteger(order)) {
    throw new Fault('usage', 'which order? "npx tapedeck explain" needs its number', {
      next: `See "npx tapedeck explain ${run.id} --market TICKER", "--refused", or: npx tapedeck query "SELECT * FROM orders WHERE run_id = '${run.id}'"`,
    });
  }
  const explanation = await explainOrder({
    place,
    laneIs: flags.lane === undefined ? 'worst' : 'asked',
    order,
    tape: await attempt(() => tapeOf(run.result, session.dataFolder)),
    rerun: await rerunner(place, session),
  });
  session.print(session.json ? JSON.stringify(explanation, null, 2) : renderExplanation(explanation));
}

/** The arm and lane that are meant. */
function placeOf(run: StoredRun, { arm, lane }: ExplainFlags): Place {
  const { arms } = run.result;
  const meant = arm === undefined ? arms[0] : arms.find(({ name }) => name === arm);
  if (meant === undefined)
    throw unknown(
      'arm',
      arm!,
      arms.map(({ name }) => name),
    );
  const lanes = meant.lanes.map((one) => one.lane);
  if (lane !== undefined && !lanes.includes(lane)) throw unknown('lane', lane, lanes);
  const worst = meant.lanes.reduce((least, one) => (one.netE6 < least.netE6 ? one : least));
  return { run, arm: meant.name, lane: lane ?? worst.lane };
}

function unknown(what: string, name: string, known: readonly string[]): Fault {
  return new Fault('usage', `the run has no ${what} "${name}"`, { next: `It has: ${known.join(', ')}.` });
}

/** Throws a Fault (`usage`) for a market that the run's tape does not have, with the names most like it. A tape that is gone is not asked. */
async function checkMarket(ticker: string, { result }: StoredRun, dataFolder: string): Promise<void> {
  const tape = await attempt(() => tapeOf(result, dataFolder));
  if (typeof tape === 'string' || tape.markets.some((market) => market.ticker === ticker)) return;
  const like = mostLike(
    ticker,
    tape.markets.map((market) => market.ticker),
  );
  throw new Fault('usage', `tape ${result.tape.name} has no market "${ticker}"`, {
    next: `Most like it: ${like.join(', ')}. "npx tapedeck query" with FROM orders names those that were traded.`,
  });
}

async function tapeOf(run: RunResult, dataFolder: string): Promise<Tape> {
  const tape = await openTape(dataFolder, run.invocation.tape);
  if (tape.manifest.digest === run.hashes.tape) return tape;
  throw new Fault('run-changed', `tape ${run.invocation.tape} has changed since the run was made`);
}

/** Makes an arm again in a lane, or says why it cannot be made as it was. */
async function rerunner(place: Place, session: Session): Promise<((watch: OrderWatch) => Promise<string>) | string> {
  const parts = await attempt(() => reopenRun(place.run.result, session.dataFolder, true));
  if (typeof parts === 'string') return parts;
  return (watch) => rerun(place, parts, watch, session);
}

async function rerun(place: Place, { tape, strategy, settings }: ReopenedRun, watch: OrderWatch, session: Session) {
  const progress = await openProgress(session, 'replay', tape.facts.rows);
  try {
    return await rerunLane(
      { tape, module: strategy.module, settings, models: strategy.models },
      {
        arm: place.arm,
        lane: place.lane,
        watch,
        signal: session.signal,
        onProgress: (rows) => progress.update(rows),
      },
    );
  } finally {
    progress.stop();
  }
}

/** What cannot be opened as it was is left out of the answer, with the reason. */
async function attempt<T>(open: () => Promise<T>): Promise<T | string> {
  try {
    return await open();
  } catch (error) {
    if (error instanceof Fault) return error.message;
    throw error;
  }
}
