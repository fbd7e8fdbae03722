import yargs, { type Argv } from 'yargs';
import { FAULT_EXIT, Fault } from '../core/fault.ts';
import { backtestCommand } from './commands/backtest.ts';
import { feesCommand } from './commands/fees.ts';
import { importCommand } from './commands/import.ts';
import { inspectCommand } from './commands/inspect.ts';
import { liveCommand, recordCommand } from './commands/later.ts';
import { queryCommand } from './commands/query.ts';
import { runsCommand } from './commands/runs.ts';
import { tapesCommand } from './commands/tapes.ts';
import { endingOf } from './exit.ts';
import { packageVersion } from './package-root.ts';
import { abortOnInterrupt, type GlobalFlags, watchOutput } from './session.ts';

/** How long a command may take to tidy up after an interrupt before the process ends without it, in ms. */
const GRACE = 3_000;

/** Runs one command line and sets the exit status of the process (see `docs/exit-codes.md`). */
export async function runProgram(args: readonly string[]): Promise<void> {
  const json = args.includes('--json');
  watchOutput((fault) => process.exit(tell(fault, json)));
  const signal = abortOnInterrupt(FAULT_EXIT.interrupted);
  try {
    await Promise.race([dispatch(args, signal), overdue(signal)]);
  } catch (error) {
    process.exitCode = tell(error, json);
    if (signal.aborted) process.exit();
  }
}

/** Tells how the command ended; returns the exit status. */
function tell(error: unknown, json: boolean): number {
  const { status, text } = endingOf(error, json);
  process.stderr.write(`${text}\n`);
  return status;
}

async function dispatch(args: readonly string[], signal: AbortSignal): Promise<void> {
  refuseUnknownCommand(args);
  const help = args.includes('--help');
  if (help && args[0] === 'backtest') {
    const { strategyNamed, strategyHelp } = await import('./strategy-help.ts');
    const strategy = strategyNamed(args);
    if (strategy !== undefined) {
      process.stdout.write(`${await commandLine(['backtest'], signal).getHelp()}\n\n${await strategyHelp(strategy)}`);
      return;
    }
  }
  await commandLine(args.length === 0 ? ['--help'] : args, signal).parseAsync();
}

function commandLine(args: readonly string[], signal: AbortSignal): Argv<GlobalFlags> {
  return yargs([...args])
    .scriptName('tapedeck')
    .usage('$0 COMMAND\n\nBacktest-and-live research for Kalshi: honest fills, repeatable answers.')
    .locale('en')
    .parserConfiguration({ 'greedy-arrays': false, 'dot-notation': false, 'camel-case-expansion': false })
    .option('data', {
      type: 'string',
      default: process.env.TAPEDECK_DATA ?? './data',
      describe: 'folder of tapes and runs (env TAPEDECK_DATA)',
      global: true,
      requiresArg: true,
    })
    .option('json', { type: 'boolean', default: false, describe: 'answer, and fail, in JSON' })
    .option('quiet', { type: 'boolean', default: false, describe: 'no progress, no remarks' })
    .option('color', { type: 'boolean', default: true, describe: 'colours on a terminal; --no-color for none' })
    .command(backtestCommand(signal))
    .command(importCommand(signal))
    .command(tapesCommand(signal))
    .command(inspectCommand(signal))
    .command(queryCommand(signal))
    .command(runsCommand(signal))
    .command(feesCommand(signal))
    .command(liveCommand())
    .command(recordCommand())
    .demandCommand(1, 'no command given')
    .strict()
    .check(refuseRepeats, true)
    .version(packageVersion())
    .help()
    .group(['data', 'json', 'quiet', 'color', 'version', 'help'], 'Everywhere:')
    .wrap(Math.min(100, process.stdout.columns ?? 100))
    .exitProcess(false)
    .fail((message: string | null, error: Error | undefined) => {
      if (error !== undefined && error !== null) throw error;
      throw usage(message ?? 'the command line cannot be read', args);
    });
}

const COMMANDS = ['backtest', 'import', 'tapes', 'inspect', 'query', 'runs', 'fees', 'live', 'record'];

function refuseUnknownCommand([first]: readonly string[]): void {
  if (first === undefined || first.startsWith('-') || COMMANDS.includes(first)) return;
  throw new Fault('usage', `there is no command "${first}"`, { next: `Commands: ${COMMANDS.join(', ')}.` });
}

/** The parser's complaint as a Fault, in one line. */
function usage(message: string, [command = '']: readonly string[]): Fault {
  const line = message.replaceAll(/\s*\n\s*/g, ' ').trim();
  const said = line.startsWith('Not enough non-option arguments') ? `"tapedeck ${command}" needs one more word` : line;
  const asked = COMMANDS.includes(command) ? `${command} ` : '';
  return new Fault('usage', said, { next: `See "tapedeck ${asked}--help".` });
}

/** A flag that takes one value and was given two is more likely a slip than a wish. */
function refuseRepeats(flags: Readonly<Record<string, unknown>>): true {
  for (const [name, value] of Object.entries(flags)) {
    if (Array.isArray(value) && name !== '_' && name !== 'param' && name !== 'sweep') {
      throw new Fault('usage', `--${name} is given ${value.length} times`, { next: 'Give it once.' });
    }
  }
  return true;
}

/** Rejects when an interrupt was not obeyed within the grace. */
function overdue(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    signal.addEventListener('abort', () => {
      const give = () =>
        reject(new Fault('interrupted', 'interrupted; nothing half-written was kept', { next: 'Start it again.' }));
      setTimeout(give, GRACE).unref();
    });
  });
}
