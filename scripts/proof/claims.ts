import type { SplitTruth } from './decreases.ts';
import type { FairBets } from './fair-bets.ts';
import type { QueueTruth } from './queue.ts';
import type { StudyPoint } from './study-sums.ts';
import { ORACLE_KNOWN, STATED_SHARE } from './study-task.ts';

/** Everything that the proof measured. */
export interface Proof {
  readonly queues: readonly QueueTruth[];
  readonly splits: readonly SplitTruth[];
  readonly fair: readonly FairBets[];
  readonly points: readonly StudyPoint[];
}

/** What must hold, how it came out, and where its bound is from. */
export interface Claim {
  readonly text: string;
  readonly bound: string;
  readonly measured: string;
  readonly holds: boolean;
  readonly reason: string;
}

const percent = (share: number, digits = 1): string => `${(100 * share).toFixed(digits)} %`;

/** Judges what was measured. `quick` runs have few seeds: their bounds on rates leave room for that much luck and no more. */
export function claims(proof: Proof, quick: boolean): Claim[] {
  return [
    ...queueClaims(proof.queues),
    ...splitClaims(proof.splits),
    ...fairClaims(proof.fair),
    ...studyClaims(proof.points, quick),
  ];
}

function atMost(text: string, value: number, most: number, reason: string, digits = 1): Claim {
  const bound = `at most ${percent(most, digits)}`;
  return { text, bound, measured: percent(value, digits), holds: value <= most, reason };
}

function atLeast(text: string, value: number, least: number, reason: string): Claim {
  return { text, bound: `at least ${percent(least)}`, measured: percent(value), holds: value >= least, reason };
}

function queueClaims(queues: readonly QueueTruth[]): Claim[] {
  const worst = (of: (queue: QueueTruth) => number): number => Math.max(...queues.map(of));
  const least = (of: (queue: QueueTruth) => number): number => Math.min(...queues.map(of));
  const pessimistic = (queue: QueueTruth) => queue.lanes[0]!;
  const joined = (queue: QueueTruth): number => Math.max(...queue.lanes.map(({ looks }) => looks[0]!.absolute));
  return [
    atMost('the queue ahead is wrong when an order joins', worst(joined), 0, 'the tape displays the whole queue', 0),
    atMost(
      'the pessimistic lane puts an order nearer to the front than it is',
      worst((queue) => Math.max(...pessimistic(queue).looks.map(({ tooNear, orders }) => tooNear / orders))),
      0,
      'it counts only what must have gone: prints, and what the level no longer shows',
      0,
    ),
    atMost(
      'the pessimistic lane fills an order before the truth, or more of it',
      worst((queue) => (pessimistic(queue).time.earlier + pessimistic(queue).more) / queue.touched),
      0.001,
      'nothing in it may be kinder than the truth; the margin is for prints told out of order',
      2,
    ),
    atMost(
      'the lanes are out of order',
      worst((queue) => queue.unordered / queue.orders),
      0,
      'by construction',
      0,
    ),
    atLeast(
      'the true quantity lies between the pessimistic and the optimistic lane’s',
      least((queue) => queue.quantityBetween / queue.touched),
      0.92,
      'measured, with margin: see the next but one',
    ),
    atLeast(
      'the true time of the whole fill lies between theirs',
      least((queue) => queue.timeBetween / queue.touched),
      0.9,
      'measured, with margin: see the next',
    ),
    atMost(
      'the truth lies outside the lanes where no taker had emptied the level',
      worst((queue) => queue.unexplained / queue.touched),
      0.005,
      'what such a taker wanted beyond the level is on no tape; nothing else may lie outside',
      2,
    ),
  ];
}

function splitClaims(splits: readonly SplitTruth[]): Claim[] {
  const exact = splits.every(
    ({ traded, cancelled, ambiguous, decreased }) => traded + cancelled + ambiguous === decreased,
  );
  return [
    {
      text: 'traded + cancelled + ambiguous = all decreases',
      bound: 'to the hundredth of a contract',
      measured: exact ? 'equal' : 'not equal',
      holds: exact,
      reason: 'conservation',
    },
    atMost(
      'decreases that could be either a trade or a cancel',
      Math.max(...splits.map(({ ambiguous, decreased }) => ambiguous / decreased)),
      0.05,
      'stated before it was measured',
      2,
    ),
    atMost(
      'decreases taken for the wrong one',
      Math.max(...splits.map(({ wrong, decreased }) => wrong / decreased)),
      0.01,
      'measured, with margin',
      2,
    ),
  ];
}

function fairClaims(fair: readonly FairBets[]): Claim[] {
  const most = Math.max(...fair.map(({ yes, runs }) => yes / runs));
  return [
    atMost(
      'a fair bet, of any price and number of days, is called an edge',
      most,
      0.06,
      'nominal 2.5 %, and three standard errors of the worst of all rows',
    ),
  ];
}

function studyClaims(points: readonly StudyPoint[], quick: boolean): Claim[] {
  const point = (strategy: StudyPoint['strategy'], effect: number) =>
    points.find((each) => each.strategy === strategy && each.effect === effect);
  const [none, stated] = [point('whale', 0), point('whale', STATED_SHARE)];
  const [oracle, random] = [point('oracle', ORACLE_KNOWN), point('random', 0)];
  const all: (Claim | null)[] = [
    none === undefined
      ? null
      : atMost(
          '`whale` reports an edge where none is planted',
          none.yes / none.runs,
          quick ? 0.2 : 0.08,
          'stated before it was measured: 16 of 200',
        ),
    stated === undefined
      ? null
      : atLeast(
          `\`whale\` reports the stated edge (${percent(STATED_SHARE, 0)} of sweeps informed)`,
          stated.yes / stated.runs,
          quick ? 0.6 : 0.8,
          'stated before it was measured',
        ),
    oracle === undefined
      ? null
      : atLeast(
          `\`oracle\` survives every lane (told ${percent(ORACLE_KNOWN, 0)} of its outcomes)`,
          oracle.yes / oracle.runs,
          quick ? 0.6 : 0.9,
          'measured, with margin',
        ),
    random === undefined
      ? null
      : atLeast(
          'the interval of `random` holds what its fills were truly worth',
          random.holdsFair,
          quick ? 0.75 : 0.9,
          'nominal 95 %',
        ),
    none === undefined || stated === undefined
      ? null
      : atLeast(
          'the interval of `whale` holds what it earns over all seeds',
          Math.min(none.holdsNet, stated.holdsNet),
          quick ? 0.75 : 0.9,
          'nominal 95 %',
        ),
  ];
  return all.filter((claim) => claim !== null);
}
