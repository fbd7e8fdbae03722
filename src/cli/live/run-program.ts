import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

/** The program as it was started: compiled, or from source. */
const MAIN = fileURLToPath(new URL(import.meta.url.endsWith('.ts') ? '../main.ts' : '../main.js', import.meta.url));

/** Runs a command of the program in a process of its own; what it prints, whatever its status. */
export async function runProgram(...args: readonly string[]): Promise<string> {
  const run = promisify(execFile)(process.execPath, [MAIN, ...args], { maxBuffer: 1 << 28 });
  const { stdout } = await run.catch((error: { readonly stdout: string }) => error);
  return stdout;
}
