import { spawn } from 'node:child_process';
import { mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { blocksOf, filesOf, keep, recordedSetsOf, withOutputs } from './blocks.ts';

/** The name of a sweep is a hash that any change of the program's code changes. */
const SWEEP_ID = /\bsweep ([a-z]+)-[0-9a-f]{12}\b/g;
const RUN_ID = /\b([a-z]+)-(\d{8})-\d{6}-([0-9a-f]{6})\b/g;

/** Where a reader is told that commands ran, instead of the temporary folder they ran in. */
const HOME = '/home/ada/kalshi';

/**
 * The page with every output made anew by the compiled program, in a folder of the page's own: its commands run there one after the
 * other, `RUN_1` in one being the first run that the page made. Throws an Error where a command fails in a way that it does not show.
 */
export async function renewedPage(page: string, program: string, recordedData: string): Promise<string> {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'tapedeck-readme-')));
  try {
    for (const [name, text] of filesOf(page)) writeFileSync(join(folder, name), text);
    if (recordedSetsOf(page).length > 0) symlinkSync(recordedData, join(folder, 'recorded'));
    const runs: string[] = [];
    const outputs: string[] = [];
    for (const { command, kept } of blocksOf(page)) {
      const asked = command.replaceAll(/\bRUN_(\d+)\b/g, (_, number) => runs[Number(number) - 1] ?? 'no-such-run');
      const output = await printed(asked, program, folder);
      for (const [id] of output.matchAll(RUN_ID)) if (!runs.includes(id)) runs.push(id);
      const shown = keep(steady(output, folder, runs), kept);
      outputs.push(command.startsWith('npx') ? `$ ${steady(asked, folder, runs)}\n${shown}` : shown);
    }
    return withOutputs(page, outputs);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** An output with what differs from run to run and place to place replaced: when runs were made, names of sweeps, the folder. */
function steady(output: string, folder: string, runs: readonly string[]): string {
  // Trials are listed by when they ended, which may be the day after.
  const days = new Set(
    runs.flatMap((id) => {
      const day = id.replace(/.*-(\d{4})(\d\d)(\d\d)-\d{6}-\w+$/, '$1-$2-$3');
      return [day, new Date(Date.parse(day) + 86_400_000).toISOString().slice(0, 10)];
    }),
  );
  let text = output
    .replaceAll(RUN_ID, '$1-20300120-120000-$3')
    .replaceAll(SWEEP_ID, 'sweep $1-0123456789ab')
    .replaceAll(folder, HOME);
  for (const day of days) text = text.replaceAll(new RegExp(`${day} \\d\\d:\\d\\d`, 'g'), '2030-01-20 12:00');
  return text;
}

/** What a command prints, or the error it ends with where it prints nothing else. */
function printed(command: string, program: string, folder: string): Promise<string> {
  const line = command
    .replace(/^npm run -s (\w+) --/, 'npx tapedeck $1')
    .replaceAll('npx tapedeck', '"$NODE" "$PROGRAM"');
  const { TAPEDECK_DATA: _, NODE_OPTIONS: __, ...environment } = process.env;
  return new Promise((finish, fail) => {
    const child = spawn('bash', ['-c', line], {
      cwd: folder,
      env: { ...environment, NODE: process.execPath, PROGRAM: program },
    });
    let [stdout, stderr] = ['', ''];
    child.stdout.on('data', (piece) => (stdout += piece));
    child.stderr.on('data', (piece) => (stderr += piece));
    child.on('error', fail);
    child.on('close', (status) => {
      if (status === 0 && stdout !== '') finish(stdout);
      else if (status !== 0 && stdout === '' && stderr.startsWith('error: ')) finish(stderr);
      else fail(new Error(`${command} ended with ${status}: ${stderr}`));
    });
  });
}
