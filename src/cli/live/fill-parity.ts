import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { SECOND } from '../../core/time.ts';
import { measuredLatency } from '../../live/measured-latency.ts';
import type { SessionFolder } from '../../live/session-folder.ts';
import { readLog } from '../../live/session-log.ts';
import { limitsFileOf } from '../limits-file.ts';
import { runProgram } from './run-program.ts';

/** One order of the session or of the simulation. */
interface OrderRow {
  readonly order_id: number;
  readonly ticker: string;
  readonly side: string;
  readonly price_e4: number;
  readonly submit_time_us: number;
  readonly status: string;
  readonly filled_e2: number;
}

/** How the fills of one lane of the simulator compare with those that the session had. */
export interface LaneFills {
  readonly lane: string;
  /** Orders that both sent: the same market, side and price, at nearly the same time. */
  readonly both: number;
  readonly onlyLive: number;
  readonly onlySimulated: number;
  /** Contracts (0.01) that filled, over the orders that both sent. */
  readonly liveE2: number;
  readonly simulatedE2: number;
  /** Of the orders that both sent, those that filled alike, and those that did not, by the likely cause. */
  readonly alike: number;
  readonly causes: Readonly<Record<string, number>>;
}

export interface FillParity {
  readonly run: string;
  readonly latency: string;
  readonly lanes: readonly LaneFills[];
  /** Whether what filled live lies within what the lanes say of the same orders; null where too few were in both. */
  readonly within: boolean | null;
}

/** The same order is sent within so much of market time: what came before it may have been answered sooner or later. */
const NEAR = 60 * SECOND;
/** How far what filled live may lie outside the lanes, and how many orders must be in both to say so. */
const TOLERANCE = 0.1;
const FEWEST = 20;

/**
 * Runs the session's strategy over the session's tape with the latency that it measured, and compares what filled, order by order. A text says why it
 * could not.
 */
export async function fillParityOf(folder: SessionFolder, dataFolder: string): Promise<FillParity | string> {
  const { facts } = folder;
  const { lines } = readLog(folder.logPath);
  const profile = measuredLatency(lines, `session ${facts.id}`);
  if (profile === null) return 'too few orders were sent to measure a latency by, and to compare fills';
  if (lines.some(([, type]) => type === 'params' || type === 'limits')) {
    return 'parameters or limits were changed while it ran, which no backtest does: fills are not compared';
  }
  const latency = join(folder.path, 'latency.json');
  writeFileSync(latency, `${JSON.stringify(profile, null, 2)}\n`);
  const limits = join(folder.path, 'limits.json');
  writeFileSync(limits, `${JSON.stringify(limitsFileOf(facts.limits), null, 2)}\n`);
  const params = join(folder.path, 'params.json');
  writeFileSync(params, `${JSON.stringify(facts.params, null, 2)}\n`);
  const cash = String(facts.startingCash / 1e6);
  const files = ['--latency', latency, '--limits', limits, '--params', params];
  const what = ['--strategy', facts.strategy.found, '--tape', facts.id, '--seed', facts.seed, '--cash', cash];
  const printed = await runProgram('backtest', ...what, ...files, '--no-controls', '--json', '--data', dataFolder);
  // As for a series whose fees only the exchange knows.
  if (printed === '') return 'the backtest over its own tape ended with an error: run it by hand to see which';
  const { id } = (JSON.parse(printed) as { readonly run: { readonly id: string } }).run;
  const sql = `SELECT lane, order_id, ticker, side, price_e4, submit_time_us, status, filled_e2 FROM orders WHERE run_id = '${id}' AND status <> 'refused' ORDER BY lane, order_id`;
  const rows = JSON.parse(await runProgram('query', sql, '--json', '--data', dataFolder)) as (OrderRow & {
    readonly lane: string;
  })[];
  const live = rowsOf(folder.path, 'orders').filter(({ status }) => status !== 'refused');
  const lanes = ['pessimistic', 'base', 'optimistic'].map((lane) =>
    compared(
      lane,
      live,
      rows.filter((row) => row.lane === lane),
    ),
  );
  return { run: id, latency, lanes, within: isWithin(lanes) };
}

/**
 * What filled live must not be less than the pessimistic lane says of the same orders, nor more than the optimistic one, by more than the tolerance: the lanes
 * are bounds, not guesses.
 */
function isWithin(lanes: readonly LaneFills[]): boolean | null {
  const [least, most] = [lanes[0]!, lanes.at(-1)!];
  if (least.both < FEWEST || most.both < FEWEST) return null;
  return least.liveE2 >= least.simulatedE2 * (1 - TOLERANCE) && most.liveE2 <= most.simulatedE2 * (1 + TOLERANCE);
}

function compared(lane: string, live: readonly OrderRow[], simulated: readonly OrderRow[]): LaneFills {
  const left = new Set(simulated);
  const causes: Record<string, number> = {};
  let [both, liveE2, simulatedE2, alike] = [0, 0, 0, 0];
  for (const order of live) {
    const same = [...left].filter((other) => isSame(order, other));
    same.sort((one, other) => distance(one, order) - distance(other, order));
    const [other] = same;
    if (other === undefined) continue;
    left.delete(other);
    both++;
    liveE2 += order.filled_e2;
    simulatedE2 += other.filled_e2;
    if (order.filled_e2 === other.filled_e2) alike++;
    else {
      const cause = causeOf(order, other);
      causes[cause] = (causes[cause] ?? 0) + 1;
    }
  }
  return { lane, both, onlyLive: live.length - both, onlySimulated: left.size, liveE2, simulatedE2, alike, causes };
}

function isSame(one: OrderRow, other: OrderRow): boolean {
  const { ticker, side, price_e4 } = one;
  return ticker === other.ticker && side === other.side && price_e4 === other.price_e4 && distance(one, other) <= NEAR;
}

function distance(one: OrderRow, other: OrderRow): number {
  return Math.abs(one.submit_time_us - other.submit_time_us);
}

function causeOf(live: OrderRow, simulated: OrderRow): string {
  if (live.status === 'rejected' || simulated.status === 'rejected') return 'race: the book had moved for one of them';
  if (live.filled_e2 > simulated.filled_e2) return 'queue: the lane gave it a later place than it had';
  return 'queue: the lane gave it an earlier place than it had, or our own order moved the others';
}

function rowsOf(folder: string, table: string): OrderRow[] {
  return readFileSync(join(folder, `${table}.jsonl`), 'utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as OrderRow);
}

/** What a person reads of it. */
export function fillParityText(parity: FillParity | string): string[] {
  if (typeof parity === 'string') return [`simulated  ${parity}`];
  const count = (e2: number) => (e2 / 100).toLocaleString('en-US');
  return [
    `simulated  with the latency it measured, over its own tape (run ${parity.run}):`,
    ...parity.lanes.flatMap(({ lane, both, onlyLive, onlySimulated, liveE2, simulatedE2, alike, causes }) => [
      `  ${lane.padEnd(11)}  ${both} orders in both, ${onlyLive} only live, ${onlySimulated} only simulated; ${count(liveE2)} contracts filled live, ${count(simulatedE2)} simulated; ${alike} orders alike`,
      ...Object.entries(causes).map(([cause, times]) => `${' '.repeat(15)}${times} × ${cause}`),
    ]),
    `  tolerance    ${toleranceText(parity.within)}`,
  ];
}

function toleranceText(within: boolean | null): string {
  const rule = `no less than pessimistic and no more than optimistic, by ${TOLERANCE * 100} % at most`;
  if (within === null) return `not judged: under ${FEWEST} orders are in both (${rule})`;
  return within ? `kept: ${rule}` : `NOT KEPT: ${rule}`;
}
