import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { findSession } from '../../live/session-folder.ts';
import type { Session } from '../session.ts';
import { type Parity, parityText } from './parity.ts';
import { tapeOfSession } from './session-tape.ts';

/** The program as it was started: compiled, or from source. */
const MAIN = fileURLToPath(new URL(import.meta.url.endsWith('.ts') ? '../main.ts' : '../main.js', import.meta.url));

/** What is made of a session once it has ended: its tape, and its parity as a process of its own finds it. */
export async function judgeSession(
  id: string,
  { dataFolder }: Session,
): Promise<{
  readonly tape: string;
  readonly parity: Parity;
  readonly difference: string | null;
  readonly text: string;
}> {
  const folder = findSession(dataFolder, id);
  const tape = await tapeOfSession(folder, dataFolder);
  const parity = await freshParity(id, dataFolder);
  const text = [
    parityText(parity),
    `tape       ${id}, ${tape.rows.toLocaleString('en-US')} rows: npx tapedeck backtest --strategy ${folder.facts.strategy.name} --tape ${id}`,
  ].join('\n');
  return { tape: tape.folder, parity, difference: parity.difference, text };
}

async function freshParity(id: string, dataFolder: string): Promise<Parity> {
  const args = [MAIN, 'parity', id, '--data', dataFolder, '--json'];
  const run = promisify(execFile)(process.execPath, args, { maxBuffer: 1 << 26 });
  // A broken parity ends with a status of its own and prints the same.
  const { stdout } = await run.catch((error: { readonly stdout: string }) => error);
  return JSON.parse(stdout) as Parity;
}
