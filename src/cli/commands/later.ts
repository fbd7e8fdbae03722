import type { CommandModule } from 'yargs';
import { Fault } from '../../core/fault.ts';
import type { GlobalFlags } from '../session.ts';

/** `tapedeck live`: not yet. Takes any flag, so that the answer is always the same. */
export function liveCommand(): CommandModule<GlobalFlags, GlobalFlags> {
  return later(
    'live',
    'trade, on paper or for real',
    'Until then "npx tapedeck backtest" runs the same strategies on tapes.',
  );
}

/** `tapedeck record`: not yet. */
export function recordCommand(): CommandModule<GlobalFlags, GlobalFlags> {
  const instead =
    'Until then record raw WebSocket frames with a tool of your own and import them with "--format kalshi-frames".';
  return later('record', "record Kalshi's feed to a tape", instead);
}

function later(command: string, what: string, instead: string): CommandModule<GlobalFlags, GlobalFlags> {
  return {
    command,
    describe: `${what} (not built yet)`,
    builder: (flags) => flags.strict(false),
    handler: () => {
      throw new Fault('not-built-yet', `"npx tapedeck ${command}" is not built yet: this version cannot ${what}`, {
        next: instead,
      });
    },
  };
}
