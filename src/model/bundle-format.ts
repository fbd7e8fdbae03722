import { z } from 'zod';

/** The version of bundles that this program reads. */
export const BUNDLE_FORMAT = 'model/1';

const sha256 = z.string().regex(/^[0-9a-f]{64}$/);
const day = z.string().regex(/^\d{4}-\d{2}-\d{2}$/);
const finite = z.number();

/** Platt scaling of each output: sigmoid(slope × log odds + intercept). `graph` is the hash of the graph that it was fitted to. */
const calibration = z.strictObject({
  method: z.literal('platt'),
  slope: finite.positive(),
  intercept: finite,
  graph: sha256,
});

/** One graph of a bundle: where it lies, what it is asked with in which order, and what its outputs are. */
const graph = z.strictObject({
  /** Relative to the bundle's folder. */
  file: z.string().min(1),
  sha256,
  /** The features by name, with the unit that they were learnt in; the cities follow, one column each. */
  inputs: z.array(z.strictObject({ name: z.string(), unit: z.string() })).min(1),
  cities: z.array(z.string()).min(1),
  outputs: z.int().positive(),
  calibration,
});

/** Rows by name of feature, invented, and what the training library says of them: a graph that says anything else is another. */
const golden = z.array(z.strictObject({ inputs: z.record(z.string(), finite), outputs: z.array(finite) })).min(3);

/** `bundle.json`: one city's models. */
export const bundleSchema = z.strictObject({
  tapedeck: z.literal(BUNDLE_FORMAT),
  city: z.string(),
  train: z.tuple([day, day]),
  validate: z.tuple([day, day]),
  /** Looks that it was trained at, in hours from the beginning of the climate day: asked earlier or later it knows nothing. */
  hours: z.tuple([finite, finite]),
  graphs: z.strictObject({ high: graph, edge: graph }),
  golden: z.strictObject({ high: golden, edge: golden }),
  /** SHA-256 of all of the above, as JSON. */
  digest: sha256,
});

export type Bundle = z.infer<typeof bundleSchema>;
export type BundleGraph = Bundle['graphs']['high'];
export type Golden = Bundle['golden']['high'];
export type Calibration = BundleGraph['calibration'];

/** What a bundle tells: the high, and whether an edge is worth a trade. */
export const GRAPH_NAMES = ['high', 'edge'] as const;
export type GraphName = (typeof GRAPH_NAMES)[number];
