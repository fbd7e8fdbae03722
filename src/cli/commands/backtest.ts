import type { CommandModule } from 'yargs';
import { Fault } from '../../core/fault.ts';
import { API_TIERS } from '../../sim/api-budget.ts';
import { STANDARD_FLAGS, type SweepFlags } from '../backtest-flags.ts';
import { type GlobalFlags, openSession } from '../session.ts';
import { withShorthands } from '../shorthands.ts';

const text = { type: 'string', requiresArg: true } as const;

/** `tapedeck backtest`: a strategy over a tape, its controls beside it, in every lane. */
export function backtestCommand(signal: AbortSignal): CommandModule<GlobalFlags, SweepFlags> {
  return {
    command: 'backtest',
    describe: 'run a strategy over a tape and report what is left after honest fills and fees',
    builder: (flags) =>
      flags
        .option('strategy', { ...text, demandOption: true, describe: 'its name, or a file of your own: ./my.ts' })
        .option('tape', { ...text, describe: 'name or folder; left out: the SYNTHETIC demo tape' })
        .option('param', { ...text, array: true, default: [], describe: 'name=value, may be repeated' })
        .option('city', { ...text, describe: 'short for --param city=NAME' })
        .option('aggressiveness', { ...text, describe: 'the dial, 0 to 1: short for --param aggressiveness=N' })
        .option('params', { ...text, describe: 'JSON file of parameters; --param wins' })
        .option('lanes', { ...text, default: STANDARD_FLAGS.lanes, describe: 'fill assumptions to run' })
        .option('controls', { type: 'boolean', default: true, describe: 'the controls too; --no-controls for none' })
        .option('seed', {
          ...text,
          default: STANDARD_FLAGS.seed,
          describe: 'of everything drawn: the same seed, the same run',
        })
        .option('cash', { ...text, default: STANDARD_FLAGS.cash, describe: 'starting cash in dollars' })
        .option('latency', {
          ...text,
          default: STANDARD_FLAGS.latency,
          describe: 'assumed, fixed:50ms, or a JSON file of measured delays',
        })
        .option('fees', { ...text, describe: 'JSON file of fee schedules for series that are not built in' })
        .option('membership', {
          ...text,
          choices: ['direct', 'non-direct'] as const,
          default: STANDARD_FLAGS.membership,
          describe: 'decides how fees are rounded',
        })
        .option('limits', { ...text, describe: 'JSON file of limits; what it leaves out stays standard' })
        .option('tier', {
          ...text,
          choices: API_TIERS.map((tier) => tier.name),
          default: STANDARD_FLAGS.tier,
          describe: 'usage level at the venue: how many requests a second it takes',
        })
        .option('sweep', {
          ...text,
          array: true,
          default: [],
          describe: 'name=v1,v2 or name=from..to/step; repeated: every combination, without controls',
        })
        .option('dial', { ...text, describe: 'from:to:step: sweeps aggressiveness into a frontier, 0:1:0.1' })
        .option('sweep-file', { ...text, describe: 'JSON list of parameter sets to run as a sweep' })
        .option('workers', { ...text, describe: 'threads of a sweep; left out: one for each core' })
        .option('walk-forward', {
          ...text,
          describe: 'train=20d,test=5d[,step=5d]: choose among a sweep on some days, test on the next',
        })
        .epilogue('Parameters of a strategy: npx tapedeck backtest --help --strategy whale'),
    handler: async (given) => {
      const flags = withShorthands(given);
      if (flags.sweep.length > 0 || flags['sweep-file'] !== undefined) {
        const { runSweep } = await import('../run-sweep.ts');
        await runSweep(flags, openSession(flags, signal));
        return;
      }
      if (flags.workers !== undefined || flags['walk-forward'] !== undefined) {
        throw new Fault('usage', '--workers and --walk-forward belong to a sweep', {
          next: 'Give --sweep name=v1,v2, or --dial 0:1:0.1.',
        });
      }
      const { runBacktest } = await import('../run-backtest.ts');
      await runBacktest(flags, openSession(flags, signal));
    },
  };
}
