import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TapeSource } from '../study/store/tape-source.ts';
import { openTape } from '../tape/open-tape.ts';
import { runImport } from './import-run.ts';
import { findMapping } from './import-tape.ts';
import { programVersion } from './package-root.ts';
import type { Session } from './session.ts';
import { tapeSource } from './tape-source.ts';

/** The set of a data folder that holds weather markets with forecasts and highs. */
const SET = 'kalshi-weather-trades';
const MAPPING = 'kalshi-weather-days';

/** The recorded set that a folder is, or holds; undefined where it is none. */
export function weatherSet(folder: string): string | undefined {
  return [join(folder, SET), folder].find((each) => existsSync(join(each, 'city_days.csv')));
}

/**
 * Gives `work` a tape of weather markets: `source` is the name of one, or a folder of recorded data, which becomes a tape for as long as it
 * takes. Throws the Faults of tapes and imports.
 */
export async function withWeatherTape<T>(
  source: string,
  session: Pick<Session, 'dataFolder' | 'note'>,
  work: (tape: TapeSource) => Promise<T>,
): Promise<T> {
  const folder = weatherSet(source);
  if (folder === undefined) return work(await tapeSource(await openTape(session.dataFolder, source)));
  const scratch = mkdtempSync(join(tmpdir(), 'tapedeck-weather-'));
  const remove = () => rmSync(scratch, { recursive: true, force: true });
  // An interrupt in the middle of an import ends the process from elsewhere.
  process.once('exit', remove);
  try {
    session.note(`importing ${folder}`);
    await runImport({
      source: folder,
      mapping: findMapping(MAPPING),
      name: 'weather',
      dataFolder: scratch,
      createdBy: programVersion(),
    });
    return await work(await tapeSource(await openTape(scratch, 'weather')));
  } finally {
    remove();
    process.off('exit', remove);
  }
}
