import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { packageRoot } from '../src/cli/package-root.ts';
import { runBacktest } from '../src/cli/run-backtest.ts';
import { openRun } from '../src/study/store/run-store.ts';

/** Strategies whose orders, fills and settlements on the demo tape are held fast. */
export const GOLDEN_STRATEGIES = ['noop', 'maker', 'whale', 'random', 'oracle'] as const;

/** How a person takes the present digests as the new ones. */
export const ACCEPT = 'npm run golden -- --accept';

/** The digest of each arm and lane, by "strategy, arm, lane". */
export type GoldenDigests = Readonly<Record<string, string>>;

/** Runs one strategy on the demo tape, as `tapedeck backtest --strategy NAME` does with nothing else said. */
export async function goldenDigests(strategy: string, dataFolder: string): Promise<GoldenDigests> {
  await runBacktest(
    {
      strategy,
      param: [],
      lanes: 'pessimistic,base,optimistic',
      controls: true,
      seed: 'tapedeck',
      cash: '10000',
      latency: 'assumed',
      membership: 'direct',
      tier: 'basic',
      data: dataFolder,
      json: true,
      quiet: true,
      color: false,
    },
    {
      dataFolder,
      json: true,
      colour: false,
      progress: false,
      signal: new AbortController().signal,
      print: () => {},
      note: () => {},
    },
  );
  const { arms } = openRun(dataFolder, 'latest').result;
  return Object.fromEntries(
    arms.flatMap((arm) => arm.lanes.map((lane) => [`${strategy}, ${arm.name}, ${lane.lane}`, lane.digest])),
  );
}

function goldenFile(): string {
  return join(packageRoot(), 'test', 'golden.json');
}

/** The digests that were last accepted; none where the file is missing. */
export function acceptedDigests(): GoldenDigests {
  return existsSync(goldenFile()) ? JSON.parse(readFileSync(goldenFile(), 'utf8')) : {};
}

/** Takes digests as the accepted ones. */
export function acceptDigests(digests: GoldenDigests): void {
  writeFileSync(goldenFile(), `${JSON.stringify(digests, null, 2)}\n`);
}

/** What differs, a sentence for each: which strategy, arm and lane, and what to do about it. Empty where nothing does. */
export function differences(accepted: GoldenDigests, now: GoldenDigests): string[] {
  const found: string[] = [];
  for (const key of new Set([...Object.keys(accepted), ...Object.keys(now)])) {
    const [before, after] = [accepted[key], now[key]];
    if (before === after) continue;
    const [strategy, arm, lane] = key.split(', ');
    const change =
      before === undefined
        ? 'is new'
        : after === undefined
          ? 'is gone'
          : `changed from ${before.slice(0, 12)} to ${after.slice(0, 12)}`;
    found.push(
      `strategy ${strategy}, arm ${arm}, lane ${lane}: the digest of its orders and fills on the demo tape ${change}. ` +
        `If that is meant, accept it: ${ACCEPT}`,
    );
  }
  return found;
}
