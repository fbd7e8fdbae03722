import type { CommandModule } from 'yargs';
import { type GlobalFlags, openSession } from '../session.ts';

/** `tapedeck cities`: what `--city` may name, and what its markets are settled by. */
export function citiesCommand(signal: AbortSignal): CommandModule<GlobalFlags, GlobalFlags> {
  return {
    command: 'cities',
    describe: 'list the cities: their series, station and climate day, and who settles them',
    handler: async (flags) => {
      const { showCities } = await import('../show-cities.ts');
      showCities(openSession(flags, signal));
    },
  };
}
