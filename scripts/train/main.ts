import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { withWeatherTape } from '../../src/cli/weather-source.ts';
import { FeeBook } from '../../src/ledger/fee-book.ts';
import { KNOWN_FEES } from '../../src/ledger/known-fees.ts';
import { ModelSet } from '../../src/model/model-set.ts';
import { candidateRows } from '../../src/study/features/candidate-rows.ts';
import { featureRows } from '../../src/study/features/feature-rows.ts';
import { writeCandidates } from '../../src/study/features/write-candidates.ts';
import { writeFeatures } from '../../src/study/features/write-features.ts';
import type { TapeSource } from '../../src/study/store/tape-source.ts';
import { CITIES } from '../../src/weather/cities.ts';
import { readPredictions } from './predictions.ts';
import { type EdgeFit, type HighFit, writeBundles } from './write-bundles.ts';
import { writeCards } from './write-cards.ts';

/*
 * npm run train -- [FOLDER]     from recorded days to the bundles in models/: FOLDER holds kalshi-weather-trades (default ../shared/data)
 *   --python python3            with the packages of scripts/train/requirements.txt
 *   --out models                where the bundles go; what is there is replaced
 *
 * Days after the window of validation are never learnt from: they are for whoever judges the models.
 */
const TRAIN = ['2024-04-01', '2024-12-31'] as const;
const VALIDATE = ['2025-01-01', '2025-02-28'] as const;
/** Looks from the evening before, when the forecast of the day is out, to the morning: later the market has seen the day itself. */
const HOURS = [-3, -1, 1, 3, 5, 7, 9];

interface Asked {
  readonly folder: string;
  readonly python: string;
  readonly out: string;
}

async function main(given: readonly string[]): Promise<number> {
  const flag = (name: string, standard: string) => {
    const at = given.indexOf(name);
    return at < 0 ? standard : (given[at + 1] ?? standard);
  };
  const named = given.find((each, at) => !each.startsWith('--') && !(given[at - 1] ?? '').startsWith('--'));
  const asked = {
    folder: resolve(named ?? process.env.TAPEDECK_REAL_DATA ?? '../shared/data'),
    python: flag('--python', 'python3'),
    out: resolve(flag('--out', 'models')),
  };
  const wrong = pythonProblem(asked.python);
  if (wrong !== null) {
    console.error(wrong);
    return 2;
  }
  const scratch = mkdtempSync(join(tmpdir(), 'tapedeck-train-'));
  try {
    const session = { dataFolder: scratch, note: (text: string) => console.log(text) };
    await withWeatherTape(asked.folder, session, (tape) => train(tape, scratch, asked));
    return 0;
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

/** What is missing of the Python that fits the models, or null. */
function pythonProblem(python: string): string | null {
  const required = readFileSync('scripts/train/requirements.txt', 'utf8').trim().split('\n');
  const script = `import importlib.metadata as m, sys\nfor p in sys.argv[1:]:\n n, v = p.split("==")\n try: f = m.version(n)\n except m.PackageNotFoundError: f = "nothing"\n if f != v: print(f"{n} {f}, not {v}")`;
  const { status, stdout, stderr } = spawnSync(python, ['-c', script, ...required], { encoding: 'utf8' });
  if (status === 0 && stdout === '') return null;
  const found = status === 0 ? stdout.trim().replaceAll('\n', '; ') : (stderr || 'cannot be started').trim();
  return `${python} has ${found}.\nNext: python3 -m venv .venv && .venv/bin/pip install -r scripts/train/requirements.txt, then add --python .venv/bin/python`;
}

async function train(tape: TapeSource, scratch: string, { python, out }: Asked): Promise<void> {
  const fits = join(scratch, 'fits');
  mkdirSync(fits);
  const files = { features: join(scratch, 'features.parquet'), candidates: join(scratch, 'candidates.parquet') };
  const settings = join(scratch, 'settings.json');
  const cities = CITIES.map(({ name }) => name);
  writeFileSync(
    settings,
    JSON.stringify({ ...files, out: fits, train: TRAIN, validate: VALIDATE, hours: HOURS, cities }),
  );
  const looks = { hours: HOURS, check: () => {} };
  await step('features of every city and day', async () => {
    await writeFeatures(files.features, (await featureRows(tape, { ...looks, everyDay: true })).rows);
  });
  const high = await step('the ordinal model of the high', () => fitted<HighFit>(python, 'high', settings, fits));
  await step('candidates, by predictions of models that had not seen them', async () => {
    const highOf = await readPredictions(join(fits, 'predictions.parquet'));
    const rows = await candidateRows(tape, { ...looks, highOf, fees: new FeeBook(KNOWN_FEES) });
    await writeCandidates(files.candidates, rows);
  });
  const edge = await step('the classifier of edges', () => fitted<EdgeFit>(python, 'edge', settings, fits));
  await step('bundles', async () => {
    const options = { fits, models: out, train: TRAIN, validate: VALIDATE, hours: HOURS };
    const written = await writeBundles(options, high, edge);
    const opened = await ModelSet.open(out);
    await writeCards({ ...options, tape, opened, cities: written }, high, edge);
    for (const { city, digest } of opened.bundles) console.log(`  models/${city}  ${digest}`);
    console.log(`  all  ${opened.digest}`);
  });
  console.log(`peak memory of this process ${Math.round(process.resourceUsage().maxRSS / 1_024)} MB`);
}

async function step<T>(name: string, work: () => T | Promise<T>): Promise<T> {
  const started = performance.now();
  console.log(name);
  const made = await work();
  console.log(`  ${((performance.now() - started) / 1_000).toFixed(1)} s`);
  return made;
}

function fitted<T>(python: string, what: 'high' | 'edge', settings: string, fits: string): T {
  const { status } = spawnSync(python, [join('scripts/train', `fit_${what}.py`), settings], { stdio: 'inherit' });
  if (status !== 0) throw new Error(`fit_${what}.py ended with status ${status}`);
  return JSON.parse(readFileSync(join(fits, `${what}.json`), 'utf8')) as T;
}

process.exitCode = await main(process.argv.slice(2));
