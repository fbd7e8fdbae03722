import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { FAULT_EXIT, type FaultCode } from '../../src/core/fault.ts';
import { ECHO, tapedeck, temporaryFolder, write } from './compiled.ts';

const folder = temporaryFolder();
const data = join(folder, 'data');
const echo = write(folder, 'echo.ts', ECHO);
const file = (name: string, text: string) => write(folder, name, text);
const backtest = (strategy: string, ...rest: string[]) => ['backtest', '--strategy', strategy, ...rest];

const THROWS = ECHO.replace(
  "context.explain('echo'",
  "(undefined as unknown as string).trim();\n    context.explain('echo'",
);

const CASES: readonly (readonly [sentence: string, args: readonly string[], code: FaultCode, says: RegExp])[] = [
  ['a command that does not exist', ['frobnicate'], 'usage', /no command "frobnicate"/],
  ['no command, only flags', ['--json=false'], 'usage', /no command given/],
  ['an unknown flag', ['tapes', '--colour'], 'usage', /Unknown argument: colour/],
  ['a flag given twice', backtest(echo, '--seed', '1', '--seed', '2'), 'usage', /--seed is given more than once/],
  ['a switch given in two ways', ['tapes', '--json=false', '--no-json'], 'usage', /--json is given more than once/],
  ['a switch with a word of its own', ['tapes', '--json=maybe'], 'usage', /takes no "maybe"/],
  [
    'a no where a value belongs',
    backtest(echo, '--no-lanes'),
    'usage',
    /there is no --no-lanes: --lanes takes a value/,
  ],
  ['a no to the data folder', ['tapes', '--no-data'], 'usage', /there is no --no-data/],
  ['a flag whose value is missing', ['tapes', '--seed'], 'usage', /Unknown argument: seed|following: seed/],
  ['a flag whose value is empty', backtest(echo, '--seed='), 'usage', /--seed is given without a value/],
  ['a word that is empty', ['inspect', ''], 'usage', /tape is given without a value/],
  [
    'a parameter given twice',
    backtest(echo, '--param', 'size=1', '--param', 'size=2'),
    'invalid-parameter',
    /size more/,
  ],
  ['a lane named twice', backtest(echo, '--lanes', 'base,base'), 'usage', /base twice/],
  ['fewer rows than one', ['query', '--rows', '-5', 'SELECT 1'], 'usage', /--rows -5 is not a number of rows/],
  ['rows that are no number', ['query', '--rows', 'abc', 'SELECT 1'], 'usage', /--rows needs a number|--rows NaN/],
  ['a query without SQL', ['query'], 'usage', /needs one more word/],
  ['a backtest without a strategy', ['backtest'], 'usage', /Missing required argument: strategy/],
  ['a membership that is none', backtest(echo, '--membership', 'gold'), 'usage', /"gold"/],
  ['cash that is no amount', backtest(echo, '--cash', 'much'), 'usage', /--cash much/],
  ['cash of nothing', backtest(echo, '--cash', '0'), 'usage', /nothing to trade with/],
  ['a lane that does not exist', backtest(echo, '--lanes', 'base,lucky'), 'usage', /"lucky"/],
  ['a latency that is none', backtest(echo, '--latency', 'fast'), 'usage', /--latency fast/],
  ['an import without a mapping', ['import', folder, '--name', 'x'], 'usage', /neither --mapping nor --format/],
  [
    'a tape name with a slash',
    ['import', folder, '--name', '../x', '--format', 'kalshi-rest'],
    'usage',
    /cannot name a tape/,
  ],
  ['an unknown strategy', backtest('whael'), 'strategy-not-found', /no strategy "whael"/],
  ['a strategy file that is not there', backtest('./nowhere.ts'), 'strategy-not-found', /nowhere\.ts/],
  [
    'a strategy with a syntax error',
    backtest(file('bad.ts', 'const a = 1;\nexport default {{;\n')),
    'strategy-not-found',
    /bad\.ts:2:\d+: /,
  ],
  [
    'a strategy that imports what is missing',
    backtest(file('lost.ts', "import './gone.ts';\n")),
    'strategy-not-found',
    /lost\.ts:1:8: .*gone\.ts/,
  ],
  [
    'a strategy that reads tapes itself',
    backtest(file('peek.ts', "import 'tapedeck/tape/open-tape';\n")),
    'strategy-not-found',
    /not for strategies/,
  ],
  [
    'a file without a default export',
    backtest(file('plain.ts', 'export const a = 1;\n')),
    'strategy-not-found',
    /no default export/,
  ],
  [
    'a default export that is no strategy',
    backtest(file('number.ts', 'export default 42;\n')),
    'strategy-not-found',
    /it is a number/,
  ],
  [
    'a strategy without a create',
    backtest(file('half.ts', "export default { name: 'half', summary: '', params: {} };\n")),
    'strategy-not-found',
    /no function "create"/,
  ],
  [
    'a strategy that throws while it loads',
    backtest(file('boom.ts', "\nthrow new Error('boom');\n")),
    'strategy-failed',
    /boom \(at .*boom\.ts:2:\d+\)/,
  ],
  [
    'a strategy that throws at a trade',
    backtest(file('throws.ts', THROWS)),
    'strategy-failed',
    /threw in onTrade at tape row \d+: TypeError.*throws\.ts:22/,
  ],
  ['an unknown parameter', backtest(echo, '--param', 'sice=1'), 'invalid-parameter', /no parameter "sice"/],
  ['a parameter out of range', backtest(echo, '--param', 'size=51'), 'invalid-parameter', /size=51 is outside 1 to 50/],
  ['a parameter without a value', backtest(echo, '--param', 'size'), 'invalid-parameter', /does not say name=value/],
  [
    'a parameter file that is a list',
    backtest(echo, '--params', file('list.json', '[]')),
    'invalid-parameter',
    /not a JSON object/,
  ],
  [
    'a parameter file that is missing',
    backtest(echo, '--params', 'gone.json'),
    'missing-file',
    /gone\.json, which --params names/,
  ],
  [
    'limits with an unknown field',
    backtest(echo, '--limits', file('limits.json', '{"opne_orders": 3}')),
    'malformed-input',
    /opne_orders/,
  ],
  [
    'limits with a share above one',
    backtest(echo, '--limits', file('share.json', '{"event_share": 20}')),
    'malformed-input',
    /event_share/,
  ],
  ['latencies that are no JSON', backtest(echo, '--latency', file('latency.json', '{')), 'malformed-input', /not JSON/],
  [
    'a fee file with a bad row',
    backtest(echo, '--fees', file('fees.json', '[{"series":"X"}]')),
    'malformed-input',
    /entry 1 of the fee file/,
  ],
  ['a tape that is not there', backtest(echo, '--tape', 'nothing'), 'tape-not-found', /no tape at/],
  ['a tape to inspect that is not there', ['inspect', 'nothing'], 'tape-not-found', /no tape at/],
  [
    'a source that is not there',
    ['import', 'gone', '--name', 'x', '--format', 'kalshi-rest'],
    'missing-file',
    /nothing at gone/,
  ],
  [
    'a mapping that is not there',
    ['import', folder, '--name', 'x', '--mapping', 'gone'],
    'missing-file',
    /no mapping gone/,
  ],
  ['SQL that is none', ['query', 'SELEC 1'], 'query-failed', /syntax error/],
  ['a run that is not there', ['runs', 'gone'], 'run-not-found', /no runs in/],
  [
    'paper trading on the real books without a key for them',
    ['live', '--city', 'chicago', '--paper'],
    'invalid-parameter',
    /production was asked for, and KALSHI_ENVIRONMENT says demo/,
  ],
  ['trading nothing', ['live'], 'usage', /nothing to trade is named/],
  [
    'real money without a cap',
    ['live', '--city', 'chicago', '--production'],
    'usage',
    /--production needs a --loss-cap/,
  ],
  [
    'real money that nobody confirms',
    ['live', '--city', 'chicago', '--production', '--loss-cap', '50'],
    'usage',
    /nobody is there to type it/,
  ],
  [
    'real money without a key',
    ['live', '--city', 'chicago', '--production', '--loss-cap', '50', '--yes'],
    'invalid-parameter',
    /KALSHI_ENVIRONMENT says demo/,
  ],
  [
    'a strategy that looks ahead, live',
    ['live', '--city', 'chicago', '--strategy', 'oracle'],
    'usage',
    /only proves the program and looks ahead/,
  ],
  [
    'a city without a model, live',
    ['live', '--city', 'los-angeles'],
    'model-not-found',
    /there is no model of los-angeles/,
  ],
  [
    'a port that is none',
    ['live', '--city', 'chicago', '--monitor', '77777'],
    'usage',
    /--monitor 77777 is not 0 to 65535/,
  ],
  ['a parity of nothing', ['parity', 'latest'], 'run-not-found', /there is no session "latest"/],
  ['killing nothing', ['kill'], 'usage', /no session runs here, and no account is named/],
  ['recording nothing', ['record'], 'usage', /nothing to record is named/],
];

describe('a command that cannot be done', () => {
  for (const [sentence, args, code, says] of CASES) {
    it(`ends with status ${FAULT_EXIT[code]}, what, and what next: ${sentence}`, async () => {
      const { status, stdout, stderr } = await tapedeck([...args, '--data', data, '--quiet']);
      expect(stderr).toContain(`[${code}]`);
      expect(stderr).toMatch(says);
      expect(stderr).toMatch(/^next: {2}\S/m);
      expect(stderr).not.toMatch(/^\s+at /m);
      expect(status).toBe(FAULT_EXIT[code]);
      expect(stdout).toBe('');
    });
  }

  it('two forms of answer contradict each other', async () => {
    const { status, stderr } = await tapedeck(['query', '--json', '--format', 'csv', 'SELECT 1', '--data', data]);
    expect(JSON.parse(stderr).error).toMatchObject({ code: 'usage', message: expect.stringContaining('contradict') });
    expect(status).toBe(2);
  });

  it('says the same in JSON when asked', async () => {
    const { status, stderr } = await tapedeck([...backtest('whael'), '--json', '--data', data]);
    const { error } = JSON.parse(stderr);
    expect(status).toBe(2);
    expect(error).toMatchObject({ code: 'strategy-not-found', message: 'there is no strategy "whael"' });
    expect(error.next).toContain('Known strategies:');
  });
});
