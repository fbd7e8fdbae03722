import { cpSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { bundleDigest } from '../../src/model/bundle-digest.ts';
import type { Bundle } from '../../src/model/bundle-format.ts';
import { tapedeck, temporaryFolder, write } from '../cli/compiled.ts';

const folder = temporaryFolder();
const MODELS = resolve(import.meta.dirname, '../../models');
const FAST = [
  '--city',
  'chicago',
  '--speed',
  '300',
  '--activity',
  '4',
  '--start',
  '2030-03-05T17:00:00Z',
  '--hours',
  '0.6',
];

/** Explains each print it hears, and sends an order at every fifth; `figure` is what a mistake may be planted in. */
function strategyText(figure: string, more = ''): string {
  return `import { number } from 'tapedeck/engine/params';
import { contracts } from 'tapedeck/core/quantity';
import { defineStrategy, type Context, type Strategy, type Trade } from 'tapedeck/engine/strategy';
const params = { every: number({ standard: 5, min: 1, help: 'prints between two orders' }) };
let filter = 0;
class Teller implements Strategy {
  readonly every: number;
  prints = 0;
  constructor(every: number) { this.every = every; }
  onTrade(trade: Trade, context: Context): void {
    this.prints++;
    context.explain('heard', trade.market, { prints: this.prints, figure: ${figure} });
    if (this.prints % this.every !== 0) return;
    const { market, price } = trade;
    context.submit({ market, side: 0, price, quantity: contracts(1), timeInForce: 'immediate-or-cancel' });
  }
}
export default defineStrategy({ name: 'teller', summary: 'tells of prints', params, create: ({ every }) => new Teller(every), ${more} });
`;
}

interface Ran {
  readonly data: string;
  readonly id: string;
  readonly file: string;
}

/** A session of a strategy, and what its own parity said at its end. */
async function session(
  name: string,
  text: string,
): Promise<Ran & { readonly difference: string | null; readonly outputs: number }> {
  const file = write(folder, `${name}/teller.ts`, text);
  const data = join(folder, name, 'data');
  const ended = await tapedeck(['live', ...FAST, '--strategy', file, '--data', data, '--json', '--quiet']);
  const summary = JSON.parse(ended.stdout.trimEnd().split('\n').at(-1)!);
  expect(ended.status, ended.stderr).toBe(summary.parity.difference === null ? 0 : 10);
  return { data, file, id: summary.id, difference: summary.parity.difference, outputs: summary.parity.outputs };
}

const parity = ({ id, data }: Ran, environment = {}) => tapedeck(['parity', id, '--data', data], { environment });

/** Another session's folder with the same content, to be changed. */
function copied({ data, id, file }: Ran, name: string): Ran & { readonly log: string; readonly facts: string } {
  const to = join(folder, name);
  cpSync(data, to, { recursive: true });
  const path = join(to, 'sessions', id);
  return { data: to, id, file, log: join(path, 'log.jsonl'), facts: join(path, 'session.json') };
}

describe('planted differences between a session and its replay', () => {
  let sound: Awaited<ReturnType<typeof session>>;

  beforeAll(async () => {
    sound = await session('sound', strategyText('trade.price'));
  });

  test('without one, every decision and order is the same, byte for byte', async () => {
    expect(sound.difference).toBeNull();
    expect(sound.outputs).toBeGreaterThan(20);
    const { status, stdout } = await parity(sound);
    expect(status).toBe(0);
    expect(stdout).toMatch(
      /parity {5}[\d,]+ inputs replayed: all [\d,]+ decisions, orders and questions the same, byte for byte/,
    );
  });

  test('a changed default is named as a change of the strategy, at the first decision that it changes', async () => {
    const plant = copied(sound, 'default');
    const facts = JSON.parse(readFileSync(plant.facts, 'utf8'));
    // As if it had run without the parameter written down, and the default were another now.
    expect(facts.params).toEqual({ every: 5 });
    const changed = write(
      folder,
      'default-changed/teller.ts',
      strategyText('trade.price').replace('% this.every', '% (this.every + 1)'),
    );
    writeFileSync(plant.facts, JSON.stringify({ ...facts, strategy: { ...facts.strategy, found: changed } }));
    const { status, stdout, stderr } = await parity(plant);
    expect(status).toBe(10);
    expect(stdout).toMatch(
      /BROKEN.*after line \d+ \(the book or a print\) the session asked for something that the replay does not, line \d+: \[">submit"/,
    );
    expect(stdout).toContain('changed since: the code of the strategy');
    expect(stderr).toContain('[parity-broken]');
  });

  test('a reordered event is found, numbers and all', async () => {
    const swapped = copied(sound, 'swapped');
    const lines = readFileSync(swapped.log, 'utf8').split('\n');
    const prints = lines.flatMap((line, at) => (/^\[\d+,"e",1,/.test(line) ? [at] : []));
    const [one, other] = [prints[2]!, prints[6]!];
    [lines[one], lines[other]] = [lines[other]!, lines[one]!];
    writeFileSync(swapped.log, lines.join('\n'));
    const moved = await parity(swapped);
    expect(moved.status).toBe(3);
    expect(moved.stderr).toMatch(/line \d+ of .*log.jsonl has the number \d+: lines were lost, added or moved/);
    // Numbered anew, so that only what the engine makes of it shows.
    const anew = lines.map((line, at) => line.replace(/^\[\d+,/, `[${at + 1},`));
    writeFileSync(swapped.log, anew.join('\n'));
    const { status, stdout } = await parity(swapped);
    expect(status).toBe(10);
    expect(stdout).toMatch(/BROKEN/);
    expect(stdout).toContain('nothing that is known of has changed since');
  });

  test('a clock that is read shows at the first decision that depends on it', async () => {
    const { difference } = await session('clock', strategyText('Date.now() % 1000'));
    expect(difference).toMatch(/the session has line \d+: \[">decision",.*the replay \[">decision"/);
    expect(difference).toContain('"figure":');
  });

  test('a filter that is advanced by each call, however often it is called, shows too', async () => {
    const advancing = strategyText('filter', "label: () => { filter += 0.5; return 'teller'; }");
    const { difference } = await session('filter', advancing);
    expect(difference).toMatch(/the session has line \d+: \[">decision",.*"figure":/);
  });
});

test('a swapped model is named, with the first answer that is another', async () => {
  const data = join(folder, 'model', 'data');
  const args = ['--city', 'chicago', '--speed', '120', '--hours', '0.5', '--data', data, '--json', '--quiet'];
  const ended = await tapedeck(['live', ...args]);
  expect(ended.status, ended.stderr).toBe(0);
  const { id, parity: found } = JSON.parse(ended.stdout.trimEnd().split('\n').at(-1)!);
  expect(found.questions).toBeGreaterThan(3);
  const models = join(folder, 'models');
  cpSync(MODELS, models, { recursive: true });
  const file = join(models, 'chicago', 'bundle.json');
  const bundle = JSON.parse(readFileSync(file, 'utf8')) as Bundle;
  const other = { ...bundle, hours: [8, 9] as [number, number] };
  writeFileSync(file, JSON.stringify({ ...other, digest: bundleDigest(other) }));
  const { status, stdout } = await tapedeck(['parity', id, '--data', data], {
    environment: { TAPEDECK_MODELS: models },
  });
  expect(status).toBe(10);
  expect(stdout).toMatch(/the model chicago\/high answered \[\[.*in the session \(line \d+\), and answers/);
  expect(stdout).toContain('changed since: the models');
  expect(readdirSync(join(data, 'tapes'))).toEqual([id]);
});
