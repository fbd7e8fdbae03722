import { readEquityCurves } from '../attribution/equity-curves.ts';
import { readFillPaths } from '../attribution/fill-paths.ts';
import { dayRows, readMarketRows } from '../attribution/market-rows.ts';
import { readMarkoutCurves } from '../attribution/markout-curves.ts';
import { readReliability } from '../attribution/reliability.ts';
import { openRunDatabase } from '../attribution/run-database.ts';
import { readWaterfalls } from '../attribution/waterfall.ts';
import type { TrialCount } from '../store/run-result.ts';
import type { StoredRun } from '../store/run-store.ts';
import { summarise } from '../summary/summary.ts';
import type { RerunParts, Tearsheet } from './contents.ts';

/**
 * Everything a tearsheet shows of a finished run, from the tables in its folder and from its tape. `parts` come from running it again,
 * or say why not; `trials` is how often its tape has been looked at by now. Throws a Fault (`run-not-found`) for a run of an earlier version.
 */
export async function readTearsheet(
  run: StoredRun,
  dataFolder: string,
  parts: RerunParts,
  trials: TrialCount = run.result.trials,
): Promise<Tearsheet> {
  const { result } = run;
  const summary = summarise(result, trials);
  const headline = { arm: summary.run.arm, lane: summary.headline.lane };
  const database = await openRunDatabase(run, dataFolder);
  try {
    const markets = await readMarketRows(database, headline);
    const { tapeMissing } = database;
    return {
      format: 'tapedeck-tearsheet',
      version: 1,
      summary,
      equity: await readEquityCurves(database, result),
      waterfalls: await readWaterfalls(database, result),
      markouts: await readMarkoutCurves(database, result),
      fillPaths: await readFillPaths(database, headline, markets),
      reliability: tapeMissing === null ? await readReliability(database, headline) : [],
      ...parts,
      markets,
      days: dayRows(markets),
      notes:
        tapeMissing === null
          ? []
          : [
              `${tapeMissing} The reliability of prices, the titles of markets and the outcomes of those not held to the end are left out.`,
            ],
    };
  } finally {
    database.close();
  }
}
