import { assert } from '../../core/assert.ts';
import { Random } from '../../core/random.ts';
import { openDatabase } from '../../tape/duckdb.ts';
import type { Interval } from '../statistics/bootstrap.ts';
import { centsPerContract, differenceInterval, netInterval } from '../statistics/interval.ts';
import type { ArmResult, LaneResult } from '../store/run-result.ts';
import type { StoredRun } from '../store/run-store.ts';
import { type ConfigDifference, configDifferences } from './config-difference.ts';
import { type RowDifference, rowDifference } from './order-difference.ts';

/** One run's side of a lane. Amounts in 1e-6 dollars, contracts in 0.01. */
export interface SideOfLane {
  readonly orders: number;
  readonly fills: number;
  readonly contractsE2: number;
  readonly grossE6: number;
  readonly feesE6: number;
  readonly netE6: number;
  readonly maxDrawdownE6: number;
  readonly centsPerContract: number | null;
  readonly interval: Interval | string;
}

/** Two runs in one lane; a run that did not have the lane is null. */
export interface LaneComparison {
  readonly lane: string;
  readonly a: SideOfLane | null;
  readonly b: SideOfLane | null;
  /** Net cents a contract, b less a, the same event days drawn for both; or why there is none. */
  readonly difference: Interval | string;
  /** Orders and fills held against each other; null on different tapes. */
  readonly orders: RowDifference | null;
  readonly fills: RowDifference | null;
}

export interface NamedRun {
  readonly id: string;
  readonly arm: string;
  readonly tape: string;
  readonly synthetic: boolean;
  readonly digest: string;
}

/** Two runs side by side: the arm asked for of each. */
export interface Comparison {
  readonly format: 'tapedeck-comparison';
  readonly version: 1;
  readonly a: NamedRun;
  readonly b: NamedRun;
  /** Whether both did exactly the same in every arm and lane. */
  readonly same: boolean;
  /** Why the runs cannot be paired day by day and order by order, or null where they are. */
  readonly unpaired: string | null;
  readonly config: readonly ConfigDifference[];
  readonly lanes: readonly LaneComparison[];
}

/** Compares two finished runs, b against a. Runs on different tapes are set side by side and not paired. */
export async function compareRuns(a: StoredRun, b: StoredRun): Promise<Comparison> {
  const arms = [mainArm(a), mainArm(b)] as const;
  const sameTape = a.result.hashes.tape === b.result.hashes.tape;
  const unpaired = sameTape
    ? null
    : `they ran on different tapes (${tapeName(a)} and ${tapeName(b)}): other days, other markets, so nothing is paired and no difference is given`;
  const names = [...new Set([...arms[0].lanes, ...arms[1].lanes].map(({ lane }) => lane))];
  const database = await openDatabase();
  try {
    const lanes: LaneComparison[] = [];
    for (const lane of names) {
      const [left, right] = arms.map((arm) => arm.lanes.find((one) => one.lane === lane));
      const paired = unpaired === null && left !== undefined && right !== undefined;
      const held = (table: 'orders' | 'fills'): Promise<RowDifference> =>
        rowDifference(database.connection, table, lane, { run: a, arm: arms[0].name }, { run: b, arm: arms[1].name });
      lanes.push({
        lane,
        a: left === undefined ? null : sideOf(left, `${a.result.seed}/interval/${arms[0].name}/${lane}`),
        b: right === undefined ? null : sideOf(right, `${b.result.seed}/interval/${arms[1].name}/${lane}`),
        difference: paired ? differenceOf(left, right, a, b) : 'not paired',
        orders: paired ? await held('orders') : null,
        fills: paired ? await held('fills') : null,
      });
    }
    return {
      format: 'tapedeck-comparison',
      version: 1,
      a: named(a, arms[0]),
      b: named(b, arms[1]),
      same: a.result.digest === b.result.digest,
      unpaired,
      config: configDifferences(a.result, b.result),
      lanes,
    };
  } finally {
    database.close();
  }
}

function mainArm({ id, result }: StoredRun): ArmResult {
  const [main] = result.arms;
  assert(main !== undefined && main.lanes.length > 0, `run ${id} has an arm with a lane`);
  return main;
}

function named({ id, result }: StoredRun, arm: ArmResult): NamedRun {
  const { name, synthetic } = result.tape;
  return { id, arm: arm.name, tape: name, synthetic, digest: result.digest };
}

function tapeName({ result }: StoredRun): string {
  return `${result.tape.name} ${result.hashes.tape.slice(0, 12)}`;
}

function sideOf(lane: LaneResult, seed: string): SideOfLane {
  return {
    orders: lane.orders,
    fills: lane.fills,
    contractsE2: lane.contractsE2,
    grossE6: lane.realisedE6,
    feesE6: lane.feesE6,
    netE6: lane.netE6,
    maxDrawdownE6: lane.maxDrawdownE6,
    centsPerContract: centsPerContract(lane.markets),
    interval: netInterval(lane.markets, new Random(seed)),
  };
}

/** b less a. Drawn from both digests: the same two runs give the same interval. */
function differenceOf(left: LaneResult, right: LaneResult, a: StoredRun, b: StoredRun): Interval | string {
  const random = new Random(`compare/${a.result.digest}/${b.result.digest}`);
  return differenceInterval(right.markets, left.markets, random);
}
