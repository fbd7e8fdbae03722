import { Fault } from '../../core/fault.ts';
import { type ParamSchema, readParams, type WrittenParams, writtenParams } from '../../engine/params.ts';

/** A parameter of a sweep and the values that it takes, as a user writes them. */
export interface SweptParam {
  readonly name: string;
  readonly values: readonly string[];
}

/** One point of a sweep. Numbers run from 1 in the order of the grid: the first named parameter changes slowest. */
export interface Configuration {
  readonly number: number;
  /** What distinguishes it, as given. */
  readonly swept: WrittenParams;
  /** All parameters as given, the swept ones among them. */
  readonly given: WrittenParams;
  /** All parameters, defaults included. */
  readonly written: WrittenParams;
}

/** More than this in one sweep is a slip, or a question to ask differently; their results are held in memory for the report. */
export const MOST_CONFIGURATIONS = 2_000;

const RANGE = /^(-?\d+(?:\.\d+)?)\.\.(-?\d+(?:\.\d+)?)\/(\d+(?:\.\d+)?)$/;
const FORM = 'Write it like --sweep threshold=500,1000,2500 or --sweep bump=0..4/0.5 (from..to/step).';

/** Reads `name=500,1000` or `name=0..4/0.5`, lists and ranges mixed. Throws a Fault (`invalid-parameter`). */
export function parseSwept(text: string): SweptParam {
  const at = text.indexOf('=');
  const name = text.slice(0, at);
  const parts = text.slice(at + 1).split(',');
  if (at < 1 || parts.some((part) => part === '')) {
    throw new Fault('invalid-parameter', `--sweep ${text} does not say name=value,value`, { next: FORM });
  }
  return { name, values: parts.flatMap((part) => rangeOf(part, text) ?? [part]) };
}

/** The values of `from..to/step`, both ends included where the steps meet them, in exact decimals; null for anything else. */
function rangeOf(part: string, text: string): string[] | null {
  const [, from, to, step] = RANGE.exec(part) ?? [];
  if (from === undefined || to === undefined || step === undefined) return null;
  const digits = Math.max(...[from, to, step].map((number) => number.split('.')[1]?.length ?? 0));
  const [first, last, by] = [from, to, step].map((number) => Math.round(Number(number) * 10 ** digits)) as [
    number,
    number,
    number,
  ];
  const count = Math.floor((last - first) / by) + 1;
  if (by === 0 || !(count >= 1)) {
    throw new Fault('invalid-parameter', `--sweep ${text}: the range ${part} holds no value`, { next: FORM });
  }
  if (count > MOST_CONFIGURATIONS) throw tooMany(count);
  return Array.from({ length: count }, (_, index) => String((first + index * by) / 10 ** digits));
}

/** All combinations of the swept values, each beside the parameters `given`. Throws a Fault (`invalid-parameter`) before any work. */
export function gridOf(schema: ParamSchema, given: WrittenParams, swept: readonly SweptParam[]): Configuration[] {
  const names = swept.map(({ name }) => name);
  const twice = names.find((name, at) => names.indexOf(name) !== at || Object.hasOwn(given, name));
  if (twice !== undefined) {
    throw new Fault('invalid-parameter', `parameter ${twice} is given twice: one --sweep, and no --param beside it`, {
      next: `Put all its values into one: --sweep ${twice}=1,2,3.`,
    });
  }
  const count = swept.reduce((product, { values }) => product * values.length, 1);
  if (count > MOST_CONFIGURATIONS) throw tooMany(count);
  let points: WrittenParams[] = [{}];
  for (const { name, values } of swept) {
    points = points.flatMap((point) => values.map((value) => ({ ...point, [name]: value })));
  }
  return configurationsOf(schema, given, points);
}

/** A configuration for each point, checked. Throws a Fault (`invalid-parameter`) that names the point. */
export function configurationsOf(
  schema: ParamSchema,
  given: WrittenParams,
  points: readonly WrittenParams[],
): Configuration[] {
  if (points.length > MOST_CONFIGURATIONS) throw tooMany(points.length);
  const seen = new Map<string, number>();
  return points.map((swept, index) => {
    const all = { ...given, ...swept };
    readParams(schema, all);
    const written = writtenParams(schema, all);
    const number = index + 1;
    const same = seen.get(JSON.stringify(written));
    if (same !== undefined) {
      throw new Fault('invalid-parameter', `configurations ${same} and ${number} are the same: ${sweptText(swept)}`, {
        next: 'Name each value once.',
      });
    }
    seen.set(JSON.stringify(written), number);
    return { number, swept, given: all, written };
  });
}

/** "threshold=500 mode=fade". */
export function sweptText(swept: WrittenParams): string {
  return Object.entries(swept)
    .map(([name, value]) => `${name}=${value}`)
    .join(' ');
}

function tooMany(count: number): Fault {
  return new Fault(
    'invalid-parameter',
    `that is ${count.toLocaleString('en-US')} configurations; a sweep takes at most ${MOST_CONFIGURATIONS.toLocaleString('en-US')}`,
    { next: 'Sweep fewer values: each further trial also asks for more before the best of them means anything.' },
  );
}
