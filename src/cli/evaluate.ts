import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Fault } from '../core/fault.ts';
import { type JudgeReport, judge } from '../study/judge/judge.ts';
import { judgeText } from '../study/judge/judge-text.ts';
import { checkInterrupt } from '../study/run/run-arms.ts';
import { openTape } from '../tape/open-tape.ts';
import type { EvaluateFlags } from './commands/evaluate.ts';
import { runImport } from './import-run.ts';
import { findMapping } from './import-tape.ts';
import { programVersion } from './package-root.ts';
import { parseHours } from './parse-hours.ts';
import { openProgress } from './progress.ts';
import type { Session } from './session.ts';
import { tapeSource } from './tape-source.ts';

/** The set of a data folder that holds weather markets with forecasts and highs. */
const SET = 'kalshi-weather-trades';
const MAPPING = 'kalshi-weather-days';

/**
 * Runs `tapedeck evaluate` over a tape, or over a folder of recorded data, which becomes a tape for as long as it takes. Throws a Fault for a
 * source that has nothing to judge, and those of tapes and imports.
 */
export async function evaluate({ source, hours }: EvaluateFlags, session: Session): Promise<void> {
  const looks = parseHours(hours);
  const folder = [join(source, SET), source].find((each) => existsSync(join(each, 'city_days.csv')));
  if (folder === undefined) {
    print(await judged(source, session.dataFolder, looks, session), source, session);
    return;
  }
  const scratch = mkdtempSync(join(tmpdir(), 'tapedeck-evaluate-'));
  const remove = () => rmSync(scratch, { recursive: true, force: true });
  // An interrupt in the middle of an import ends the process from elsewhere.
  process.once('exit', remove);
  try {
    session.note(`importing ${folder}`);
    await runImport({
      source: folder,
      mapping: findMapping(MAPPING),
      name: 'evaluated',
      dataFolder: scratch,
      createdBy: programVersion(),
    });
    print(await judged('evaluated', scratch, looks, session), source, session);
  } finally {
    remove();
  }
}

async function judged(name: string, dataFolder: string, hours: readonly number[], session: Session): Promise<Judged> {
  const tape = await tapeSource(await openTape(dataFolder, name));
  const progress = await openProgress(session, 'judging', tape.facts.rows);
  const report = await judge(tape, {
    hours,
    check: () => checkInterrupt(session.signal),
    onProgress: (rows) => progress.update(rows),
  }).finally(() => progress.stop());
  return { report, synthetic: tape.facts.synthetic, digest: tape.facts.digest };
}

interface Judged {
  readonly report: JudgeReport;
  readonly synthetic: boolean;
  readonly digest: string;
}

function print({ report, synthetic, digest }: Judged, source: string, session: Session): void {
  if (report.judgements.length === 0) {
    const why = Object.entries(report.left).filter(([, count]) => count > 0);
    const told = why.map(([reason, count]) => `${count} looks: ${reason}`).join('; ');
    throw new Fault(
      'malformed-input',
      `nothing of ${source} can be judged: ${report.events} events${told && `; ${told}`}`,
      {
        next: 'Judged are events of known cities (npx tapedeck cities) with prices, forecasts, 30 past errors, a result and an official high; see docs/weather.md.',
      },
    );
  }
  if (session.json) session.print(JSON.stringify({ synthetic, tapeDigest: digest, ...report }, null, 2));
  else session.print(judgeText(report, synthetic));
}
