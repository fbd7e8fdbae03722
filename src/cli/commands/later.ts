import type { CommandModule } from 'yargs';
import { Fault } from '../../core/fault.ts';
import type { GlobalFlags } from '../session.ts';

/** `tapedeck live`: not yet. Takes any flag, so that the answer is always the same. */
export function liveCommand(): CommandModule<GlobalFlags, GlobalFlags> {
  return {
    command: 'live',
    describe: 'trade, on paper or for real (not built yet)',
    builder: (flags) => flags.strict(false),
    handler: () => {
      const message = '"npx tapedeck live" is not built yet: this version cannot trade, on paper or for real';
      throw new Fault('not-built-yet', message, {
        next: 'Until then "npx tapedeck backtest" runs the same strategies on tapes.',
      });
    },
  };
}
