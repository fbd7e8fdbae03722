import { resolve } from 'node:path';
import { Fault } from '../core/fault.ts';
import type { FeeChange } from '../core/fee-schedule.ts';
import { type Money, parseMoney } from '../core/money.ts';
import { formatDate } from '../core/time.ts';
import { STANDARD_LIMITS } from '../engine/limits.ts';
import { isAbout } from '../ledger/fee-book.ts';
import { parseFeeDeclarations } from '../ledger/fee-declarations.ts';
import { KNOWN_FEES } from '../ledger/known-fees.ts';
import { API_TIERS } from '../sim/api-budget.ts';
import { LANES, type Lane } from '../sim/lane.ts';
import type { RunNames, RunSettings } from '../study/store/invocation.ts';
import { cleanPartialRuns } from '../study/store/run-store.ts';
import type { TapeSource } from '../study/store/tape-source.ts';
import { openTape, type Tape } from '../tape/open-tape.ts';
import { tapesFolder } from '../tape/tape-folder.ts';
import type { BacktestFlags } from './backtest-flags.ts';
import { DEMO_TAPE, openDemoTape } from './demo-tape.ts';
import { givenParams } from './given-params.ts';
import { readLatency } from './latency-flag.ts';
import { readLimits } from './limits-file.ts';
import { type LoadedStrategy, loadStrategy } from './load-strategy.ts';
import { checkCity } from './model-notes.ts';
import { readJsonFile } from './read-json.ts';
import type { Session } from './session.ts';
import { tapeFees, tapeSource } from './tape-source.ts';

/** What a command line asks to be run, read and opened. */
export interface PreparedRun {
  readonly strategy: LoadedStrategy;
  readonly tape: Tape;
  readonly source: TapeSource;
  readonly settings: RunSettings;
  readonly names: RunNames;
}

/**
 * Reads the flags of a run and opens its tape. Everything that a person wrote is checked first; `check` looks at the parameters before
 * the tape is touched.
 */
export async function prepareRun(
  flags: BacktestFlags,
  session: Session,
  check: (strategy: LoadedStrategy, params: RunSettings['params']) => void,
): Promise<PreparedRun> {
  const lanes = readLanes(flags.lanes);
  const startingCash = readCash(flags.cash);
  const latency = readLatency(flags.latency);
  const limits = flags.limits === undefined ? STANDARD_LIMITS : readLimits(flags.limits);
  const params = givenParams(flags.param, flags.params);
  const declared = flags.fees === undefined ? [] : declaredFees(flags.fees);
  const strategy = await loadStrategy(flags.strategy);
  check(strategy, params);
  checkCity(strategy.models, params.city);
  const tape = await openTapeOrDemo(flags.tape, session);
  cleanPartialRuns(session.dataFolder);
  const source = await tapeSource(tape);
  const fees: FeeChange[] = [...KNOWN_FEES, ...(await tapeFees(tape)), ...declared];
  for (const text of idleFees(declared, source, flags.fees)) session.note(`note: ${text}`);
  return {
    strategy,
    tape,
    source,
    names: { strategy: strategy.found, tape: nameOfTape(tape, session.dataFolder) },
    settings: {
      params,
      controls: flags.controls,
      lanes,
      latency,
      fees,
      membership: flags.membership,
      tier: API_TIERS.find((tier) => tier.name === flags.tier)!,
      limits,
      startingCash,
      seed: flags.seed,
    },
  };
}

/** A tape of the data folder by its name, so that the folder may move; another by its whole path. */
function nameOfTape({ folder, manifest }: Tape, dataFolder: string): string {
  return folder === resolve(tapesFolder(dataFolder), manifest.name) ? manifest.name : folder;
}

async function openTapeOrDemo(named: string | undefined, session: Session): Promise<Tape> {
  if (named !== undefined && named !== DEMO_TAPE) return openTape(session.dataFolder, named);
  if (named === undefined) session.note('no tape named: using the SYNTHETIC demo tape');
  return openDemoTape(session);
}

/** Lanes by name, in their own order however they were written. */
function readLanes(text: string): Lane[] {
  const names = text.split(',').map((name) => name.trim());
  const known = LANES.map((lane) => lane.name).join(', ');
  const strange = names.find((name) => !LANES.some((lane) => lane.name === name));
  if (strange !== undefined) {
    throw new Fault('usage', `there is no lane "${strange}"`, { next: `Lanes: ${known}; separate several by commas.` });
  }
  const twice = names.find((name, at) => names.indexOf(name) !== at);
  if (twice !== undefined) throw new Fault('usage', `--lanes names ${twice} twice`, { next: 'Name it once.' });
  return LANES.filter((lane) => names.includes(lane.name));
}

function readCash(text: string): Money {
  let cash: number;
  try {
    cash = parseMoney(text);
  } catch (cause) {
    throw new Fault('usage', `--cash ${text} is not an amount of dollars`, {
      next: 'Write it like --cash 10000.',
      cause,
    });
  }
  if (cash <= 0)
    throw new Fault('usage', `--cash ${text} leaves nothing to trade with`, { next: 'Give an amount above 0.' });
  return cash as Money;
}

function declaredFees(file: string): FeeChange[] {
  return parseFeeDeclarations(readJsonFile('--fees', file));
}

/** What to say of declared fee rows that no market of the tape can meet: most likely a slip in a ticker or a date. */
function idleFees(declared: readonly FeeChange[], { markets, facts }: TapeSource, file = ''): string[] {
  const idle = declared.filter(
    (change) => change.from > facts.lastTimeUs || !markets.some(({ series, event }) => isAbout(change, series, event)),
  );
  return idle.map(({ series, event, from }) => {
    const why = from > facts.lastTimeUs ? 'begins after the tape ends' : 'is about no market of this tape';
    return `the row of ${file} for ${event ?? series} from ${formatDate(from)} ${why}`;
  });
}
