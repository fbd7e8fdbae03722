import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { Random } from '../../src/core/random.ts';
import { type Ended, tapedeck, temporaryFolder, write } from './compiled.ts';

const folder = temporaryFolder();
const data = join(folder, 'data');
const SEED = 'bad-argv-1';
const LINES = 90;
const AT_A_TIME = 3;

const COMMANDS = [
  'backtest',
  'import',
  'tapes',
  'inspect',
  'query',
  'runs',
  'fees',
  'live',
  'record',
  'explain',
  'report',
  'compare',
  'new',
  'synth',
];
const FLAGS = [
  ...['data', 'json', 'quiet', 'color', 'help', 'version', 'strategy', 'tape', 'param', 'params', 'lanes', 'controls'],
  ...['seed', 'cash', 'latency', 'fees', 'membership', 'limits', 'name', 'mapping', 'format', 'replace', 'out', 'rows'],
  ...[
    'sweep',
    'sweep-file',
    'workers',
    'walk-forward',
    'arm',
    'lane',
    'market',
    'days',
    'cities',
    'like',
    'verify',
    'tier',
  ],
  ...['nothing', '__proto__', 'constructor', 'toString', '_', '$0', 'no-json', 'x'],
];
const file = (name: string, text: string): string => write(folder, name, text);
const WORDS = [
  ...[
    '',
    ' ',
    '0',
    '-1',
    '-5',
    'NaN',
    '1e999',
    '1e-9',
    'abc',
    'true',
    'false',
    'null',
    'base',
    'base,',
    ',',
    '=',
    'a=b',
  ],
  ...['=1', 'fixed:5', 'fixed:-5ms', 'fixed:1e9s', 'fixed:99999999999s', '0.0000001', '1e6', '10,000', "'", '"', '%s'],
  ...[
    '../..',
    '/',
    '.',
    '/dev/null',
    '/proc/self/mem',
    'whale',
    'noop',
    'demo-synthetic',
    'gone',
    '*',
    '[',
    'SELECT 1',
  ],
  ...[
    'SELECT',
    ';',
    'DROP TABLE runs',
    'SELECT * FROM runs',
    'arrow',
    'csv',
    'parquet',
    'kalshi-rest',
    'kalshi-frames',
  ],
  ...['latest', '\u0000'.replace('\u0000', '\u0001'), 'ü'.repeat(300), folder, '--', '-', '-x', '--no-', '--=', '--=1'],
  file('list.json', '[]'),
  file('null.json', 'null'),
  file('text.json', '"text"'),
  file(
    'numbers.json',
    '{"request_ms": [1e308], "response_ms": ["1"], "feed_ms": null, "open_orders": 1.5, "size": {}}',
  ),
  file('fees.json', '[null, 5, {"series": 5}]'),
  file('torn.json', '{"a": '),
  file('empty.json', ''),
  file('empty.ts', ''),
  file('null.ts', 'export default null;'),
  file('text.gz', 'not packed'),
];

/** One wrong command line: mostly a real command, with flags and words that need not belong to it. */
function line(random: Random): string[] {
  const pick = <T>(from: readonly T[]): T => from[random.below(from.length)]!;
  const args = [random.uniform() < 0.95 ? pick(COMMANDS) : pick(WORDS)];
  for (let count = random.below(6); count >= 0; count--) {
    const kind = random.uniform();
    if (kind < 0.25) args.push(pick(WORDS));
    else if (kind < 0.4) args.push(`--no-${pick(FLAGS)}`);
    else if (kind < 0.6) args.push(`--${pick(FLAGS)}=${pick(WORDS)}`);
    else if (kind < 0.7) args.push(`--${pick(FLAGS)}`);
    else args.push(`--${pick(FLAGS)}`, pick(WORDS));
  }
  return args;
}

/** Every flag in the forms that a parser takes for something else. */
function forms(): string[][] {
  const strategy = ['backtest', '--strategy', 'noop', '--tape', 'gone'];
  const flags = FLAGS.slice(0, FLAGS.indexOf('nothing'));
  const homes = [strategy, ['query', 'SELECT 1'], ['import', folder, '--name', 'x', '--format', 'kalshi-rest']];
  return homes.flatMap((home) => flags.map((flag) => [...home, `--no-${flag}`]));
}

async function inTurns(lines: readonly string[][], check: (args: string[], ended: Ended) => void): Promise<void> {
  const waiting = [...lines];
  const worker = async (): Promise<void> => {
    for (let args = waiting.shift(); args !== undefined; args = waiting.shift()) {
      check(args, await tapedeck(args, { environment: { TAPEDECK_DATA: data }, cwd: folder }));
    }
  };
  await Promise.all(Array.from({ length: AT_A_TIME }, worker));
}

const noCrash = (args: string[], { status, stderr }: Ended): void => {
  const said = `${JSON.stringify(args)}\n${stderr}`;
  expect(status, said).not.toBe(70);
  expect(status, said).not.toBeNull();
  expect(stderr, said).not.toMatch(/^\s+at /m);
  expect(stderr, said).not.toMatch(/node:internal|Unhandled|YError/);
  if (status !== 0) expect(stderr, said).toMatch(/next: {2}\S|"next":/);
};

describe('a wrong command line is a mistake of its writer, never of the program', () => {
  it(`${LINES} of them, drawn with the seed "${SEED}", end with a reason`, async () => {
    const random = new Random(SEED);
    await inTurns(
      Array.from({ length: LINES }, () => line(random)),
      noCrash,
    );
  });

  it('every flag with a "no" before it', async () => {
    await inTurns(forms(), noCrash);
  });
});
