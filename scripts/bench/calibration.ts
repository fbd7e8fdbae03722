import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** A C program of this folder, compiled with -O3, or the reason why it could not be. */
export type Compiled = { readonly binary: string } | { readonly absent: string };

/** Compiles `scripts/bench/c/<name>.c` into `folder` with the system's `cc`. */
export function compileC(name: string, folder: string): Compiled {
  const source = sourceOf(`c/${name}.c`);
  if (source === undefined) return { absent: `scripts/bench/c/${name}.c was not found` };
  const binary = join(folder, name);
  try {
    execFileSync('cc', ['-O3', '-std=c11', '-o', binary, source], { stdio: 'pipe' });
  } catch (cause) {
    const missing = cause instanceof Error && 'code' in cause && cause.code === 'ENOENT';
    return { absent: missing ? 'no C compiler (cc) on this machine' : `cc could not compile ${name}.c: ${cause}` };
  }
  return { binary };
}

/** The bench runs from its source or from `dist/`; the C files lie only beside the source. */
function sourceOf(path: string): string | undefined {
  let folder = dirname(fileURLToPath(import.meta.url));
  for (;;) {
    const candidate = join(folder, 'scripts/bench', path);
    if (existsSync(candidate)) return candidate;
    const parent = dirname(folder);
    if (parent === folder) return undefined;
    folder = parent;
  }
}

/** The middle value, or the mean of the two middle ones. Throws a RangeError when there is none. */
export function median(values: readonly number[]): number {
  if (values.length === 0) throw new RangeError('the median of nothing');
  const sorted = [...values].sort((a, b) => a - b);
  const half = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[half]! : (sorted[half - 1]! + sorted[half]!) / 2;
}

/** Seconds that `body` takes, and what it returned. */
export function timed<Result>(body: () => Result): { readonly seconds: number; readonly result: Result } {
  const start = process.hrtime.bigint();
  const result = body();
  return { seconds: Number(process.hrtime.bigint() - start) / 1e9, result };
}
