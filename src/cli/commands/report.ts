import type { CommandModule } from 'yargs';
import type { ReportFlags } from '../report-flags.ts';
import { type GlobalFlags, openSession } from '../session.ts';

/** `tapedeck report RUN`: the tearsheet of a run, one HTML file. */
export function reportCommand(signal: AbortSignal): CommandModule<GlobalFlags, ReportFlags> {
  return {
    command: 'report <run>',
    describe: 'write the tearsheet of a run: one HTML file that needs no network',
    builder: (flags) =>
      flags
        .positional('run', { type: 'string', demandOption: true, describe: 'an id, the beginning of one, or "latest"' })
        .option('out', {
          type: 'string',
          requiresArg: true,
          describe: 'file to write; left out: tearsheet.html in the folder of the run',
        })
        .option('open', { type: 'boolean', default: false, describe: 'show it in the browser' })
        .option('sensitivity', {
          type: 'boolean',
          default: true,
          describe: 'run the tape again for assumptions and capacity; --no-sensitivity for a quick page',
        }),
    handler: async (flags) => {
      const { writeReport } = await import('../write-report.ts');
      await writeReport(flags, openSession(flags, signal));
    },
  };
}
