import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Session } from '../../src/cli/session.ts';
import type { SynthFlags } from '../../src/cli/synth-flags.ts';
import { configOf, synthesise } from '../../src/cli/synthesise.ts';
import { DEMO_CONFIG, LIFECYCLE_CONFIG } from '../../src/sim/synthetic/config.ts';
import { generate } from '../../src/sim/synthetic/generator.ts';
import { openDatabase, readRows, sqlText } from '../../src/tape/duckdb.ts';
import { readManifest } from '../../src/tape/manifest.ts';
import { RecordingSink } from '../sim/synthetic/recording-sink.ts';

let dataFolder: string;
const printed: string[] = [];

const FLAGS: SynthFlags = {
  name: 'made',
  like: 'demo',
  seed: 'cli',
  cities: 1,
  days: 1,
  lifecycle: false,
  truth: true,
  replace: false,
  data: '',
  json: true,
  quiet: true,
  color: false,
};

const session = (aborted = false): Session => {
  const controller = new AbortController();
  if (aborted) controller.abort();
  return {
    dataFolder,
    json: true,
    colour: false,
    progress: false,
    signal: controller.signal,
    print: (text) => printed.push(text),
    note: () => {},
  };
};

const tapeFolder = () => join(dataFolder, 'tapes', 'made');

async function ask(sql: string) {
  const database = await openDatabase();
  try {
    for (const [view, file] of Object.entries({ events: 'events', orders: 'truth/orders', trades: 'truth/trades' })) {
      const path = sqlText(join(tapeFolder(), `${file}.parquet`));
      await database.connection.run(`CREATE VIEW ${view} AS FROM read_parquet(${path})`);
    }
    return await readRows(database.connection, sql);
  } finally {
    database.close();
  }
}

beforeAll(async () => {
  dataFolder = mkdtempSync(join(tmpdir(), 'tapedeck-synth-'));
  await synthesise(FLAGS, session());
});
afterAll(() => {
  rmSync(dataFolder, { recursive: true });
});

describe('a generated tape', () => {
  test('is sealed as SYNTHETIC, with its whole configuration, and nothing else is left in the folder', () => {
    const manifest = readManifest(tapeFolder());
    expect(manifest.synthetic).toBe(true);
    expect(manifest.generator).toEqual(JSON.parse(JSON.stringify(configOf(FLAGS))));
    expect(manifest.origin).toMatch(/^SYNTHETIC/);
    expect(readdirSync(join(dataFolder, 'tapes'))).toEqual(['made']);
    expect(JSON.parse(printed[0]!)).toMatchObject({ truthFolder: join(tapeFolder(), 'truth') });
  });

  test('holds the rows that the generator makes of that configuration', () => {
    const sink = new RecordingSink();
    const truth = generate(configOf(FLAGS), sink);
    expect(readManifest(tapeFolder()).rows).toBe(sink.rows.length);
    const told = JSON.parse(readFileSync(join(tapeFolder(), 'truth', 'events.json'), 'utf8'));
    expect(told.events.map((event: { settled_high_f: number }) => event.settled_high_f)).toEqual(
      truth.events.map(({ path }) => path.settledHigh),
    );
  });

  test('shows, at any instant, the sum of the orders that its truth says rest at each price', async () => {
    const at = 'SELECT unnest([0.3, 0.55, 0.8, 0.95]) AS share';
    const life = `SELECT market, min(exchange_time_us) AS opens, max(exchange_time_us) AS ends FROM events WHERE kind <> 'detail' GROUP BY 1`;
    const looks = `SELECT market, (opens + share * (ends - opens))::BIGINT AS us FROM (${life}), (${at})`;
    const shown = `SELECT l.market, us, side, price_e4, sum(quantity_e2) AS size FROM (${looks}) l JOIN events e
      ON e.market = l.market AND kind IN ('snapshot', 'delta') AND exchange_time_us <= us GROUP BY ALL HAVING size <> 0`;
    const filled = 'SELECT order_id, exchange_time_us, quantity_e2 FROM trades';
    const resting = `SELECT l.market, us, side, price_e4, sum(quantity_e2 - coalesce((SELECT sum(f.quantity_e2) FROM (${filled}) f
        WHERE f.order_id = o.order_id AND f.exchange_time_us <= us), 0)) AS size
      FROM (${looks}) l JOIN orders o ON o.market = l.market AND rested_time_us <= us AND left_time_us > us GROUP BY ALL`;
    const [result] = await ask(
      `SELECT count(*) AS levels, count(*) FILTER (s.size IS DISTINCT FROM r.size) AS differing
       FROM (${shown}) s FULL JOIN (${resting}) r USING (market, us, side, price_e4)`,
    );
    expect(Number(result!.levels)).toBeGreaterThan(200);
    expect(result!.differing).toBe(0);
  });

  test('has a true trade for each print, and orders that end once', async () => {
    const [result] =
      await ask(`SELECT (SELECT count(*) FROM events WHERE kind = 'trade') AS prints, (SELECT count(*) FROM trades) AS trades,
      (SELECT count(*) - count(DISTINCT order_id) FROM orders) AS twice, (SELECT count(DISTINCT owner_kind) FROM orders) AS kinds,
      (SELECT count(*) FROM trades t ANTI JOIN orders o USING (order_id)) AS unknown`);
    expect(result).toEqual({ prints: result!.trades, trades: result!.trades, twice: 0, kinds: 2, unknown: 0 });
    expect(Number(result!.trades)).toBeGreaterThan(100);
  });

  test('is not replaced unasked, and an interrupted one leaves nothing', async () => {
    await expect(synthesise(FLAGS, session())).rejects.toThrow(expect.objectContaining({ code: 'tape-exists' }));
    await expect(synthesise({ ...FLAGS, name: 'half' }, session(true))).rejects.toThrow(
      expect.objectContaining({ code: 'interrupted' }),
    );
    expect(readdirSync(join(dataFolder, 'tapes'))).toEqual(['made']);
    await synthesise({ ...FLAGS, truth: false, replace: true }, session());
    expect(existsSync(join(tapeFolder(), 'truth'))).toBe(false);
  });
});

describe('flags', () => {
  test('change the configuration that --like names, and nothing else', () => {
    const { seed: _, cities: __, days: ___, lifecycle: ____, ...bare } = FLAGS;
    expect(configOf(bare)).toEqual(DEMO_CONFIG);
    expect(configOf({ ...bare, lifecycle: true }).lifecycle).toEqual(LIFECYCLE_CONFIG.lifecycle);
    expect(configOf({ ...bare, informed: 0.2, bursts: 2, peak: 5_000 })).toEqual({
      ...DEMO_CONFIG,
      informedSweepShare: 0.2,
      bursts: { ...DEMO_CONFIG.bursts, perEvent: 2, peak: 5_000 },
    });
  });

  test('that make no sense are refused before anything is written', async () => {
    expect(() => configOf({ ...FLAGS, cities: 7 })).toThrow(expect.objectContaining({ code: 'usage' }));
    await expect(synthesise({ ...FLAGS, name: 'wrong', informed: 2 }, session())).rejects.toThrow(
      expect.objectContaining({ code: 'invalid-parameter' }),
    );
    expect(existsSync(join(dataFolder, 'tapes', 'wrong'))).toBe(false);
  });
});
