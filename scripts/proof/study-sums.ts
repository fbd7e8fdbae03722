import type { Bounds, StudyLane, StudyRecord } from './study-run.ts';
import type { StudyTask } from './study-task.ts';

/** One point of the study, over its seeds. Shares are 0 to 1, amounts in cents a contract. */
export interface StudyPoint {
  readonly strategy: StudyTask['strategy'];
  readonly effect: number;
  readonly runs: number;
  readonly yes: number;
  readonly unknown: number;
  /** Mean number of contracts, of days traded and of effective days in a run. */
  readonly contracts: number;
  readonly days: number;
  readonly effectiveDays: number;
  /** What the arm earns over all seeds, and what its fills were truly worth when made, worst lane. */
  readonly net: number;
  readonly fair: number;
  /** Runs whose interval lies above zero in every lane; whose difference to the placebo does, by all draws and by the first alone. */
  readonly above: number;
  readonly beyondPlacebo: number;
  readonly beyondOneDraw: number;
  /** Share of intervals, over seeds and lanes, that hold what the arm earns over all seeds; and that hold the run's own fair worth. */
  readonly holdsNet: number;
  readonly holdsFair: number;
}

/** Sums the records of each point: strategies together, the smaller effect first. */
export function studyPoints(records: readonly StudyRecord[]): StudyPoint[] {
  const groups = new Map<string, StudyRecord[]>();
  for (const record of records) {
    const name = `${record.task.strategy}/${record.task.effect}`;
    groups.set(name, [...(groups.get(name) ?? []), record]);
  }
  return [...groups.values()]
    .map(pointOf)
    .sort((a, b) => (a.strategy === b.strategy ? a.effect - b.effect : a.strategy < b.strategy ? 1 : -1));
}

function pointOf(records: readonly StudyRecord[]): StudyPoint {
  const { strategy, effect } = records[0]!.task;
  const lanes = records[0]!.lanes.map((_, at) => records.map((record) => record.lanes[at]!));
  const nets = lanes.map((lane) => centsOf(lane, ({ netE6 }) => netE6));
  const count = (holds: (record: StudyRecord) => boolean): number => records.filter(holds).length;
  const mean = (of: (record: StudyRecord) => number): number =>
    records.reduce((sum, record) => sum + of(record), 0) / records.length;
  const bounded = lanes.flatMap((lane, at) => lane.map((each) => ({ each, net: nets[at]! })));
  const share = (holds: (each: StudyLane, net: number) => boolean): number =>
    bounded.filter(({ each, net }) => holds(each, net)).length / bounded.length;
  return {
    strategy,
    effect,
    runs: records.length,
    yes: count(({ survives }) => survives === 'yes'),
    unknown: count(({ survives }) => survives === 'unknown'),
    contracts: mean(({ lanes: own }) => own[0]!.volumeE2 / 100),
    days: mean(({ days }) => days),
    effectiveDays: mean(({ effectiveDays }) => effectiveDays),
    net: Math.min(...nets),
    fair: Math.min(...lanes.map((lane) => centsOf(lane, ({ fairE6 }) => fairE6))),
    above: count(({ lanes: own }) => own.every(({ bounds }) => isAbove(bounds))),
    beyondPlacebo: count(({ lanes: own }) => own.every(({ less }) => isAbove(less))),
    beyondOneDraw: count(({ lanes: own }) => own.every(({ lessOneDraw }) => isAbove(lessOneDraw))),
    holdsNet: share(({ bounds }, net) => holds(bounds, net)),
    holdsFair: share(({ bounds, fairE6, volumeE2 }) => holds(bounds, fairE6 / volumeE2 / 100)),
  };
}

function centsOf(lanes: readonly StudyLane[], amount: (lane: StudyLane) => number): number {
  const [sum, volume] = lanes.reduce(([a, v], lane) => [a + amount(lane), v + lane.volumeE2], [0, 0] as [
    number,
    number,
  ]);
  return sum / volume / 100;
}

function isAbove(bounds: Bounds): boolean {
  return bounds !== null && bounds[0] > 0;
}

function holds(bounds: Bounds, value: number): boolean {
  return bounds !== null && bounds[0] <= value && value <= bounds[1];
}

/** The least edge that is found eight times in ten, by a straight line between the neighbouring points; null where none is. */
export function smallestFound(points: readonly StudyPoint[]): { effect: number; cents: number } | null {
  const TARGET = 0.8;
  for (let at = 1; at < points.length; at++) {
    const [low, high] = [points[at - 1]!, points[at]!];
    const [from, to] = [low.yes / low.runs, high.yes / high.runs];
    if (from >= TARGET || to < TARGET) continue;
    const part = (TARGET - from) / (to - from);
    return { effect: low.effect + part * (high.effect - low.effect), cents: low.net + part * (high.net - low.net) };
  }
  return null;
}
