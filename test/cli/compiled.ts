import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { atEnd } from '../at-end.ts';

const ROOT = resolve(import.meta.dirname, '../..');
const CACHE = join(ROOT, 'node_modules', '.cache', 'tapedeck-cli-tests');

/** Compiles the program once for its present source, however many test files ask; returns the compiled command. */
export function compiledProgram(): string {
  program ??= compiled();
  return program;
}

let program: string | undefined;

function compiled(): string {
  const folder = join(CACHE, sourceHash());
  const program = join(folder, 'src', 'cli', 'main.js');
  if (existsSync(program)) return program;
  mkdirSync(CACHE, { recursive: true });
  for (const name of readdirSync(CACHE)) {
    const old = join(CACHE, name);
    if (Date.now() - (statSync(old, { throwIfNoEntry: false })?.mtimeMs ?? 0) > 3_600_000) removeBesideOthers(old);
  }
  const partial = mkdtempSync(join(CACHE, 'building-'));
  const tsc = join(ROOT, 'node_modules', 'typescript', 'bin', 'tsc');
  const built = spawnSync(process.execPath, [tsc, '-p', 'tsconfig.build.json', '--outDir', partial], { cwd: ROOT });
  if (!existsSync(join(partial, 'src', 'cli', 'main.js')))
    throw new Error(`the program does not compile: ${built.stdout}`);
  try {
    renameSync(partial, folder);
  } catch {
    rmSync(partial, { recursive: true, force: true });
  }
  return program;
}

/** Another worker may be about the same. */
function removeBesideOthers(folder: string): void {
  try {
    rmSync(folder, { recursive: true, force: true });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  }
}

function sourceHash(): string {
  const hash = createHash('sha256');
  for (const room of ['src', 'strategies']) {
    for (const entry of readdirSync(join(ROOT, room), { recursive: true, encoding: 'utf8' }).sort()) {
      if (entry.endsWith('.ts')) hash.update(entry).update(readFileSync(join(ROOT, room, entry)));
    }
  }
  return hash.digest('hex').slice(0, 16);
}

export interface Ended {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

interface RunOptions {
  /** Runs once the process has started. */
  readonly during?: (child: ChildProcess) => void;
  readonly environment?: Readonly<Record<string, string>>;
  /** Where it runs; left out: here. */
  readonly cwd?: string;
}

/** Runs the compiled command as a person would, without a terminal. */
export function tapedeck(args: readonly string[], options: RunOptions = {}): Promise<Ended> {
  return started(
    spawn(process.execPath, [compiledProgram(), ...args], { env: cleanEnvironment(options), cwd: options.cwd }),
    options,
  );
}

/** Runs a shell line in which `$TAPEDECK` stands for the compiled command. */
export function shell(line: string, options: RunOptions = {}): Promise<Ended> {
  const command = `"${process.execPath}" "${compiledProgram()}"`;
  return started(
    spawn('bash', ['-c', line.replaceAll('$TAPEDECK', command)], { env: cleanEnvironment(options) }),
    options,
  );
}

function cleanEnvironment({ environment }: RunOptions): NodeJS.ProcessEnv {
  const { TAPEDECK_DATA: _, NODE_OPTIONS: __, ...rest } = process.env;
  return { ...rest, ...environment };
}

function started(child: ChildProcess, { during }: RunOptions): Promise<Ended> {
  // Where a test gives up on it, it does not run on beside the next.
  atEnd(() => child.kill('SIGKILL'));
  return new Promise((finish, fail) => {
    let stdout = '';
    let stderr = '';
    child.stdout?.on('data', (piece) => (stdout += piece));
    child.stderr?.on('data', (piece) => (stderr += piece));
    child.on('error', fail);
    child.on('close', (status) => finish({ status, stdout, stderr }));
    during?.(child);
  });
}

/** Resolves once `holds`, looked at every few milliseconds; throws where it does not within two minutes. */
export async function until(holds: () => boolean): Promise<void> {
  const end = performance.now() + 120_000;
  while (!holds()) {
    if (performance.now() > end) throw new Error(`waited 120 s in vain for ${holds}`);
    await new Promise((next) => setTimeout(next, 5));
  }
}

/** A folder of this test file's own, removed after it. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'tapedeck-cli-'));
  atEnd(() => rmSync(folder, { recursive: true, force: true, maxRetries: 10 }));
  return folder;
}

/** Writes a file below a folder; returns its path. */
export function write(folder: string, name: string, text: string): string {
  const path = join(folder, name);
  mkdirSync(join(path, '..'), { recursive: true });
  writeFileSync(path, text);
  return path;
}

/** What lies in a folder, hidden entries too; nothing where it does not exist. */
export function entriesOf(...path: string[]): string[] {
  const folder = join(...path);
  return existsSync(folder) ? readdirSync(folder).sort() : [];
}

/** A whole strategy of a user: buys beside every large print. */
export const ECHO = `import { type Quantity } from 'tapedeck/core/quantity';
import { flag, type ParamsOf, quantity } from 'tapedeck/engine/params';
import { type Context, defineStrategy, type Strategy, type Trade } from 'tapedeck/engine/strategy';

const params = {
  size: quantity({ standard: 2, min: 1, max: 50, help: 'bought after each large print' }),
  least: quantity({ standard: 500, min: 1, help: 'a print of so many is large' }),
  fade: flag({ standard: false, help: 'sell instead' }),
};

class Echo implements Strategy {
  readonly #values: ParamsOf<typeof params>;

  constructor(values: ParamsOf<typeof params>) {
    this.#values = values;
  }

  onTrade(trade: Trade, context: Context): void {
    const large: Quantity = this.#values.least;
    if (trade.takerSide === null || trade.quantity < large) return;
    const side = this.#values.fade ? ((1 - trade.takerSide) as 0 | 1) : trade.takerSide;
    context.explain('echo', trade.market, { print: trade.quantity });
    const { market, price } = trade;
    context.submit({ market, side, price, quantity: this.#values.size, timeInForce: 'immediate-or-cancel' });
  }
}

export default defineStrategy({
  name: 'echo',
  summary: 'buys beside every large print',
  params,
  create: (values) => new Echo(values),
});
`;
