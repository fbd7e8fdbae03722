import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

const FENCE =
  /(<!-- output of: npm run -s backtest -- --strategy whale[^\n]*-->\n```text\n)([\s\S]*?)(```\n<!-- end of output -->)/;

/** The demo report with what differs from run to run replaced: the time in the run's id. */
export function steady(report: string): string {
  return report.replaceAll(/whale-\d{8}-\d{6}-/g, 'whale-20300120-120000-').trimEnd();
}

/** What the README shows of the report. Throws an Error when the block is not there. */
export function shownIn(readme: string): string {
  const match = FENCE.exec(readme);
  if (match === null) throw new Error('README.md has no block for the output of the demo run');
  return match[2]!.trimEnd();
}

/** Runs the demo with the compiled program into a folder of its own and puts its report into README.md. */
function rewrite(): void {
  const folder = mkdtempSync(join(tmpdir(), 'tapedeck-readme-'));
  try {
    const args = [resolve('dist/src/cli/main.js'), 'backtest', '--strategy', 'whale', '--data', folder, '--quiet'];
    const { stdout, stderr, status } = spawnSync(process.execPath, args, { encoding: 'utf8' });
    if (status !== 0) throw new Error(`the demo run ended with ${status}: ${stderr}`);
    const readme = readFileSync('README.md', 'utf8');
    shownIn(readme);
    writeFileSync(
      'README.md',
      readme.replace(FENCE, (_, open: string, __, close: string) => `${open}${steady(stdout)}\n${close}`),
    );
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

if (process.argv[1]?.endsWith('readme.js')) rewrite();
