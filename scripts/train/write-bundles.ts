import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { bundleDigest } from '../../src/model/bundle-digest.ts';
import type { Bundle, BundleGraph, Golden, GraphName } from '../../src/model/bundle-format.ts';
import { Graph } from '../../src/model/graph.ts';
import { EDGE_FEATURES } from '../../src/weather/edge.ts';
import { FEATURES } from '../../src/weather/features.ts';
import { HIGH_CLASSES } from '../../src/weather/high-classes.ts';

type Window = readonly [from: string, to: string];
type Fitted = { readonly method: 'platt'; readonly slope: number; readonly intercept: number };

interface FittedGraph {
  readonly file: string;
  readonly calibration: Fitted;
  readonly golden: Readonly<Record<string, Golden>>;
}

/** What `fit_high.py` tells. */
export interface HighFit {
  readonly inputs: readonly string[];
  readonly cities: readonly string[];
  readonly pooled: boolean;
  readonly graphs: Readonly<Record<string, FittedGraph>>;
  readonly compared: Readonly<Record<'pooled' | 'per_city', { readonly train: number; readonly validate: number }>>;
  readonly events: { readonly train: number; readonly validate: number };
  readonly days: Readonly<Record<string, number>>;
}

/** A mean in cents a contract with its interval; null on few days. */
export interface Cents {
  readonly trades: number;
  readonly days: number;
  readonly cents: number | null;
  readonly lower: number | null;
  readonly upper: number | null;
}

export interface EdgeScores {
  readonly candidates: number;
  readonly days: number;
  readonly logLoss: number;
  readonly priceOnly: number;
  readonly auc?: number;
  readonly aucOfPriceOnly?: number;
}

/** What `fit_edge.py` tells. */
export interface EdgeFit {
  readonly inputs: readonly string[];
  readonly cities: readonly string[];
  readonly graph: FittedGraph;
  readonly days: Readonly<Record<string, number>>;
  readonly withoutPrice: number;
  readonly medianWaitMinutes: number;
  readonly scores: Readonly<Record<'train' | 'validate', EdgeScores>>;
  readonly perCity: Readonly<Record<string, EdgeScores>>;
  readonly traded: Readonly<
    Record<'train' | 'validate', readonly (Cents & { readonly confidence: number; readonly leastValue: number })[]>
  >;
  readonly everyCandidate: Readonly<Record<'train' | 'validate', Cents>>;
  readonly direction: {
    readonly degrees: number;
    readonly train: { readonly looks: number; readonly modelsSide: number };
    readonly validate: { readonly looks: number; readonly modelsSide: number };
    readonly aucOfLogistic?: number;
  };
}

/** A city needs so many days with a market to have a share in the classifier of edges. */
const LEAST_MARKET_DAYS = 30;
/** The graphs of a fit may differ from the training library by this. */
const NEAR = 1e-6;

export interface BundleOptions {
  /** Where the fits lie, and where bundles go. */
  readonly fits: string;
  readonly models: string;
  readonly train: Window;
  readonly validate: Window;
  readonly hours: readonly number[];
}

/** Writes graphs and bundles; gives the cities that have one. Throws where a graph does not say what the training library said. */
export async function writeBundles(options: BundleOptions, high: HighFit, edge: EdgeFit): Promise<string[]> {
  const { fits, models, hours } = options;
  rmSync(models, { recursive: true, force: true });
  mkdirSync(join(models, 'shared'), { recursive: true });
  const cities = high.cities.filter((city) => (edge.days[city] ?? 0) >= LEAST_MARKET_DAYS);
  const edgeHash = await keepGraph(fits, models, 'edge', 'shared', edge.graph, 1);
  const hashes = new Map<string, string>();
  for (const city of high.pooled ? ['shared'] : cities) {
    hashes.set(city, await keepGraph(fits, models, 'high', city, high.graphs[city]!, HIGH_CLASSES.length));
  }
  for (const city of cities) {
    const of = high.pooled ? 'shared' : city;
    const bundle: Omit<Bundle, 'digest'> = {
      tapedeck: 'model/1',
      city,
      train: [...options.train],
      validate: [...options.validate],
      hours: [Math.min(...hours), Math.max(...hours)],
      graphs: {
        high: graphOf(
          high.graphs[of]!,
          high.pooled ? '../shared/high.onnx' : 'high.onnx',
          hashes.get(of)!,
          high,
          FEATURES,
          HIGH_CLASSES.length,
        ),
        edge: graphOf(edge.graph, '../shared/edge.onnx', edgeHash, edge, EDGE_FEATURES, 1),
      },
      golden: { high: high.graphs[of]!.golden[city]!, edge: edge.graph.golden[city]! },
    };
    mkdirSync(join(models, city), { recursive: true });
    const digest = bundleDigest(bundle);
    writeFileSync(join(models, city, 'bundle.json'), `${JSON.stringify({ ...bundle, digest }, null, 2)}\n`);
  }
  return cities;
}

/** Copies a graph to its place, once it has proved to say what the library said of a thousand invented rows. */
async function keepGraph(
  fits: string,
  models: string,
  name: GraphName,
  city: string,
  { file }: FittedGraph,
  outputs: number,
): Promise<string> {
  const bytes = readFileSync(file);
  const check = JSON.parse(readFileSync(join(fits, `${name}-${city}-check.json`), 'utf8')) as {
    readonly rows: readonly (readonly number[])[];
    readonly outputs: readonly (readonly number[])[];
  };
  const graph = await Graph.open(bytes, check.rows[0]!.length, outputs);
  const said = await graph.run(Float32Array.from(check.rows.flat()));
  const wanted = check.outputs.flat();
  let worst = 0;
  for (const [at, value] of wanted.entries()) worst = Math.max(worst, Math.abs(value - said[at]!));
  console.log(
    `  ${name} (${city}): ${check.rows.length} rows by ONNX and by the training library differ by ${worst.toExponential(1)} at most`,
  );
  if (!(worst <= NEAR)) throw new Error(`${name} as ONNX is not what was trained: off by ${worst}`);
  mkdirSync(join(models, city), { recursive: true });
  writeFileSync(join(models, city, `${name}.onnx`), bytes);
  return createHash('sha256').update(bytes).digest('hex');
}

function graphOf(
  { calibration }: FittedGraph,
  file: string,
  sha256: string,
  { inputs, cities }: { readonly inputs: readonly string[]; readonly cities: readonly string[] },
  features: readonly { readonly name: string; readonly unit: string }[],
  outputs: number,
): BundleGraph {
  return {
    file,
    sha256,
    inputs: inputs.map((name) => ({ name, unit: features.find((feature) => feature.name === name)!.unit })),
    cities: [...cities],
    outputs,
    calibration: { ...calibration, graph: sha256 },
  };
}
