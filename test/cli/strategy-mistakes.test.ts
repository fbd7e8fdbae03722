import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { type Ended, entriesOf, tapedeck, temporaryFolder, until, write } from './compiled.ts';

const folder = temporaryFolder();
const data = join(folder, 'data');

/** A user's file of which one part is of interest. */
function strategy(name: string, callbacks: string, head = ''): string {
  const text = `${head}
import { defineStrategy } from 'tapedeck/engine/strategy';
export default defineStrategy({ name: '${name}', summary: '', params: {}, create: () => ({
${callbacks}
}) });
`;
  return write(folder, `${name}.ts`, text);
}

const run = (file: string, ...rest: string[]): Promise<Ended> =>
  tapedeck(['backtest', '--strategy', file, '--tape', 'small', '--data', data, '--lanes', 'base,pessimistic', ...rest]);

beforeAll(async () => {
  await tapedeck(['synth', '--name', 'small', '--cities', '1', '--days', '3', '--data', data, '--quiet']);
  const { status, stderr } = await run(strategy('first', ''));
  expect(status, stderr).toBe(0);
});

const MISTAKES: readonly (readonly [sentence: string, file: string, says: RegExp])[] = [
  ['throws a text', strategy('text', "onTrade() { throw 'oops'; },"), /in onTrade at tape row \d+: "oops"/],
  ['throws nothing at all', strategy('nothing', 'onTrade() { throw undefined; },'), /in onTrade .*: undefined/],
  ['calls itself for ever', strategy('deep', 'onTrade() { const f = () => f(); f(); },'), /call stack.*deep\.ts:4/],
  [
    'breaks an assertion of its own',
    strategy('own', "onTrade() { assert(false, 'mine'); },", "import { assert } from 'tapedeck/core/assert';"),
    /AssertionError: mine \(at .*own\.ts:4/,
  ],
  [
    'makes a price that is none',
    strategy('half', 'onTrade() { price(40.5); },', "import { price } from 'tapedeck/core/price';"),
    /40\.5 is not a price.*half\.ts:4/,
  ],
  [
    'reads a file that is not there',
    strategy('reads', "onTrade() { readFileSync('/nowhere'); },", "import { readFileSync } from 'node:fs';"),
    /ENOENT.*reads\.ts:4/,
  ],
  [
    'asks for a price off the grid',
    strategy('grid', 'onTrade(t, c) { c.submit({ market: t.market, side: 0, price: 4050, quantity: 100 }); },'),
    /4050 \(40\.5¢\).*nearest prices are 4000 \(40¢\) and 4100 \(41¢\) \(at .*grid\.ts:4/,
  ],
  [
    'writes to a market',
    strategy('frozen', "onTrade(_, c) { c.markets[0].ticker = 'X'; },"),
    /read only property 'ticker'.*frozen\.ts:4/,
  ],
  [
    'writes to the list of markets',
    strategy('list', 'onTrade(_, c) { c.markets.pop(); },'),
    /in onTrade .*TypeError.*list\.ts:4/,
  ],
  ['keeps a book', strategy('kept', 'onBook(m, c) { kept?.bestBid; kept ??= c.book(m); },', 'let kept;'), /kept\.ts:4/],
  ['waits', strategy('waits', 'async onTrade() {},'), /in create: onTrade of the strategy is an async function/],
  [
    'leaves a fetch to fail, whose stack has no line of anybody',
    strategy(
      'fetching',
      "onStart() { void fetch('http://127.0.0.1:1/'); }, onTrade() { for (let i = 0; i < 2e5; i++) Math.sqrt(i); },",
    ),
    /code that the strategy left running failed: TypeError: fetch failed/,
  ],
  ['leaves a promise to fail', strategy('stray', "onTrade() { Promise.reject(new Error('x')); },"), /stray\.ts:4/],
  [
    'leaves a timer to throw',
    strategy('tick', "onStart() { setTimeout(() => { throw new Error('x'); }); },"),
    /left running failed: Error: x \(at .*tick\.ts:4/,
  ],
  ['ends the process', strategy('exits', 'onTrade() { process.exit(0); },'), /ended before the command was done/],
  ['never loads', strategy('stuck', '', 'await new Promise(() => {});'), /ended before the command was done/],
  [
    'is one and the same in every lane',
    write(
      folder,
      'one.ts',
      "const one = {};\nexport default { name: 'one', summary: '', params: {}, create: () => one };\n",
    ),
    /in create: create gave one strategy twice/,
  ],
  [
    'names a control that has its own name',
    write(
      folder,
      'twin.ts',
      "export default { name: 'twin', summary: '', params: {}, create: () => ({}), controls: () => [{ name: 'twin', params: {} }] };\n",
    ),
    /in controls: controls gave the name "twin" twice/,
  ],
];

describe('a strategy that fails is told by its own line, and nothing of its run is kept', () => {
  for (const [sentence, file, says] of MISTAKES) {
    it(`one that ${sentence}`, async () => {
      const before = entriesOf(data, 'runs');
      const { status, stdout, stderr } = await run(file, '--quiet');
      expect(stderr).toMatch(says);
      expect(stderr).toContain('[strategy-failed]');
      expect(stderr).not.toMatch(/^\s+at /m);
      expect(status).toBe(5);
      expect(stdout).toBe('');
      expect(entriesOf(data, 'runs')).toEqual(before);
    });
  }

  it('a misnamed callback is remarked on once, and the run goes on', async () => {
    const { status, stdout, stderr } = await run(strategy('misnamed', 'onbook() {},'));
    expect(status).toBe(0);
    expect(stderr.match(/nobody calls "onbook" of the strategy: did you mean onBook\?/g)).toHaveLength(1);
    expect(stdout).toContain('Verdict');
  });

  it('a timer that is left running does not keep the process', async () => {
    const { status } = await run(strategy('ticking', 'onStart() { setInterval(() => {}, 60_000); },'));
    expect(status).toBe(0);
  });
});

describe('Ctrl-C ends a strategy that never gives a turn', () => {
  const interrupted = async (file: string): Promise<Ended> => {
    let reached = false;
    return await tapedeck(['backtest', '--strategy', file, '--tape', 'small', '--data', data, '--lanes', 'base'], {
      during: async (child) => {
        child.stdout?.on('data', (piece) => (reached ||= String(piece).includes('for ever')));
        await until(() => reached);
        // From here on the process hears only what watches over synchronous code.
        await new Promise((wait) => setTimeout(wait, 2_500));
        child.kill('SIGINT');
      },
    });
  };
  const FOREVER = "process.stdout.write('for ever'); for (;;) {}";
  const CASES: readonly (readonly [string, string, RegExp])[] = [
    [
      'in a callback, and says where on the tape',
      strategy('loop', `onTrade() { ${FOREVER} },`),
      /strategy "loop" was in a long computation, in onTrade at tape row \d+; this part of the tape had taken \d+ s/,
    ],
    ['as it ends', strategy('ending', `onStop() { ${FOREVER} },`), /in a long computation, in onStop/],
    [
      'while it is made',
      write(folder, 'made.ts', `export default { name: 'made', summary: '', params: {}, create() { ${FOREVER} } };\n`),
      /strategy "made" was still busy in create/,
    ],
    ['while it loads', write(folder, 'loads.ts', `${FOREVER}\n`), /loads\.ts was still busy while it loaded/],
  ];
  for (const [sentence, file, says] of CASES) {
    it(sentence, async () => {
      const before = entriesOf(data, 'runs');
      const { status, stderr } = await interrupted(file);
      expect(stderr).toMatch(says);
      expect(stderr).toContain('[interrupted]');
      expect(status).toBe(130);
      expect(entriesOf(data, 'runs')).toEqual(before);
    });
  }
});
