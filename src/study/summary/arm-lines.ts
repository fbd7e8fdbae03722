import { Random } from '../../core/random.ts';
import type { Interval } from '../statistics/bootstrap.ts';
import { centsPerContract, differenceInterval, netInterval } from '../statistics/interval.ts';
import type { PooledArm } from '../statistics/pool-draws.ts';
import type { RunResult } from '../store/run-result.ts';

/** One arm in one lane. Amounts in 1e-6 dollars, contracts in 0.01. */
export interface LaneLine {
  readonly lane: string;
  readonly contractsE2: number;
  readonly fills: number;
  /** Share of the fills that were maker fills; null without fills. */
  readonly makerShare: number | null;
  readonly grossE6: number;
  readonly feesE6: number;
  readonly openCostE6: number;
  readonly netE6: number;
  readonly maxDrawdownE6: number;
  /** Net cents per contract bought or sold; null where nothing traded. */
  readonly centsPerContract: number | null;
  /** The interval of it, or why there is none. */
  readonly interval: Interval | string;
}

export interface ArmLines {
  readonly arm: string;
  readonly control: boolean;
  /** Looked at the whole tape first, which no trader can. */
  readonly surveyed: boolean;
  /** How often it was drawn: amounts are sums over its draws. */
  readonly draws: number;
  readonly lanes: readonly LaneLine[];
}

/** The arm asked for less one control in one lane, net cents a contract, the same days drawn for both. */
export interface DifferenceLine {
  readonly control: string;
  readonly lane: string;
  readonly centsPerContract: number | null;
  readonly interval: Interval | string;
}

/** One line a lane of an arm. All intervals of a run draw the same days, so that what traded alike has one interval. */
export function armLines(run: Pick<RunResult, 'seed'>, arm: PooledArm): ArmLines {
  const lanes = arm.lanes.map((lane): LaneLine => {
    return {
      lane: lane.lane,
      contractsE2: lane.contractsE2,
      fills: lane.fills,
      makerShare: lane.fills === 0 ? null : lane.makerFills / lane.fills,
      grossE6: lane.realisedE6,
      feesE6: lane.feesE6,
      openCostE6: lane.openCostE6,
      netE6: lane.netE6,
      maxDrawdownE6: lane.maxDrawdownE6,
      centsPerContract: centsPerContract(lane.markets),
      interval: netInterval(lane.markets, new Random(`${run.seed}/interval`)),
    };
  });
  return { arm: arm.name, control: arm.control, surveyed: arm.surveyed, draws: arm.draws, lanes };
}

/** The arm asked for less a control, in each lane that both have. */
export function differenceLines(run: Pick<RunResult, 'seed'>, main: PooledArm, control: PooledArm): DifferenceLine[] {
  const lines: DifferenceLine[] = [];
  for (const lane of main.lanes) {
    const other = control.lanes.find((candidate) => candidate.lane === lane.lane);
    if (other === undefined) continue;
    const [ours, theirs] = [centsPerContract(lane.markets), centsPerContract(other.markets)];
    const random = new Random(`${run.seed}/interval`);
    lines.push({
      control: control.name,
      lane: lane.lane,
      centsPerContract: ours === null || theirs === null ? null : ours - theirs,
      interval: differenceInterval(lane.markets, other.markets, random),
    });
  }
  return lines;
}
