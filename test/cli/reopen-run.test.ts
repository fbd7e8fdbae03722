import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { reopenRun } from '../../src/cli/reopen-run.ts';
import { runBacktest } from '../../src/cli/run-backtest.ts';
import type { Session } from '../../src/cli/session.ts';
import { backtest } from '../../src/study/run/backtest.ts';
import type { RunResult } from '../../src/study/store/run-result.ts';
import { openRun } from '../../src/study/store/run-store.ts';
import { ECHO, temporaryFolder, write } from './compiled.ts';

const folder = temporaryFolder();
const dataFolder = join(folder, 'data');
const strategy = write(folder, 'echo.ts', ECHO);
const signal = new AbortController().signal;
const session: Session = { dataFolder, json: true, colour: false, progress: false, signal, print() {}, note() {} };

describe('a finished run', () => {
  let run: RunResult;
  beforeAll(async () => {
    const latency = write(
      folder,
      'latency.json',
      '{"request_ms": [1, 9], "response_ms": [2], "feed_ms": 3, "draw": true}',
    );
    const limits = write(folder, 'limits.json', '{"order_cost_dollars": 7}');
    const flags = {
      data: dataFolder,
      json: true,
      quiet: true,
      color: false,
      strategy,
      param: ['size=3'],
      controls: true,
    };
    const more = {
      lanes: 'optimistic,base',
      seed: 'other',
      cash: '500',
      latency,
      limits,
      membership: 'non-direct',
      tier: 'advanced',
    } as const;
    await runBacktest({ ...flags, ...more }, session);
    run = openRun(dataFolder, 'latest').result;
  });

  it('can be made again from its own run.json alone, digest for digest', async () => {
    const { tape, strategy, settings } = await reopenRun(run, dataFolder);
    const { module, hash } = strategy;
    const names = { strategy: strategy.found, tape: run.invocation.tape };
    const again = await backtest({ ...settings, tape, module, strategyHash: hash, names, dataFolder });
    expect(run.arms[0]!.lanes[0]!.orders).toBeGreaterThan(0);
    expect(again.result.digest).toBe(run.digest);
    expect(again.result.hashes).toEqual(run.hashes);
    expect(again.result.invocation).toEqual(run.invocation);
  });

  it('is not made again as another: the tape, the strategy and the program must be those of then', async () => {
    const hashes = (change: Partial<RunResult['hashes']>) => ({ ...run, hashes: { ...run.hashes, ...change } });
    await expect(reopenRun(hashes({ tape: 'f00' }), dataFolder)).rejects.toThrow(/tape demo-synthetic has changed/);
    await expect(reopenRun(hashes({ code: 'f00' }), dataFolder)).rejects.toThrow(/the program has changed/);
    write(folder, 'echo.ts', ECHO.replace('< large', '<= large'));
    await expect(reopenRun(run, dataFolder)).rejects.toMatchObject({ code: 'run-changed' });
    rmSync(strategy);
    await expect(reopenRun(run, dataFolder)).rejects.toMatchObject({ code: 'strategy-not-found' });
  });
});
