import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Fault } from '../core/fault.ts';
import { EDGE_FEATURES } from '../weather/edge.ts';
import { FEATURES } from '../weather/features.ts';
import { HIGH_CLASSES } from '../weather/high-classes.ts';
import { bundleDigest } from './bundle-digest.ts';
import { type Bundle, bundleSchema, type Golden, GRAPH_NAMES, type GraphName } from './bundle-format.ts';
import { Graph } from './graph.ts';
import { Model } from './model.ts';

/** What each graph may be asked with, in the order in which questions have it, and how many outputs it must have. */
const ASKED: Readonly<Record<GraphName, { readonly features: readonly Named[]; readonly outputs: number }>> = {
  high: { features: FEATURES, outputs: HIGH_CLASSES.length },
  edge: { features: EDGE_FEATURES, outputs: 1 },
};

interface Named {
  readonly name: string;
  readonly unit: string;
}

/** How far a graph may be from what the training library said: sums of 32 bits. */
const NEAR = 1e-6;

/** One city's models, proved to be what its bundle says. */
export interface OpenBundle {
  readonly bundle: Bundle;
  readonly models: Readonly<Record<GraphName, Model>>;
}

/**
 * Opens the bundle of a folder. Throws a Fault (`model-mismatch`) where anything is not what it was when it was trained: a hash, the names, order
 * or units of features, the shape of an output, a calibration fitted to another graph, or an answer to an invented row. `graphs` keeps what is
 * opened, by hash: several cities share one.
 */
export async function openBundle(folder: string, graphs: Map<string, Promise<Graph>>): Promise<OpenBundle> {
  const bundle = readBundle(folder);
  const models: Partial<Record<GraphName, Model>> = {};
  for (const name of GRAPH_NAMES) {
    const model = await openModel(folder, bundle, name, graphs);
    await checkGolden(folder, name, model, bundle.golden[name]);
    models[name] = model;
  }
  return { bundle, models: models as OpenBundle['models'] };
}

function readBundle(folder: string): Bundle {
  const path = join(folder, 'bundle.json');
  let written: unknown;
  try {
    written = JSON.parse(readFileSync(path, 'utf8'));
  } catch (cause) {
    throw mismatch(path, `cannot be read: ${(cause as Error).message}`, cause);
  }
  const read = bundleSchema.safeParse(written);
  if (!read.success) {
    const [issue] = read.error.issues;
    throw mismatch(path, `${issue!.path.join('.') || 'bundle'}: ${issue!.message}`);
  }
  const bundle = read.data;
  if (bundleDigest(bundle) !== bundle.digest)
    throw mismatch(path, 'was changed after it was made: its digest does not fit');
  return bundle;
}

async function openModel(
  folder: string,
  bundle: Bundle,
  name: GraphName,
  graphs: Map<string, Promise<Graph>>,
): Promise<Model> {
  const { file, sha256, inputs, cities, outputs, calibration } = bundle.graphs[name];
  const path = join(folder, file);
  const asked = ASKED[name];
  if (!existsSync(path)) throw mismatch(path, 'is not there');
  const bytes = readFileSync(path);
  const hash = createHash('sha256').update(bytes).digest('hex');
  if (hash !== sha256)
    throw mismatch(path, `is another graph: its hash is ${hash.slice(0, 12)}, not ${sha256.slice(0, 12)}`);
  if (calibration.graph !== sha256) {
    throw mismatch(
      join(folder, 'bundle.json'),
      `the calibration of ${name} is stale: it was fitted to graph ${calibration.graph.slice(0, 12)}`,
    );
  }
  const places = inputs.map((input) => {
    const place = asked.features.findIndex((feature) => feature.name === input.name);
    if (place < 0) throw mismatch(folder, `${name} asks for "${input.name}", which is no feature of this program`);
    const { unit } = asked.features[place]!;
    if (unit !== input.unit)
      throw mismatch(folder, `${name} learnt ${input.name} in ${input.unit}; this program has it in ${unit}`);
    return place;
  });
  if (outputs !== asked.outputs) throw mismatch(folder, `${name} has ${outputs} outputs, not ${asked.outputs}`);
  const city = cities.indexOf(bundle.city);
  if (city < 0) throw mismatch(folder, `${name} has not learnt ${bundle.city}: its cities are ${cities.join(', ')}`);
  const columns = inputs.length + cities.length;
  let opening = graphs.get(sha256);
  if (opening === undefined) {
    opening = Graph.open(bytes, columns, outputs);
    graphs.set(sha256, opening);
  }
  const graph = await opening.catch((cause: Error) => {
    throw mismatch(path, `is no graph that can be asked: ${cause.message}`, cause);
  });
  return new Model({
    graph,
    names: asked.features.map((feature) => feature.name),
    places,
    city,
    cities: cities.length,
    outputs,
    calibration,
    hours: bundle.hours,
  });
}

/** Asks the rows that the training library has answered. Their inputs are named, so that a changed order shows. */
async function checkGolden(folder: string, name: GraphName, model: Model, golden: Golden): Promise<void> {
  for (const [row, { inputs, outputs }] of golden.entries()) {
    const [said] = await model.ask([ASKED[name].features.map((feature) => inputs[feature.name] ?? Number.NaN)]);
    const worst = said!.outputs?.reduce((most, value, at) => Math.max(most, Math.abs(value - outputs[at]!)), 0);
    if (worst !== undefined && outputs.length === said!.outputs!.length && worst <= NEAR) continue;
    const why = worst === undefined ? said!.missing : `it is off by ${worst.toPrecision(3)}`;
    throw mismatch(
      folder,
      `${name} does not say of golden row ${row + 1} what it said when it was trained (${why}): another graph, order of inputs or calibration`,
    );
  }
}

function mismatch(where: string, what: string, cause?: unknown): Fault {
  return new Fault('model-mismatch', `the model bundle cannot be used: ${where} ${what}`, {
    next: 'Take the bundle whole from one training run (npm run train), or restore it from the repository.',
    cause,
  });
}
