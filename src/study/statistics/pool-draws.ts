import type { ArmResult, LaneResult } from '../store/run-result.ts';

/** What an arm did in one lane, over all its draws. */
export type PooledLane = Pick<
  LaneResult,
  | 'lane'
  | 'fills'
  | 'makerFills'
  | 'contractsE2'
  | 'realisedE6'
  | 'feesE6'
  | 'openCostE6'
  | 'netE6'
  | 'maxDrawdownE6'
  | 'markets'
>;

/** An arm with all its draws: one where it is the arm asked for, or a control that is drawn once. */
export interface PooledArm extends Omit<ArmResult, 'lanes' | 'draw'> {
  readonly draws: number;
  readonly lanes: readonly PooledLane[];
}

/** The draws of each control as one arm: counts, amounts and markets summed, the drawdown of the worst. The arm asked for stays first. */
export function pooledArms(arms: readonly ArmResult[]): PooledArm[] {
  return firstDraws(arms).map((first) => {
    if (first.draw === undefined) return { ...first, draws: 1 };
    const { of } = first.draw;
    const draws = arms.filter((arm) => arm.draw?.of === of);
    const lanes = first.lanes.map((lane, at) => pooledLane(draws.map((draw) => draw.lanes[at] ?? lane)));
    return { name: of, control: true, params: first.params, surveyed: first.surveyed, draws: draws.length, lanes };
  });
}

/** The arms without the second and further draws of a control: those that are shown one by one. */
export function firstDraws(arms: readonly ArmResult[]): ArmResult[] {
  return arms.filter(({ draw }) => draw === undefined || draw.number === 1);
}

function pooledLane(draws: readonly LaneResult[]): PooledLane {
  const sum = (value: (draw: LaneResult) => number): number => draws.reduce((total, draw) => total + value(draw), 0);
  return {
    lane: draws[0]!.lane,
    fills: sum(({ fills }) => fills),
    makerFills: sum(({ makerFills }) => makerFills),
    contractsE2: sum(({ contractsE2 }) => contractsE2),
    realisedE6: sum(({ realisedE6 }) => realisedE6),
    feesE6: sum(({ feesE6 }) => feesE6),
    openCostE6: sum(({ openCostE6 }) => openCostE6),
    netE6: sum(({ netE6 }) => netE6),
    maxDrawdownE6: Math.max(...draws.map(({ maxDrawdownE6 }) => maxDrawdownE6)),
    markets: draws.flatMap(({ markets }) => markets),
  };
}
