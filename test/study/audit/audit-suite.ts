import { afterAll, beforeAll, expect, it } from 'vitest';
import { OPTIMISTIC, PESSIMISTIC } from '../../../src/sim/lane.ts';
import type { RunResult } from '../../../src/study/store/run-result.ts';
import { type Database, openDatabase, readRows, type SqlValue } from '../../../src/tape/duckdb.ts';
import { auditTearsheet } from '../attribution/audit/audit-tearsheet.ts';
import { AuditedTape, laneDigest, type RunChoices } from './audit-run.ts';
import { invariants } from './invariant-sql.ts';
import { FEES, feesThatDiffer, LANE_PROFITS, MARKET_PROFITS, PROFITS, settlementsThatDiffer } from './money-sql.ts';
import {
  EXPECTED,
  fillsOf,
  fillsThatDiffer,
  ORDERS_AGAIN,
  ORDERS_SIDE_BY_SIDE,
  ordersDecided,
  ordersThatDiffer,
  outcomesThatDiffer,
  type StatedLane,
  statedLanes,
} from './order-sql.ts';
import { PRINTS_THAT_DIFFER, type SourceSql, tapeNumbers } from './source-sql.ts';
import {
  DECISIONS_THAT_DIFFER,
  DECISIONS_TWICE,
  decisionTable,
  PLACEBO_NOT_ORDINARY,
  PLACEBO_SIZES_INVENTED,
  placeboSides,
  SINGLE_PRINTS,
  SWEEPS,
  WINDOWS_THAT_ARE_SWEEPS,
} from './sweep-sql.ts';
import { STAYS, VERDICTS, WRONG_VERDICTS } from './verdict-sql.ts';

/** One recorded set and what is known of it beforehand. */
export interface AuditedSet {
  readonly set: string;
  readonly folder: string;
  readonly source: SourceSql;
  readonly windows: string;
  /** How much earlier than written a print may have happened, in µs. */
  readonly resolutionUs: number;
  readonly trades: number;
  /** Prints that alone cost their taker $1,000, and sweeps that do. */
  readonly largePrints: number;
  readonly sweeps: number;
  /** Other ways of making the same run: none may change its digest. */
  readonly same: Readonly<Record<string, RunChoices>>;
}

interface Opened {
  readonly tape: AuditedTape;
  readonly result: RunResult;
  readonly folder: string;
  readonly lanes: readonly StatedLane[];
  readonly database: Database;
  rows(sql: string): Promise<Record<string, SqlValue>[]>;
  /** The first few rows: enough to see what is wrong. */
  some(sql: string): Promise<Record<string, SqlValue>[]>;
}

/** Runs whale over a set, and finds everything it did again in SQL from the original files. */
export function auditWhale(audited: AuditedSet): void {
  let opened: Opened;
  beforeAll(async () => {
    opened = await open(audited);
  });
  afterAll(() => {
    opened?.database.close();
    opened?.tape.remove();
  });
  signalTests(audited, () => opened);
  tradingTests(() => opened);
  moneyTests(() => opened);
  invariantTests(audited, () => opened);
  digestTests(audited, () => opened);
  auditTearsheet(() => ({ dataFolder: opened.tape.folder, id: opened.result.id, tape: opened.tape.tape }));
}

async function open({ set, folder, source, windows, resolutionUs }: AuditedSet): Promise<Opened> {
  const tape = await AuditedTape.import(set, folder);
  const run = await tape.run();
  const lanes = statedLanes(run.result.assumptions);
  const database = await openDatabase();
  const { connection } = database;
  for (const sql of [
    source(folder),
    tapeNumbers(tape.tape.files('events'), tape.tape.files('markets')),
    windows,
    SWEEPS,
    decisionTable(run.folder),
    ordersDecided(lanes),
    fillsOf('tried', 'first_fills', resolutionUs),
    ORDERS_AGAIN,
    fillsOf('tried_again', 'second_fills', resolutionUs),
    EXPECTED,
    STAYS,
    VERDICTS,
    FEES,
    MARKET_PROFITS,
  ])
    await connection.run(sql);
  const rows = (sql: string) => readRows(connection, sql);
  return { tape, ...run, lanes, database, rows, some: (sql) => rows(`SELECT * FROM (${sql}) ORDER BY ALL LIMIT 5`) };
}

const NONE = [{ n: 0 }];

function signalTests(audited: AuditedSet, at: () => Opened): void {
  it('has every print of the source on the tape, in order, and no other', async () => {
    expect(await at().rows(PRINTS_THAT_DIFFER)).toEqual(NONE);
    expect(await at().rows('SELECT count(*) AS n FROM prints')).toEqual([{ n: audited.trades }]);
    expect(await at().rows('SELECT count(*) AS n FROM raw')).toEqual([{ n: audited.trades }]);
  });

  it(`finds ${audited.sweeps} sweeps of $1,000 or more, where ${audited.largePrints} prints cost as much alone`, async () => {
    expect(await at().rows(SINGLE_PRINTS)).toEqual([{ n: audited.largePrints }]);
    expect(await at().rows('SELECT count(*) AS n FROM sweeps')).toEqual([{ n: audited.sweeps }]);
    expect(await at().rows(WINDOWS_THAT_ARE_SWEEPS)).toEqual([{ n: audited.sweeps }]);
  });

  it('decides once on every sweep and on nothing else, knowing what had been swept by then', async () => {
    expect(await at().some(DECISIONS_THAT_DIFFER)).toEqual([]);
    expect(await at().rows(DECISIONS_TWICE)).toEqual(NONE);
  });

  it('pretends its placebo whales at ordinary prints, with the sizes and sides of the real ones', async () => {
    expect(await at().rows(PLACEBO_NOT_ORDINARY)).toEqual(NONE);
    expect(await at().rows(PLACEBO_SIZES_INVENTED)).toEqual(NONE);
    const draws = at().result.arms.filter((arm) => arm.draw?.of === 'placebo');
    expect(draws).toHaveLength(5);
    for (const { name } of draws) {
      const [sides] = await at().rows(placeboSides(name));
      const { whales, whale_bids, pretended, pretended_bids, drawable } = sides as Record<string, number>;
      expect(pretended).toBe(drawable);
      expect(pretended).toBeGreaterThan(0.99 * whales!);
      expect(Math.abs(whale_bids! - pretended_bids!)).toBeLessThanOrEqual(whales! - pretended!);
    }
  });

  it('enters when no reason stands against it, and skips for a reason that is true', async () => {
    expect(await at().some(WRONG_VERDICTS)).toEqual([]);
  });
}

function tradingTests(at: () => Opened): void {
  it('sends the orders of its entries, quotes small partial fills again, and ends each as the prints say', async () => {
    expect(await at().some(ordersThatDiffer(at().folder))).toEqual([]);
    expect(await at().some(outcomesThatDiffer(at().folder))).toEqual([]);
  });

  it('fills from the prints that the rules of a prints tape name, at their price and size, and from no other', async () => {
    expect(await at().some(fillsThatDiffer(at().folder))).toEqual([]);
    expect(await at().rows(ORDERS_SIDE_BY_SIDE)).toEqual(NONE);
    const [fills] = await at().rows('SELECT count(*) AS n FROM expected_fills');
    const told = at().result.arms.flatMap((arm) => arm.lanes.map((lane) => lane.fills));
    expect(fills?.n).toBe(told.reduce((sum, some) => sum + some, 0));
    expect(fills?.n).toBeGreaterThan(100);
  });
}

function moneyTests(at: () => Opened): void {
  it('charges each fill to the millionth of a dollar', async () => {
    expect(await at().some(feesThatDiffer(at().folder))).toEqual([]);
  });

  it('pays every position by the result of its market', async () => {
    expect(await at().some(settlementsThatDiffer(at().folder))).toEqual([]);
  });

  it('reports the profit of every market, lane and arm to the millionth of a dollar', async () => {
    const { result } = at();
    const markets = result.arms.flatMap(({ name, lanes }) =>
      lanes.flatMap(({ lane, markets: traded }) =>
        traded.map(({ ticker, volumeE2, realisedE6, feesE6, stakedE6, openCostE6 }) => {
          expect(openCostE6).toBe(0);
          return {
            arm: name,
            lane,
            ticker,
            volume_e2: volumeE2,
            gross_e6: realisedE6,
            fees_e6: feesE6,
            staked_e6: stakedE6,
          };
        }),
      ),
    );
    const place = (row: Record<string, SqlValue>) => `${row.arm} ${row.lane} ${row.ticker}`;
    markets.sort((left, right) => (place(left) < place(right) ? -1 : 1));
    const found = await at().rows(PROFITS);
    expect(found.sort((left, right) => (place(left) < place(right) ? -1 : 1))).toEqual(markets);
    const lanes = result.arms.flatMap(({ name, lanes: run }) =>
      run.map((lane) => ({
        arm: name,
        lane: lane.lane,
        net_e6: lane.netE6,
        gross_e6: lane.realisedE6,
        fees_e6: lane.feesE6,
        contracts_e2: lane.contractsE2,
        markets: lane.markets.length,
      })),
    );
    const profits = await at().rows(LANE_PROFITS);
    expect(profits).toHaveLength(3 * result.arms.length);
    expect(profits).toEqual(expect.arrayContaining(lanes));
    for (const { name, lanes: run } of result.arms) {
      for (const { lane, endingCashE6 } of run) {
        const net = profits.find((row) => row.arm === name && row.lane === lane)?.net_e6;
        expect(endingCashE6).toBe(10_000_000_000 + Number(net));
      }
    }
    if (process.env.TAPEDECK_AUDIT_PRINT === '1') await print(at());
  });
}

async function print({ result, rows }: Opened): Promise<void> {
  const lines = [`\n${result.tape.name}: digest ${result.digest}`];
  const counts =
    "SELECT arm, lane, count(*) AS decisions, count(*) FILTER (action = 'enter') AS entries FROM decisions GROUP BY ALL ORDER BY arm, lane";
  const again =
    "SELECT arm, lane, count(*) FILTER (attempt = 2) AS requotes, (SELECT count(*) FROM expected_fills f WHERE f.arm = o.arm AND f.lane = o.lane) AS fills, (SELECT count(*) FROM expected_fills f WHERE f.arm = o.arm AND f.lane = o.lane AND liquidity = 'maker') AS makers FROM expected_orders o GROUP BY ALL ORDER BY arm, lane";
  for (const sql of [counts, again, LANE_PROFITS]) for (const row of await rows(sql)) lines.push(JSON.stringify(row));
  process.stdout.write(`${lines.join('\n')}\n`);
}

function invariantTests({ resolutionUs }: AuditedSet, at: () => Opened): void {
  it('raises no alarm of a phantom: nothing was planted here', () => {
    expect(at().result.findings).toEqual([]);
  });

  it('never does what would flatter it', async () => {
    const { folder, lanes, rows } = at();
    const broken: Record<string, SqlValue | undefined> = {};
    for (const [rule, sql] of Object.entries(invariants(folder, resolutionUs, lanes))) {
      const n = (await rows(sql))[0]?.n;
      if (n !== 0) broken[rule] = n;
    }
    expect(broken).toEqual({});
  });
}

function digestTests({ same }: AuditedSet, at: () => Opened): void {
  for (const [name, choices] of Object.entries(same)) {
    it(`has the same digest ${name}`, async () => {
      const { digest } = await at().tape.again(choices);
      expect(digest).toBe(at().result.digest);
    });
  }

  it('does in one lane what it does there beside the others, in blocks as long as the tape allows too', async () => {
    const { tape, result } = at();
    const alone = await tape.again({ lanes: [PESSIMISTIC], controls: false, rows: 1_000_000_000 });
    expect(laneDigest(alone, 'follow', 'pessimistic')).toBe(laneDigest(result, 'follow', 'pessimistic'));
    const other = await tape.again({ lanes: [OPTIMISTIC, PESSIMISTIC], controls: true });
    for (const arm of ['follow', 'fade', 'placebo 1', 'placebo 5']) {
      for (const lane of ['optimistic', 'pessimistic'])
        expect(laneDigest(other, arm, lane)).toBe(laneDigest(result, arm, lane));
    }
  });
}
