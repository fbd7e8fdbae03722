import { createHash } from 'node:crypto';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { type BuildFailure, build, type Message, type Plugin } from 'esbuild';
import { Fault } from '../core/fault.ts';
import { hearSignals, interruptible, wasInterrupted } from '../study/run/interruptible.ts';
import { describe, interruptedFault } from '../study/run/strategy-fault.ts';
import { writeFault } from '../tape/write-fault.ts';
import { markForeignCode } from './stray-code.ts';

/** A user's strategy as one module of JavaScript; what it takes from tapedeck stays outside and is our own running code. */
export interface Bundle {
  readonly text: string;
  /** Its source map as JSON: a failure is then told by the user's own file and line. */
  readonly map: string;
  /** SHA-256 of the module, wherever tapedeck is installed. */
  readonly hash: string;
}

/** The rooms that a strategy may import: those that `package.json` exports. */
const PUBLIC_ROOMS = ['core', 'book', 'engine', 'weather'];

/**
 * Bundles a strategy file with everything it imports. `programRoot` holds our rooms, as files with `ending`. Throws a Fault
 * (`strategy-not-found`) with file and line where the source cannot be read.
 */
export async function bundleStrategy(file: string, programRoot: string, ending: string): Promise<Bundle> {
  try {
    const result = await build({
      entryPoints: [file],
      // Paths in the module's comments are written relative to this: the hash must not depend on where the file lies.
      absWorkingDir: dirname(file),
      outfile: join(dirname(file), 'strategy.mjs'),
      bundle: true,
      write: false,
      format: 'esm',
      platform: 'node',
      target: 'node20',
      sourcemap: 'external',
      sourcesContent: false,
      sourceRoot: `${pathToFileURL(dirname(file)).href}/`,
      tsconfigRaw: { compilerOptions: { target: 'ES2022', useDefineForClassFields: true } },
      logLevel: 'silent',
      plugins: [ownRooms(programRoot, ending)],
    });
    const text = result.outputFiles.find((output) => output.path.endsWith('.mjs'))?.text ?? '';
    const map = result.outputFiles.find((output) => output.path.endsWith('.map'))?.text ?? '';
    const portable = text.replaceAll(pathToFileURL(programRoot).href, 'tapedeck');
    return { text, map, hash: createHash('sha256').update(portable).digest('hex') };
  } catch (error) {
    throw bundleFault(error, file);
  }
}

/** Points `tapedeck/engine/strategy` and its like at our own files, so that both sides share one program. */
function ownRooms(programRoot: string, ending: string): Plugin {
  return {
    name: 'tapedeck-rooms',
    setup(bundler) {
      bundler.onResolve({ filter: /^tapedeck(\/|$)/ }, ({ path }) => {
        const inside = path.slice('tapedeck/'.length).replace(/\.[jt]s$/, '');
        const target = join(programRoot, `${inside}${ending}`);
        const open = PUBLIC_ROOMS.some((room) => inside.startsWith(`${room}/`)) && !inside.includes('..');
        if (open && existsSync(target)) return { path: pathToFileURL(target).href, external: true };
        const text = open
          ? `"${path}" does not exist in this version of tapedeck`
          : `"${path}" is not for strategies: they may import ${PUBLIC_ROOMS.map((room) => `tapedeck/${room}/…`).join(', ')}`;
        return { errors: [{ text }] };
      });
    },
  };
}

/** Runs a bundle. Throws a Fault (`strategy-failed`) where the file throws while it loads. */
export async function importBundle(bundle: Bundle, file: string): Promise<unknown> {
  process.setSourceMapsEnabled(true);
  markForeignCode();
  const map = Buffer.from(bundle.map).toString('base64');
  const text = `${bundle.text}\n//# sourceMappingURL=data:application/json;base64,${map}\n`;
  const folder = writeAside(text);
  try {
    return await load(join(folder, 'strategy.mjs'));
  } catch (error) {
    if (wasInterrupted(error)) throw interruptedFault(`${file} was still busy while it loaded`);
    throw new Fault('strategy-failed', `${file} fails while it loads: ${describe(error)}`, {
      next: 'Correct the file; nothing was run.',
      cause: error,
    });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Loads a module at once, so that Ctrl-C can end code that never does; only one that awaits at its top level is waited for. */
async function load(path: string): Promise<unknown> {
  // Where the program runs from its TypeScript, only the loader that runs it can load our rooms.
  if (import.meta.url.endsWith('.ts')) return await import(pathToFileURL(path).href);
  await hearSignals(() => {});
  try {
    return interruptible(() => createRequire(import.meta.url)(path));
  } catch (error) {
    if ((error as NodeJS.ErrnoException | null)?.code !== 'ERR_REQUIRE_ASYNC_MODULE') throw error;
    return await import(pathToFileURL(path).href);
  }
}

function writeAside(text: string): string {
  const parent = tmpdir();
  let folder = '';
  try {
    folder = mkdtempSync(join(parent, 'tapedeck-strategy-'));
    writeFileSync(join(folder, 'strategy.mjs'), text);
    return folder;
  } catch (error) {
    if (folder !== '') rmSync(folder, { recursive: true, force: true });
    throw writeFault(error, parent);
  }
}

function bundleFault(error: unknown, file: string): unknown {
  const messages = (error as Partial<BuildFailure>).errors;
  if (!Array.isArray(messages) || messages.length === 0) return error;
  const [first, ...rest] = messages as Message[];
  const more = rest.length > 0 ? ` (and ${rest.length} more)` : '';
  return new Fault('strategy-not-found', `${placeOf(first!, file)}: ${first!.text}${more}`, {
    next: 'Correct the line and run the command again.',
  });
}

function placeOf({ location }: Message, file: string): string {
  if (location === null) return file;
  return `${join(dirname(file), location.file)}:${location.line}:${location.column + 1}`;
}
