import type { InferenceSession } from 'onnxruntime-node';

/** The names that every graph gives its one input, and its one output. */
const [INPUT, OUTPUT] = ['features', 'probability'];

/** One ONNX graph: rows of 32-bit features go in, rows of probabilities come out. */
export class Graph {
  readonly #session: InferenceSession;
  readonly #columns: number;
  readonly #outputs: number;

  private constructor(session: InferenceSession, columns: number, outputs: number) {
    this.#session = session;
    this.#columns = columns;
    this.#outputs = outputs;
  }

  /** Opens a graph from its bytes. Throws an Error where it is none, or not shaped rows × `columns` to rows × `outputs` in 32-bit floats. */
  static async open(bytes: Uint8Array, columns: number, outputs: number): Promise<Graph> {
    const { InferenceSession } = await import('onnxruntime-node');
    const session = await InferenceSession.create(bytes, {
      // One row of a hundred small trees: a second thread only waits, and sums of another order would differ in their last digit.
      intraOpNumThreads: 1,
      interOpNumThreads: 1,
      executionMode: 'sequential',
      graphOptimizationLevel: 'basic',
      logSeverityLevel: 3,
    });
    checkPort(session.inputMetadata, INPUT!, columns, 'takes');
    checkPort(session.outputMetadata, OUTPUT!, outputs, 'gives');
    return new Graph(session, columns, outputs);
  }

  /** Scores rows: `features` holds one after the other. */
  async run(features: Float32Array): Promise<Float32Array> {
    const { Tensor } = await import('onnxruntime-node');
    const rows = features.length / this.#columns;
    const results = await this.#session.run({ [INPUT!]: new Tensor('float32', features, [rows, this.#columns]) });
    const { data } = results[OUTPUT!]!;
    if (!(data instanceof Float32Array) || data.length !== rows * this.#outputs)
      throw new Error('the graph gave another shape than it declares');
    return data;
  }
}

function checkPort(
  ports: readonly InferenceSession.ValueMetadata[],
  name: string,
  columns: number,
  verb: 'takes' | 'gives',
): void {
  const [port, ...others] = ports;
  const told = ports.map((each) =>
    each.isTensor ? `${each.name}: ${each.type} [${each.shape.join(', ')}]` : each.name,
  );
  const wanted = `${name}: float32 [rows, ${columns}]`;
  const right = others.length === 0 && port?.isTensor === true && port.name === name && port.type === 'float32';
  if (right && port.shape.length === 2 && port.shape[1] === columns) return;
  const map = ports.some((each) => !each.isTensor || each.name.startsWith('output_')) ? ' (exported with ZipMap?)' : '';
  throw new Error(`it ${verb} ${told.join('; ')}${map}, not ${wanted}`);
}
