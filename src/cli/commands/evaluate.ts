import type { CommandModule } from 'yargs';
import { type GlobalFlags, openSession } from '../session.ts';
import { HOURS_FLAG } from './features.ts';

export interface EvaluateFlags extends GlobalFlags {
  readonly source?: string;
  readonly hours: string;
  readonly from?: string;
  readonly to?: string;
  readonly model: boolean;
}

/** `tapedeck evaluate SOURCE`: who was right about the high, the market or others. */
export function evaluateCommand(signal: AbortSignal): CommandModule<GlobalFlags, EvaluateFlags> {
  return {
    command: 'evaluate [source]',
    describe: 'judge what market, model, forecast and climatology said of daily highs, on the same events',
    builder: (flags) =>
      flags
        .positional('source', {
          type: 'string',
          describe:
            'name of a tape with forecasts, or a folder that holds kalshi-weather-trades; left out: --data, where it holds that',
        })
        .option('hours', HOURS_FLAG)
        .option('from', { type: 'string', requiresArg: true, describe: 'the first climate day to judge: 2025-03-01' })
        .option('to', { type: 'string', requiresArg: true, describe: 'the last one' })
        .option('model', { type: 'boolean', default: true, describe: 'the models too; --no-model for none' }),
    handler: async (flags) => {
      const { evaluate } = await import('../evaluate.ts');
      await evaluate(flags, openSession(flags, signal));
    },
  };
}
