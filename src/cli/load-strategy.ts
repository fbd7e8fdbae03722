import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, extname, join, resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { Fault } from '../core/fault.ts';
import type { StrategyModule } from '../engine/strategy.ts';
import type { ModelSet } from '../model/model-set.ts';
import { programFiles } from '../study/store/code-hash.ts';
import { modelsFolder } from './models-folder.ts';

/** A strategy ready to run, and the SHA-256 of its own code. */
export interface LoadedStrategy {
  readonly module: StrategyModule;
  /** The same evaluated anew: what a file keeps outside of its strategies is not shared. A built-in strategy keeps nothing there. */
  readonly fresh: () => Promise<StrategyModule>;
  readonly hash: string;
  /** A user's own code, with everything it imports of its own; null for a strategy of the program. */
  readonly code: string | null;
  /** The models that it asks, or null where it asks none. Their digest is in the hash. */
  readonly models: ModelSet | null;
  /** What finds it again: a built-in name, or the file's whole path. */
  readonly found: string;
}

/** Where the strategies that come with the program lie: beside `src`, in the source tree and in the compiled one. */
const BUILT_IN = fileURLToPath(new URL('../../strategies', import.meta.url));
/** The ending of the program's own files: `.js` compiled, `.ts` from source. */
const OWN_ENDING = extname(fileURLToPath(import.meta.url));
const USER_ENDINGS = ['.ts', '.mts', '.js', '.mjs'];

/** Names of the strategies that come with the program, sorted. */
export function builtInStrategies(): string[] {
  return readdirSync(BUILT_IN)
    .filter((name) => existsSync(join(BUILT_IN, name, `strategy${OWN_ENDING}`)))
    .sort();
}

/**
 * Loads a strategy by its name, or from a user's own TypeScript or JavaScript file, which may lie anywhere. Throws a Fault
 * (`strategy-not-found`, `strategy-failed`) that says where the file is wrong, and those of models where it asks them.
 */
export async function loadStrategy(nameOrFile: string): Promise<LoadedStrategy> {
  const isFile = /[/\\]/.test(nameOrFile) || USER_ENDINGS.includes(extname(nameOrFile));
  const strategy = isFile ? await loadUserFile(resolve(nameOrFile)) : await loadBuiltIn(nameOrFile);
  if (strategy.module.usesModels !== true) return { ...strategy, models: null };
  const { ModelSet } = await import('../model/model-set.ts');
  const models = await ModelSet.open(modelsFolder());
  const hash = createHash('sha256').update(strategy.hash).update(models.digest).digest('hex');
  return { ...strategy, models, hash };
}

type WithoutModels = Omit<LoadedStrategy, 'models'>;

async function loadBuiltIn(name: string): Promise<WithoutModels> {
  const known = builtInStrategies();
  if (!known.includes(name)) {
    throw new Fault('strategy-not-found', `there is no strategy "${name}"`, {
      next: `Known strategies: ${known.join(', ')}. For a file of your own give its path: --strategy ./${name}.ts`,
    });
  }
  const folder = join(BUILT_IN, name);
  const loaded: unknown = await import(pathToFileURL(join(folder, `strategy${OWN_ENDING}`)).href);
  const hash = createHash('sha256');
  for (const file of programFiles(folder)) {
    hash.update(file.slice(folder.length));
    hash.update(readFileSync(file));
  }
  const module = strategyOf(loaded, name);
  return { module, fresh: async () => module, hash: hash.digest('hex'), found: name, code: null };
}

async function loadUserFile(file: string): Promise<WithoutModels> {
  if (!existsSync(file) || !statSync(file).isFile()) {
    throw new Fault('strategy-not-found', `there is no strategy file ${file}`, {
      next: `Check the path, or name one of: ${builtInStrategies().join(', ')}.`,
    });
  }
  const { bundleStrategy, importBundle } = await import('./bundle-strategy.ts');
  const bundle = await bundleStrategy(file, dirname(dirname(fileURLToPath(import.meta.url))), OWN_ENDING);
  const fresh = async (): Promise<StrategyModule> => strategyOf(await importBundle(bundle, file), file);
  return { module: await fresh(), fresh, hash: bundle.hash, found: file, code: bundle.text };
}

const SHAPE =
  "End the file with: export default defineStrategy({ name, summary, params, create }), from 'tapedeck/engine/strategy'.";

/** The module's default export, checked to be a strategy. */
function strategyOf(loaded: unknown, where: string): StrategyModule {
  const found = (loaded as { readonly default?: unknown }).default;
  if (found === undefined) {
    throw new Fault('strategy-not-found', `${where} has no default export`, { next: SHAPE });
  }
  const wrong = problemOf(found);
  if (wrong !== null) {
    throw new Fault('strategy-not-found', `the default export of ${where} is not a strategy: ${wrong}`, {
      next: SHAPE,
    });
  }
  return found as StrategyModule;
}

function problemOf(found: unknown): string | null {
  if (typeof found !== 'object' || found === null) return `it is ${found === null ? 'null' : `a ${typeof found}`}`;
  const module = found as Readonly<Record<string, unknown>>;
  if (typeof module.name !== 'string' || !/^[A-Za-z0-9][A-Za-z0-9._-]*$/.test(module.name)) {
    return 'its "name" is not a word of letters, digits, dots and dashes';
  }
  if (typeof module.summary !== 'string') return 'it has no "summary"';
  if (typeof module.create !== 'function') return 'it has no function "create"';
  for (const name of ['label', 'survey', 'controls']) {
    const kind = typeof module[name];
    if (kind !== 'function' && kind !== 'undefined') return `its "${name}" is a ${kind}, not a function`;
  }
  for (const name of ['usesModels', 'onlySynthetic']) {
    const kind = typeof module[name];
    if (kind !== 'boolean' && kind !== 'undefined') return `its "${name}" is a ${kind}, not true or false`;
  }
  if (typeof module.params !== 'object' || module.params === null || Array.isArray(module.params))
    return 'it has no "params" (write {} for none)';
  for (const [name, definition] of Object.entries(module.params)) {
    if (!isDefinition(definition)) return `its parameter "${name}" is not made by tapedeck/engine/params`;
  }
  return null;
}

function isDefinition(definition: unknown): boolean {
  const { read, unit, help, standard, range } = (definition ?? {}) as Readonly<Record<string, unknown>>;
  const texts = [unit, help, range].every((text) => typeof text === 'string');
  return typeof read === 'function' && texts && ['string', 'number', 'boolean'].includes(typeof standard);
}
