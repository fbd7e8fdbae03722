import type { CommandModule } from 'yargs';
import type { GlobalFlags } from '../session.ts';
import { openSession } from '../session.ts';
import type { SynthFlags } from '../synth-flags.ts';

const text = { type: 'string', requiresArg: true } as const;
const number = { type: 'number', requiresArg: true } as const;

/** `tapedeck synth`: a SYNTHETIC tape of markets that do not exist, and what is true of it. */
export function synthCommand(signal: AbortSignal): CommandModule<GlobalFlags, SynthFlags> {
  return {
    command: 'synth',
    describe: 'generate a SYNTHETIC tape: markets that do not exist, whose truth is known',
    builder: (flags) =>
      flags
        .option('name', { ...text, demandOption: true, describe: 'what the tape is to be called' })
        .option('like', {
          ...text,
          choices: ['demo', 'measured', 'lifecycle'] as const,
          default: 'demo' as const,
          describe: 'what to begin with; the other flags change it',
        })
        .option('seed', { ...text, describe: 'another seed gives another world' })
        .option('cities', { ...number, describe: 'how many invented cities, 1 to 6' })
        .option('city', {
          ...text,
          describe: 'made-up weather and markets under the names of these cities instead: chicago,new-york',
        })
        .conflicts('city', 'cities')
        .option('days', { ...number, describe: 'how many days; each city has an event of six markets a day' })
        .option('activity', { ...number, describe: 'pace of traders and news; 1 is the measured one' })
        .option('depth', { ...number, describe: 'what makers show; 1 is about a measured quiet evening' })
        .option('sweeps', { ...number, describe: 'sweeps of $1,000 and more in an event, where the outcome is open' })
        .option('informed', { ...number, describe: 'share of sweeps whose trader knows the outcome: plants an edge' })
        .option('bursts', { ...number, describe: 'bursts of machines in an event' })
        .option('peak', { ...number, describe: 'rows a second in a burst' })
        .option('lifecycle', { type: 'boolean', describe: 'pauses, early closes, disputes, voids, fine grids, often' })
        .option('truth', { type: 'boolean', default: false, describe: 'write orders, trades and beliefs beside it' })
        .option('replace', { type: 'boolean', default: false, describe: 'take the place of a tape of that name' }),
    handler: async (flags) => {
      const { synthesise } = await import('../synthesise.ts');
      await synthesise(flags, openSession(flags, signal));
    },
  };
}
