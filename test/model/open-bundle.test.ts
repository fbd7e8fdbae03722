import { createHash } from 'node:crypto';
import { copyFileSync, cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { bundleDigest } from '../../src/model/bundle-digest.ts';
import type { Bundle } from '../../src/model/bundle-format.ts';
import { ModelSet } from '../../src/model/model-set.ts';

const MODELS = fileURLToPath(new URL('../../models', import.meta.url));
const ZIPMAP = fileURLToPath(new URL('synthetic-zipmap.onnx', import.meta.url));

type Editable<T> = { -readonly [K in keyof T]: Editable<T[K]> };

describe('a model bundle', () => {
  let folder: string;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'tapedeck-models-'));
    cpSync(join(MODELS, 'chicago'), join(folder, 'chicago'), { recursive: true });
    cpSync(join(MODELS, 'shared'), join(folder, 'shared'), { recursive: true });
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  const path = () => join(folder, 'chicago', 'bundle.json');
  /** Changes a bundle as somebody would who signs it anew: nothing but its content can tell. */
  const change = (edit: (bundle: Editable<Bundle>) => void, sign = true): void => {
    const bundle = JSON.parse(readFileSync(path(), 'utf8')) as Editable<Bundle>;
    edit(bundle);
    if (sign) bundle.digest = bundleDigest(bundle as Bundle);
    writeFileSync(path(), JSON.stringify(bundle));
  };
  const refusal = async (): Promise<string> => {
    try {
      await ModelSet.open(folder);
    } catch (error) {
      expect(error).toMatchObject({
        name: 'Fault',
        code: 'model-mismatch',
        next: expect.stringContaining('npm run train'),
      });
      return (error as Error).message;
    }
    throw new Error('it was opened');
  };

  it('opens as it was committed, every city, and tells what may be asked', async () => {
    const models = await ModelSet.open(MODELS);
    expect([...models.names]).toContain('chicago/high');
    expect([...models.names]).toContain('chicago/edge');
    expect(models.names.size).toBe(2 * models.bundles.length);
    for (const { digest, golden } of models.bundles) {
      expect(digest).toMatch(/^[0-9a-f]{64}$/);
      expect(golden.high.length).toBeGreaterThanOrEqual(3);
    }
  });

  it('has the same digest however its JSON is laid out', async () => {
    const { digest } = await ModelSet.open(folder);
    const bundle = JSON.parse(readFileSync(path(), 'utf8'));
    writeFileSync(path(), JSON.stringify(Object.fromEntries(Object.entries(bundle).reverse())));
    expect((await ModelSet.open(folder)).digest).toBe(digest);
  });

  it('is refused with another graph, by its hash', async () => {
    copyFileSync(join(folder, 'shared', 'edge.onnx'), join(folder, 'shared', 'high.onnx'));
    expect(await refusal()).toMatch(/high\.onnx is another graph: its hash is [0-9a-f]{12}, not [0-9a-f]{12}/);
  });

  it('is refused without a graph', async () => {
    rmSync(join(folder, 'shared', 'edge.onnx'));
    expect(await refusal()).toMatch(/edge\.onnx is not there/);
  });

  it('is refused with two inputs swapped, though it was signed anew: its golden rows name them', async () => {
    change(({ graphs: { high } }) => void high.inputs.reverse());
    expect(await refusal()).toMatch(
      /high does not say of golden row 1 what it said when it was trained \(it is off by .*order of inputs/,
    );
  });

  it('is refused with another unit', async () => {
    change(({ graphs }) => {
      graphs.high.inputs[0]!.unit = '°C';
    });
    expect(await refusal()).toMatch(/high learnt forecast in °C; this program has it in °F/);
  });

  it('is refused where it asks for a feature that nobody makes', async () => {
    change(({ graphs }) => {
      graphs.edge.inputs[0]!.name = 'side_maybe';
    });
    expect(await refusal()).toMatch(/edge asks for "side_maybe", which is no feature of this program/);
  });

  it('is refused with a calibration that was fitted to another graph', async () => {
    change(({ graphs }) => {
      graphs.high.calibration = { ...graphs.edge.calibration };
    });
    expect(await refusal()).toMatch(/the calibration of high is stale: it was fitted to graph [0-9a-f]{12}/);
  });

  it('is refused with other numbers in its calibration, signed anew or not', async () => {
    const edit = ({ graphs }: Editable<Bundle>): void => {
      graphs.edge.calibration.slope = 1.2;
    };
    change(edit, false);
    expect(await refusal()).toMatch(/was changed after it was made: its digest does not fit/);
    change(edit);
    expect(await refusal()).toMatch(/edge does not say of golden row 1 .* calibration/);
  });

  it('is refused for a city that its graph has not learnt', async () => {
    change((bundle) => {
      bundle.city = 'boston';
    });
    expect(await refusal()).toMatch(/high has not learnt boston: its cities are new-york, chicago/);
  });

  it('is refused where its cities are in another order', async () => {
    change(({ graphs }) => void graphs.high.cities.reverse());
    expect(await refusal()).toMatch(/high does not say of golden row/);
  });

  it('is refused with a graph that gives a ZipMap, or is no graph at all', async () => {
    const put = (bytes: Uint8Array) => {
      writeFileSync(join(folder, 'shared', 'edge.onnx'), bytes);
      change(({ graphs: { edge } }) => {
        edge.sha256 = createHash('sha256').update(bytes).digest('hex');
        edge.calibration.graph = edge.sha256;
        edge.inputs = edge.inputs.slice(0, 1);
      });
    };
    put(readFileSync(ZIPMAP));
    expect(await refusal()).toMatch(/edge\.onnx is no graph that can be asked: it gives .*ZipMap/);
    put(Buffer.from('no graph'));
    expect(await refusal()).toMatch(/edge\.onnx is no graph that can be asked/);
  });

  it('is refused where bundle.json is not whole, and says where', async () => {
    change((bundle) => {
      bundle.graphs.high.outputs = -1;
    });
    expect(await refusal()).toMatch(/bundle\.json graphs\.high\.outputs: /);
    writeFileSync(path(), '{');
    expect(await refusal()).toMatch(/bundle\.json cannot be read/);
  });

  it('is not found in an empty folder', async () => {
    await expect(ModelSet.open(join(folder, 'shared'))).rejects.toMatchObject({ code: 'model-not-found' });
  });
});
