import { Fault } from '../core/fault.ts';
import { featureRows } from '../study/features/feature-rows.ts';
import { writeFeatures } from '../study/features/write-features.ts';
import { checkWritable } from '../study/features/write-rows.ts';
import { lintTape } from '../study/lint/lint-tape.ts';
import { checkInterrupt } from '../study/run/run-arms.ts';
import { textTable } from '../study/text/text-table.ts';
import { openTape } from '../tape/open-tape.ts';
import { FEATURES } from '../weather/features.ts';
import type { FeaturesFlags } from './commands/features.ts';
import { parseHours } from './parse-hours.ts';
import { openProgress } from './progress.ts';
import type { Session } from './session.ts';
import { tapeSource } from './tape-source.ts';

/** Runs `tapedeck features`. Throws a Fault for flags that are missing or wrong, and those of tapes and files. */
export async function features(flags: FeaturesFlags, session: Session): Promise<void> {
  if (flags.action === 'list') listFeatures(session);
  else await exportFeatures(flags, session);
}

function listFeatures(session: Session): void {
  const list = FEATURES.map(({ name, unit, says }) => ({ name, unit, says }));
  if (session.json) session.print(JSON.stringify(list, null, 2));
  else {
    const columns = ['feature', 'unit', 'what it says'].map((title) => ({ title }));
    session.print(
      textTable(
        columns,
        list.map(({ name, unit, says }) => [name, unit, says]),
      ).join('\n'),
    );
  }
}

async function exportFeatures({ tape: name, out, hours, ...flags }: FeaturesFlags, session: Session): Promise<void> {
  if (name === undefined || out === undefined) {
    throw new Fault('usage', `features export needs ${name === undefined ? '--tape' : '--out'}`, {
      next: 'npx tapedeck features export --tape TAPE --out FILE.parquet',
    });
  }
  const looks = parseHours(hours);
  checkWritable(out);
  const tape = await tapeSource(await openTape(session.dataFolder, name));
  const progress = await openProgress(session, 'features', tape.facts.rows);
  const report = await featureRows(tape, {
    hours: looks,
    everyDay: flags['every-day'],
    check: () => checkInterrupt(session.signal),
    onProgress: (rows) => progress.update(rows),
  }).finally(() => progress.stop());
  if (report.events === 0) {
    throw new Fault('malformed-input', `the tape ${name} has no market on the daily high of a city`, {
      next: '`npx tapedeck cities` lists the series that are known.',
    });
  }
  const findings = await lintTape(tape, () => checkInterrupt(session.signal));
  await writeFeatures(out, report.rows);
  const labelled = report.rows.filter(({ high }) => high !== null).length;
  const { events, withoutForecast, tooLate } = report;
  const told = {
    out,
    rows: report.rows.length,
    events,
    labelled,
    withoutForecast,
    tooLate,
    synthetic: tape.facts.synthetic,
    findings,
  };
  for (const { text } of findings) session.note(`warning: ${text}`);
  if (session.json) session.print(JSON.stringify(told));
  else {
    const made = tape.facts.synthetic ? ' SYNTHETIC' : '';
    session.print(
      `${told.rows}${made} rows of ${events} events in ${out}: ${labelled} with the official high; no row for ${withoutForecast} looks without a forecast, ${tooLate} before the event was known`,
    );
  }
}
