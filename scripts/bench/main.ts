import { readFileSync, writeFileSync } from 'node:fs';
import { cpus, totalmem } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { benchBook } from './book.ts';
import { median } from './calibration.ts';
import { benchImport } from './import.ts';
import { benchInference } from './inference.ts';
import { benchLive } from './live.ts';
import { benchMemory } from './memory.ts';
import {
  benchBlocks,
  fullFidelity,
  noop,
  ONE_LANE,
  type ReplayRun,
  replayBlocks,
  THREE_LANES,
  watching,
} from './replay.ts';
import { benchStart } from './start.ts';
import { benchSweep } from './sweep.ts';
import { benchTape } from './tape.ts';
import { benchWire, type Latency } from './wire.ts';

/** One line of the table: what was measured, beside what is promised and aimed at. */
interface Line {
  readonly path: string;
  readonly measured: string;
  readonly promise: string;
  readonly aim: string;
  readonly hash: string;
  /** Whether a promise that is a ratio within this run was kept; left out where it is none. */
  readonly kept?: boolean;
}

const million = (rate: number): string => `${(rate / 1e6).toFixed(1)} M/s`;
const REPETITIONS = 7;

function replays(yardstick: { name: string; rate: number }): Line[] {
  const blocks = benchBlocks();
  const cases = { noop, watching, fullFidelity } as const;
  const runs = new Map<string, ReplayRun[]>();
  const measure = (name: keyof typeof cases, lanes: typeof ONE_LANE): void => {
    const key = `${name}/${lanes.length}`;
    runs.set(key, [...(runs.get(key) ?? []), replayBlocks(blocks, cases[name], lanes)]);
  };
  // Taken in turns, so that whatever else the machine does falls on all of them.
  for (let repetition = 0; repetition <= REPETITIONS; repetition++) {
    if (repetition === 1) runs.clear();
    measure('noop', ONE_LANE);
    measure('watching', ONE_LANE);
    measure('fullFidelity', ONE_LANE);
    measure('fullFidelity', THREE_LANES);
  }
  const rate = (key: string): number => median(runs.get(key)!.map((run) => run.rows / run.seconds));
  const hash = (key: string): string => {
    const digests = new Set(runs.get(key)!.map((run) => run.digest));
    if (digests.size !== 1) throw new Error(`${key} gave different digests: ${[...digests].join(', ')}`);
    return [...digests][0]!;
  };
  const against = (key: string): string =>
    `${million(rate(key))}, ${(rate(key) / yardstick.rate).toFixed(2)} of ${yardstick.name}`;
  const three = rate('fullFidelity/1') / rate('fullFidelity/3');
  return [
    {
      path: 'replay, nobody listens, 500 markets',
      measured: against('noop/1'),
      promise: '25 M/s',
      aim: '45 M/s',
      hash: hash('noop/1'),
    },
    {
      path: 'replay, told of every row',
      measured: against('watching/1'),
      promise: '–',
      aim: '–',
      hash: hash('watching/1'),
    },
    {
      path: 'full fidelity, one lane, 10 resting orders',
      measured: against('fullFidelity/1'),
      promise: '10 M/s',
      aim: '25 M/s',
      hash: hash('fullFidelity/1'),
    },
    {
      path: 'three lanes in one pass',
      measured: `${three.toFixed(2)} × one lane`,
      promise: '≤ 2.2 ×',
      aim: '≤ 1.6 ×',
      hash: hash('fullFidelity/3'),
      kept: three <= 2.2,
    },
  ];
}

function books(): Line[] {
  const { eventsPerSecond, ratioToC, absent, hash } = benchBook();
  const ratio = ratioToC === undefined ? `no ratio to C: ${absent}` : `${ratioToC.toFixed(2)} of C -O3`;
  const measured = `${million(eventsPerSecond)}, ${ratio}`;
  // Replays are measured against the same book updates alone: in C where there is a compiler, else by our own book.
  const yardstick =
    ratioToC === undefined
      ? { name: 'our book alone', rate: eventsPerSecond }
      : { name: 'book updates in C', rate: eventsPerSecond / ratioToC };
  return [
    {
      path: 'book updates alone',
      measured,
      promise: '0.40 of C',
      aim: '0.65 of C',
      hash,
      kept: ratioToC === undefined || ratioToC >= 0.4,
    },
    ...replays(yardstick),
  ];
}

async function tape(): Promise<Line[]> {
  const bench = await benchTape();
  const line = (path: string, measured: string, promise: string, aim: string): Line => ({
    path,
    measured,
    promise,
    aim,
    hash: '',
  });
  return [
    line('Parquet → ready tape', million(bench.parquetPerSecond), '12 M/s', '22 M/s'),
    line('cached columns → ready tape', million(bench.cachePerSecond), '100 M/s', '170 M/s'),
    line('archive on disk', `${bench.archiveBytesPerRow.toFixed(1)} B a row`, '8 B', '5 B'),
    line('tape in memory', `${bench.memoryBytesPerRow} B a row`, '14 B', '12 B'),
  ];
}

function start(): Line[] {
  const main = join(dirname(fileURLToPath(import.meta.url)), '../../src/cli/main.js');
  const bench = benchStart(main);
  const line = (path: string, seconds: number, promise: string, aim: string): Line => {
    const ratio = (seconds / bench.bareNodeSeconds).toFixed(1);
    return { path, measured: `${seconds.toFixed(2)} s (${ratio} × bare Node)`, promise, aim, hash: '' };
  };
  return [
    line('--help', bench.helpSeconds, '0.25 s', '0.15 s'),
    line('first report, demo tape still to be made', bench.firstReportSeconds, '15 s', '5 s'),
    line('next report', bench.nextReportSeconds, '–', '–'),
  ];
}

async function memory(): Promise<Line[]> {
  return (await benchMemory()).map(({ length, rows, peakMb, aboveStartMb, digest }) => ({
    path: `peak memory, streamed, ${length} (${(rows / 1e6).toFixed(1)} M rows)`,
    measured: `${peakMb.toFixed(0)} MB, ${aboveStartMb.toFixed(0)} MB above an idle process`,
    promise: '250 MB, flat',
    aim: '175 MB',
    hash: digest,
  }));
}

async function imports(): Promise<Line> {
  const { rows, seconds, digest } = await benchImport();
  return {
    path: `import of a mapped CSV (${(rows / 1e6).toFixed(1)} M prints)`,
    measured: `${seconds.toFixed(1)} s, ${million(rows / seconds)}`,
    promise: '–',
    aim: '–',
    hash: digest.slice(0, 8),
  };
}

async function sweeps(): Promise<Line[]> {
  const bench = await benchSweep();
  const { configurations, oneWorkerSeconds: one, twoWorkerSeconds: two, onePassEachSeconds: each } = bench;
  const pace = `${((one / configurations) * 1_000).toFixed(0)} ms each`;
  return [
    {
      path: `sweep of ${configurations} configurations, one worker`,
      measured: `${pace}, ${(each / one).toFixed(2)} × as fast as a pass each`,
      promise: '–',
      aim: '–',
      hash: bench.digest.slice(0, 8),
    },
    {
      path: 'the same, two workers on one shared tape',
      measured: `${(one / two).toFixed(2)} × one worker`,
      promise: '1.7 ×',
      aim: '1.95 ×',
      hash: bench.digest.slice(0, 8),
      kept: one / two >= 1.7,
    },
    {
      path: 'the first sweep, threads to be started',
      measured: `${(bench.cold.one / bench.cold.two).toFixed(2)} × one worker`,
      promise: '–',
      aim: '–',
      hash: bench.digest.slice(0, 8),
    },
  ];
}

async function wire(): Promise<Line[]> {
  const bench = await benchWire();
  const line = (path: string, measured: string, hash = '', promise = '–', aim = '–'): Line => {
    return { path, measured, promise, aim, hash };
  };
  const both = ({ p50, p99 }: Latency): string => `p50 ${micros(p50)}, p99 ${micros(p99)}`;
  return [
    line(
      'frames: decoded, checked, book updated',
      `${(bench.framesPerSecond / 1e6).toFixed(2)} M/s, JSON.parse alone takes ${(bench.shareOfParsing * 100).toFixed(0)} % of it`,
      bench.hash,
    ),
    ...bench.toBook.map(({ rate, latency }) =>
      line(
        `frame due at the sender → book updated, ${rate} a second`,
        both(latency),
        '',
        rate === 5_000 ? 'p99 1 ms' : '–',
        rate === 5_000 ? 'p50 150 µs' : '–',
      ),
    ),
    ...bench.toSocket.map(({ key, order, signature }) =>
      line(
        `order decided → bytes on the socket, ${key}`,
        `${both(order)}; ${(order.p50 / signature.p50).toFixed(2)} × the signature alone (${both(signature)})`,
        '',
        key === 'rsa' ? 'p99 1.5 ms' : '–',
        key === 'rsa' ? 'p99 1.0 ms' : '–',
      ),
    ),
  ];
}

async function inference(): Promise<Line[]> {
  return (await benchInference()).map(({ model, single, batched, hash }) => ({
    path: `a question to ${model}, new to it`,
    measured: `p50 ${micros(single.p50)}, p99 ${micros(single.p99)}; ${(single.p50 / batched.p50).toFixed(1)} × a row among 500 (p50 ${batched.p50.toFixed(1)}, p99 ${batched.p99.toFixed(1)} µs)`,
    promise: '–',
    aim: '–',
    hash,
  }));
}

async function live(): Promise<Line[]> {
  const { rate, frames, memory, ...times } = await benchLive();
  const both = ({ p50, p99 }: Latency): string => `p50 ${micros(p50)}, p99 ${micros(p99)}`;
  const line = (path: string, took: Latency, more = '', promise = '–', aim = '–'): Line => {
    return { path, measured: `${both(took)}${more}`, promise, aim, hash: '' };
  };
  const [early, late] = memory;
  const { decisionToSocket: order, signature } = times;
  const [half, tail] = [order.p50 / signature.p50, order.p99 / signature.p99].map((each) => each.toFixed(2));
  return [
    line(
      `session, ${rate} frames a second: due at the sender → decided and logged`,
      times.dueToDecision,
      `; ${frames / 1_000},000 frames, ${early.toFixed(0)} MB at a tenth of them, ${late.toFixed(0)} MB at the end`,
    ),
    line('the same session: read off the socket → decided', times.frameToDecision, '', 'p99 1 ms', 'p50 150 µs'),
    line(
      'the same session: order decided → bytes on the socket, rsa',
      order,
      `; ${times.orders} orders, ${half} and ${tail} × a lone signature, made as often (${both(signature)})`,
      'p99 1.5 ms',
      'p99 1.0 ms',
    ),
    line('the same session: a question to a model', times.question),
  ];
}

function micros(us: number): string {
  return us < 1_000 ? `${us.toFixed(0)} µs` : `${(us / 1_000).toFixed(1)} ms`;
}

function table(lines: readonly Line[]): string {
  const columns = ['path', 'measured', 'promise', 'aim', 'hash'] as const;
  const width = (column: (typeof columns)[number]): number =>
    Math.max(column.length, ...lines.map((line) => line[column].length));
  const row = (cells: Record<(typeof columns)[number], string>): string =>
    `| ${columns.map((column) => cells[column].padEnd(width(column))).join(' | ')} |`;
  const head = { path: 'path', measured: 'measured', promise: 'promise', aim: 'aim', hash: 'hash' };
  const rule = `|${columns.map((column) => '-'.repeat(width(column) + 2)).join('|')}|`;
  return [row(head), rule, ...lines.map(row)].join('\n');
}

/** Puts the table into docs/bench.md, between its marks. */
function writeDown(text: string): void {
  const page = join(dirname(fileURLToPath(import.meta.url)), '../../../docs/bench.md');
  const block = /(<!-- table of npm run bench -- --write -->\n)[\s\S]*?(\n<!-- end of table -->)/;
  const before = readFileSync(page, 'utf8');
  if (!block.test(before)) throw new Error(`${page} has no marks for the table`);
  writeFileSync(
    page,
    before.replace(block, (_, open: string, close: string) => `${open}${text}${close}`),
  );
}

const machine = `${cpus().length} × ${cpus()[0]?.model ?? 'unknown'}, ${Math.round(totalmem() / 2 ** 30)} GiB, Node ${process.versions.node}`;
console.log(`${machine}\nSynthetic rows; medians of runs taken in turns. Compare within one run only.\n`);
const rows = async (): Promise<Line[]> => [
  ...books(),
  ...(await tape()),
  ...start(),
  ...(await sweeps()),
  ...(await memory()),
  await imports(),
  ...(await wire()),
  ...(await inference()),
  ...(await live()),
];
// "npm run bench -- wire" measures the adapter only, "-- inference" the models, "-- live" a session; none of them writes anything.
const parts: Readonly<Record<string, () => Promise<Line[]>>> = { wire, inference, live };
const part = process.argv.find((word) => Object.hasOwn(parts, word));
const lines = part === undefined ? await rows() : await parts[part]!();
console.log(table(lines));
if (process.argv.includes('--write') && part === undefined) writeDown(`One run, on ${machine}:\n\n${table(lines)}`);
// Rates move with the machine; ratios within one run must hold.
for (const { path, measured, promise } of lines.filter(({ kept }) => kept === false)) {
  console.error(`not kept: ${path}: ${measured}, promised ${promise}`);
  process.exitCode = 1;
}
