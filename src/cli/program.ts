import yargs, { type Argv } from 'yargs';
import { Fault } from '../core/fault.ts';
import { checkFlags, type DeclaredFlags, refuseObjectNames } from './check-flags.ts';
import { backtestCommand } from './commands/backtest.ts';
import { calibrateCommand } from './commands/calibrate.ts';
import { certifyCommand } from './commands/certify.ts';
import { citiesCommand } from './commands/cities.ts';
import { compactCommand } from './commands/compact.ts';
import { compareCommand } from './commands/compare.ts';
import { doctorCommand } from './commands/doctor.ts';
import { downloadCommand } from './commands/download.ts';
import { evaluateCommand } from './commands/evaluate.ts';
import { exchangeCommand } from './commands/exchange.ts';
import { explainCommand } from './commands/explain.ts';
import { featuresCommand } from './commands/features.ts';
import { feesCommand } from './commands/fees.ts';
import { importCommand } from './commands/import.ts';
import { inspectCommand } from './commands/inspect.ts';
import { liveCommand } from './commands/live.ts';
import { mergeCommand } from './commands/merge.ts';
import { newCommand } from './commands/new.ts';
import { parityCommand } from './commands/parity.ts';
import { queryCommand } from './commands/query.ts';
import { recordCommand } from './commands/record.ts';
import { reportCommand } from './commands/report.ts';
import { runsCommand } from './commands/runs.ts';
import { cleanupCommand, killCommand, resumeCommand, sessionsCommand } from './commands/sessions.ts';
import { synthCommand } from './commands/synth.ts';
import { tapesCommand } from './commands/tapes.ts';
import { trialsCommand } from './commands/trials.ts';
import { endingOf } from './exit.ts';
import { packageVersion } from './package-root.ts';
import { abortOnInterrupt, type GlobalFlags, STANDARD_DATA, watchOutput } from './session.ts';
import { markEnded, watchStrays } from './stray-code.ts';

/** Commands that an interrupt ends in the ordinary way: what they do then may take its time, and a second one ends it. */
const ENDS_BY_INTERRUPT: ReadonlySet<string> = new Set(['record', 'exchange', 'live']);

/** How long a command may take to tidy up after an interrupt before the process ends without it, in ms. */
const GRACE = 3_000;

const ENDED_AT_ONCE = new Fault('interrupted', 'interrupted twice: ended at once', { next: 'Start it again.' });

/** Runs one command line and ends the process with the exit status that it deserves (see `docs/exit-codes.md`). */
export async function runProgram(args: readonly string[]): Promise<void> {
  const json = args.includes('--json');
  const end = (error: unknown): never => process.exit(tell(error, json));
  watchOutput(end);
  watchStrays(end, (text) => process.stderr.write(`${text}\n`), json);
  const signal = abortOnInterrupt(() => end(ENDED_AT_ONCE));
  try {
    const work = dispatch(args, signal);
    await (ENDS_BY_INTERRUPT.has(args[0] ?? '') ? work : Promise.race([work, overdue(signal)]));
  } catch (error) {
    tell(error, json);
  }
  // What a strategy left running, a timer or a socket, must not keep the process.
  await written(process.stdout);
  await written(process.stderr);
  markEnded(process.exitCode ?? 0);
  process.exit();
}

/** Resolves once what was written to a stream is out, or nobody reads it any more. */
function written(stream: NodeJS.WriteStream): Promise<void> {
  return new Promise((done) => stream.write('', () => done()));
}

/** Tells how the command ended; sets and returns the exit status. */
function tell(error: unknown, json: boolean): number {
  const { status, text } = endingOf(error, json);
  process.stderr.write(`${text}\n`);
  markEnded(status);
  return status;
}

async function dispatch(args: readonly string[], signal: AbortSignal): Promise<void> {
  refuseUnknownCommand(args);
  refuseObjectNames(args);
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
    .scriptName('npx tapedeck')
    .usage('$0 COMMAND\n\nBacktest-and-live research for Kalshi: honest fills, repeatable answers.')
    .locale('en')
    .parserConfiguration({ 'greedy-arrays': false, 'dot-notation': false, 'camel-case-expansion': false })
    .option('data', {
      type: 'string',
      default: process.env.TAPEDECK_DATA ?? STANDARD_DATA,
      describe: 'folder of tapes and runs (env TAPEDECK_DATA)',
      global: true,
      requiresArg: true,
    })
    .option('json', { type: 'boolean', default: false, describe: 'answer, and fail, in JSON' })
    .option('quiet', { type: 'boolean', default: false, describe: 'no progress, no remarks' })
    .option('color', { type: 'boolean', default: true, describe: 'colours on a terminal; --no-color for none' })
    .command(backtestCommand(signal))
    .command(newCommand(signal))
    .command(importCommand(signal))
    .command(synthCommand(signal))
    .command(tapesCommand(signal))
    .command(inspectCommand(signal))
    .command(explainCommand(signal))
    .command(compareCommand(signal))
    .command(queryCommand(signal))
    .command(runsCommand(signal))
    .command(reportCommand(signal))
    .command(trialsCommand(signal))
    .command(feesCommand(signal))
    .command(citiesCommand(signal))
    .command(featuresCommand(signal))
    .command(evaluateCommand(signal))
    .command(doctorCommand(signal))
    .command(exchangeCommand(signal))
    .command(liveCommand(signal))
    .command(parityCommand(signal))
    .command(sessionsCommand(signal))
    .command(calibrateCommand(signal))
    .command(resumeCommand(signal))
    .command(killCommand(signal))
    .command(cleanupCommand(signal))
    .command(downloadCommand(signal))
    .command(recordCommand(signal))
    .command(certifyCommand(signal))
    .command(compactCommand(signal))
    .command(mergeCommand(signal))
    .demandCommand(1, 'no command given')
    .strict()
    .check((flags, declared) => {
      checkFlags(flags, declared as unknown as DeclaredFlags, args);
      return true;
    }, true)
    .version(packageVersion())
    .help()
    .group(['data', 'json', 'quiet', 'color', 'version', 'help'], 'Everywhere:')
    .wrap(Math.min(100, process.stdout.columns ?? 100))
    .exitProcess(false)
    .fail((message: string | null, error: Error | undefined) => {
      const said = error?.name === 'YError' ? error.message : message;
      if (error !== undefined && error !== null && error.name !== 'YError') throw error;
      throw usage(said ?? 'the command line cannot be read', args);
    });
}

const COMMANDS = [
  'backtest',
  'new',
  'import',
  'synth',
  'tapes',
  'inspect',
  'explain',
  'compare',
  'query',
  'runs',
  'report',
  'trials',
  'fees',
  'cities',
  'features',
  'evaluate',
  'doctor',
  'exchange',
  'live',
  'parity',
  'sessions',
  'calibrate',
  'resume',
  'kill',
  'cleanup',
  'download',
  'record',
  'certify',
  'compact',
  'merge',
];

function refuseUnknownCommand([first]: readonly string[]): void {
  if (first === undefined || first.startsWith('-') || COMMANDS.includes(first)) return;
  throw new Fault('usage', `there is no command "${first}"`, { next: `Commands: ${COMMANDS.join(', ')}.` });
}

/** The parser's complaint as a Fault, in one line. */
function usage(message: string, [command = '']: readonly string[]): Fault {
  const line = message.replaceAll(/\s*\n\s*/g, ' ').trim();
  const said = line.startsWith('Not enough non-option arguments')
    ? `"npx tapedeck ${command}" needs one more word`
    : line;
  const asked = COMMANDS.includes(command) ? `${command} ` : '';
  return new Fault('usage', said, { next: `See "npx tapedeck ${asked}--help".` });
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
