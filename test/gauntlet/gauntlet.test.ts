import { describe, expect, it } from 'vitest';
import { secretsIn } from '../../scripts/gauntlet/check.ts';
import { inMemory } from '../../scripts/gauntlet/in-memory.ts';
import { PLANTS } from '../../scripts/gauntlet/plants.ts';
import { table } from '../../scripts/gauntlet/table.ts';
import { STAGES, worldOf } from '../../scripts/gauntlet/world.ts';
import { FAULT_NAMES } from '../../src/exchange/drawn-faults.ts';

/** The first seed of each stage: what `npm run gauntlet` runs by the thousand. */
const SEEDS = STAGES.map((stage) => {
  for (let seed = 0; ; seed++) if (worldOf(String(seed)).stage === stage) return String(seed);
});

describe('the production adapter on a wire that fails, under simulated time', () => {
  it.each(SEEDS)('holds every invariant at seed %s, twice to the same digest', async (seed) => {
    const outcome = await inMemory(seed);
    expect(outcome.broken).toEqual([]);
    expect(outcome.orders).toBeGreaterThan(5);
    expect((await inMemory(seed)).digest).toBe(outcome.digest);
  });

  it('settles what it was told was paid', async () => {
    const seed = SEEDS[STAGES.indexOf('corrected result')]!;
    expect((await inMemory(seed)).settled).toBeGreaterThan(0);
  });
});

describe('the gauntlet itself', () => {
  it.each(Object.entries(PLANTS))('finds the planted mistake %s', async (_, { plant, sign }) => {
    let found = false;
    for (let seed = 0; seed < 10 && !found; seed++) {
      found = (await inMemory(String(seed), plant)).broken.some((what) => sign.test(what));
    }
    expect(found).toBe(true);
  });

  it('tells apart seeds, and stages by seed', async () => {
    const [first, second] = [await inMemory('0'), await inMemory('1')];
    expect(first.digest).not.toBe(second.digest);
    expect(new Set(SEEDS).size).toBe(STAGES.length);
  });

  it('names what was met too rarely', async () => {
    const outcome = await inMemory('0');
    const { rare } = table([outcome], [], 1_000_000);
    for (const name of FAULT_NAMES) expect(rare).toContain(`fault ${name}`);
    const once = <T extends string>(of: Readonly<Record<T, number>>) =>
      Object.fromEntries(Object.keys(of).map((name) => [name, 1])) as Record<T, number>;
    const one = {
      ...outcome,
      orders: 1,
      fills: 1,
      settled: 1,
      faults: once(outcome.faults),
      paths: once(outcome.paths),
    };
    const less = { ...one, faults: { ...one.faults, skew: 0 } };
    expect(table([one, one, less], [], 3).rare).toEqual(['fault skew']);
    expect(table([one, one, less], [], 2).rare).toEqual([]);
  });

  it('finds a secret by any line of it', () => {
    const secret = '-----BEGIN PRIVATE KEY-----\nMC4CAQAwBQYDK2VwBCIEIabcdefgh\n-----END PRIVATE KEY-----';
    expect(secretsIn(['nothing here', 'key MC4CAQAwBQYDK2VwBCIEIabcdefgh !'], [secret])).toHaveLength(1);
    expect(secretsIn(['nothing here'], [secret])).toEqual([]);
  });
});
