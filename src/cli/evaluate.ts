import { Fault } from '../core/fault.ts';
import { FeeBook } from '../ledger/fee-book.ts';
import { KNOWN_FEES } from '../ledger/known-fees.ts';
import { ModelSet } from '../model/model-set.ts';
import { type EdgeJudgement, judgeEdges } from '../study/judge/edge-judgement.ts';
import { type JudgeOptions, type JudgeReport, judge } from '../study/judge/judge.ts';
import { judgeText } from '../study/judge/judge-text.ts';
import { checkInterrupt } from '../study/run/run-arms.ts';
import type { TapeSource } from '../study/store/tape-source.ts';
import type { EvaluateFlags } from './commands/evaluate.ts';
import { modelsFolder } from './models-folder.ts';
import { parseDay } from './parse-day.ts';
import { parseHours } from './parse-hours.ts';
import { openProgress } from './progress.ts';
import type { Session } from './session.ts';
import { weatherSet, withWeatherTape } from './weather-source.ts';

/**
 * Runs `tapedeck evaluate` over a tape, or over a folder of recorded data, which becomes a tape for as long as it takes. Throws a Fault for a
 * source that has nothing to judge, and those of tapes and imports.
 */
export async function evaluate(flags: EvaluateFlags, session: Session): Promise<void> {
  const source = flags.source ?? heldBy(session.dataFolder);
  const asked = {
    hours: parseHours(flags.hours),
    ...(flags.from === undefined ? {} : { from: parseDay('--from', flags.from) }),
    ...(flags.to === undefined ? {} : { to: parseDay('--to', flags.to) }),
    ...(flags.model ? { models: await ModelSet.open(modelsFolder()) } : {}),
  };
  const report = await withWeatherTape(source, session, (tape) => judged(tape, asked, session));
  print(report, source, session);
}

async function judged(
  tape: TapeSource,
  asked: Pick<JudgeOptions, 'hours' | 'from' | 'to' | 'models'>,
  session: Session,
): Promise<Judged> {
  const progress = await openProgress(session, 'judging', tape.facts.rows);
  const report = await judge(tape, {
    ...asked,
    check: () => checkInterrupt(session.signal),
    onProgress: (rows) => progress.update(rows),
  }).finally(() => progress.stop());
  const { models } = asked;
  const edges =
    models === undefined || report.learnt === null
      ? null
      : await judgeEdges(tape, {
          ...asked,
          models,
          fees: new FeeBook(KNOWN_FEES),
          check: () => checkInterrupt(session.signal),
        });
  return { report, edges, synthetic: tape.facts.synthetic, digest: tape.facts.digest };
}

/** What `--data` holds, where no source is named. Throws a Fault (`usage`) where that is nothing to judge. */
function heldBy(dataFolder: string): string {
  if (weatherSet(dataFolder) !== undefined) return dataFolder;
  throw new Fault('usage', `evaluate is not told what to judge, and ${dataFolder} holds no kalshi-weather-trades`, {
    next: 'Name a tape or a folder: npx tapedeck evaluate ../shared/data.',
  });
}

interface Judged {
  readonly report: JudgeReport;
  readonly edges: EdgeJudgement | null;
  readonly synthetic: boolean;
  readonly digest: string;
}

function print({ report, edges, synthetic, digest }: Judged, source: string, session: Session): void {
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
  if (session.json) session.print(JSON.stringify({ synthetic, tapeDigest: digest, ...report, edges }, null, 2));
  else session.print(judgeText(report, synthetic, edges));
}
