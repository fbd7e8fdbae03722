import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { median, timed } from './calibration.ts';

const REPETITIONS = 9;

/** How long the program takes to answer, beside a Node that does nothing; medians of runs that alternate. */
export interface StartBench {
  readonly bareNodeSeconds: number;
  readonly helpSeconds: number;
  /** The demo backtest with its tape still to be generated. */
  readonly firstReportSeconds: number;
  /** The same again, with the tape there. */
  readonly nextReportSeconds: number;
}

/** Runs the compiled program `main` in processes of its own. */
export function benchStart(main: string): StartBench {
  const bare: number[] = [];
  const help: number[] = [];
  const node = (args: readonly string[]): number =>
    timed(() => {
      const { status, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8' });
      if (status !== 0) throw new Error(`${args.join(' ')} ended with ${status}: ${stderr}`);
    }).seconds;
  for (let repetition = 0; repetition < REPETITIONS; repetition++) {
    bare.push(node(['-e', '0']));
    help.push(node([main, '--help']));
  }
  const folder = mkdtempSync(join(tmpdir(), 'tapedeck-bench-'));
  try {
    const report = [main, 'backtest', '--strategy', 'whale', '--data', folder, '--quiet'];
    const first = node(report);
    const next = Array.from({ length: 3 }, () => node(report));
    return {
      bareNodeSeconds: median(bare),
      helpSeconds: median(help),
      firstReportSeconds: first,
      nextReportSeconds: median(next),
    };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
