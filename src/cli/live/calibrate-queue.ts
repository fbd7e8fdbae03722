import { Fault } from '../../core/fault.ts';
import { Random } from '../../core/random.ts';
import { type QueueSample, queueSamples } from '../../live/queue-samples.ts';
import { findSession } from '../../live/session-folder.ts';
import { readLog } from '../../live/session-log.ts';
import { studentizedInterval } from '../../study/statistics/bootstrap.ts';
import type { Session } from '../session.ts';

/** How much of what others cancel stands before us, against the lanes of the simulator. Contracts in 0.01. */
export interface QueueCalibration {
  readonly sessions: readonly string[];
  readonly orders: number;
  readonly samples: number;
  readonly cancelledE2: number;
  /** Cancelled before us: by the exchange's word, and by each lane's rule. */
  readonly beforeE2: number;
  readonly pessimisticE2: number;
  readonly baseE2: number;
  readonly optimisticE2: number;
  /** What stood before us over what would have in proportion, with its 95 % interval over orders. */
  readonly ofProportion: { readonly estimate: number; readonly lower: number; readonly upper: number };
  /** The same fitted on every other order and held against the rest: its error there, as a share of what they saw cancelled. */
  readonly heldOutError: number;
  /** In how many divisions into halves the 95 % interval of one half covered the other's value: about 0.83 are due, because both err alike. */
  readonly coverage: number;
}

const FEWEST_ORDERS = 20;
const DIVISIONS = 100;

/** Runs `tapedeck calibrate queue`. Throws a Fault (`usage`) where the sessions saw too little. */
export function calibrateQueue(ids: readonly string[], session: Session): void {
  const folders = ids.map((id) => findSession(session.dataFolder, id));
  const samples = folders.flatMap((folder, at) =>
    queueSamples(readLog(folder.logPath).lines).map((sample) => ({ ...sample, order: sample.order + at * 1e9 })),
  );
  const byOrder = new Map<number, QueueSample[]>();
  for (const sample of samples) byOrder.set(sample.order, [...(byOrder.get(sample.order) ?? []), sample]);
  const orders = [...byOrder.values()].map((of) => summed(of)).filter(({ inProportion }) => inProportion > 0);
  if (orders.length < FEWEST_ORDERS) {
    throw new Fault(
      'usage',
      `${orders.length} orders were looked at while others cancelled at their price; ${FEWEST_ORDERS} are needed`,
      {
        next: 'Name more sessions, or longer ones of a strategy that rests, as "maker" does.',
      },
    );
  }
  const found = calibrated(
    folders.map(({ facts }) => facts.id),
    samples.length,
    orders,
  );
  session.print(session.json ? JSON.stringify(found, null, 2) : calibrationText(found));
}

type Sums = Omit<QueueSample, 'order'>;

function summed(samples: readonly Sums[]): Sums {
  const sum = (of: (sample: Sums) => number) => samples.reduce((total, sample) => total + of(sample), 0);
  return {
    cancelled: sum(({ cancelled }) => cancelled),
    before: sum(({ before }) => before),
    inProportion: sum(({ inProportion }) => inProportion),
    most: sum(({ most }) => most),
  };
}

function calibrated(sessions: readonly string[], samples: number, orders: readonly Sums[]): QueueCalibration {
  const random = new Random('calibrate queue');
  const all = summed(orders);
  const [fit, held] = [0, 1].map((half) => orders.filter((_, at) => at % 2 === half)) as [Sums[], Sums[]];
  const rest = summed(held);
  let covered = 0;
  for (let division = 0; division < DIVISIONS; division++) {
    const left: Sums[] = [];
    const right: Sums[] = [];
    for (const order of orders) (random.below(2) === 0 ? left : right).push(order);
    const { lower, upper } = ratioOf(left, random);
    const other = summed(right);
    const value = other.before / other.inProportion;
    if (value >= lower && value <= upper) covered++;
  }
  const { estimate, lower, upper } = ratioOf(orders, random);
  return {
    sessions,
    orders: orders.length,
    samples,
    cancelledE2: all.cancelled,
    beforeE2: all.before,
    pessimisticE2: 0,
    baseE2: Math.round(all.inProportion),
    optimisticE2: all.most,
    ofProportion: { estimate, lower, upper },
    heldOutError: Math.abs(ratio(summed(fit)) * rest.inProportion - rest.before) / rest.cancelled,
    coverage: covered / DIVISIONS,
  };
}

const ratio = ({ before, inProportion }: Sums): number => before / inProportion;

/** The interval of Σ before / Σ in proportion, whole orders drawn anew. */
function ratioOf(orders: readonly Sums[], random: Random): { estimate: number; lower: number; upper: number } {
  // The interval is told in cents a contract: a hundredth of 1e-6 dollars over 0.01 contract.
  const net = Float64Array.from(orders, ({ before }) => before * 100);
  const volume = Float64Array.from(orders, ({ inProportion }) => inProportion);
  return studentizedInterval([{ net, volume }], random);
}

function calibrationText(found: QueueCalibration): string {
  const { ofProportion: of, cancelledE2, beforeE2, baseE2, optimisticE2, heldOutError, coverage } = found;
  const share = (e2: number) => `${Math.round((1_000 * e2) / cancelledE2) / 10} %`;
  const fixed = (value: number) => value.toFixed(2);
  return [
    `sessions   ${found.sessions.join(', ')}: ${found.orders} orders, ${found.samples} looks between which others cancelled at their price`,
    `cancelled  ${(cancelledE2 / 100).toLocaleString('en-US')} contracts; before us ${share(beforeE2)} by the exchange's word`,
    `lanes      pessimistic 0 %, base (in proportion) ${share(baseE2)}, optimistic ${share(optimisticE2)}`,
    `fit        ${fixed(of.estimate)} of what proportion says (95 % interval ${fixed(of.lower)} to ${fixed(of.upper)}, whole orders drawn)`,
    `held out   fitted on every other order, wrong by ${Math.round(1_000 * heldOutError) / 10} % of what the rest saw cancelled; intervals of one half of the orders covered the other's value ${Math.round(coverage * 100)} times of 100 (about 83 are due: the other half errs too)`,
  ].join('\n');
}
