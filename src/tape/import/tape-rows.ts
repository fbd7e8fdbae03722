import { basename } from 'node:path';
import { Fault } from '../../core/fault.ts';
import { gridOf } from '../../core/price-grid.ts';
import type { Loading } from './loading.ts';
import { gridBands } from './markets.ts';
import { countOf, firstRow } from './sql.ts';

/** Room between the ordinals of two source rows for the tape rows that one of them gives. */
const SPREAD = 1 << 16;

/** The columns of a tape row, in order. */
export const ROW_COLUMNS =
  'exchange_time_us, local_time_us, kind, market, side, price_e4, quantity_e2, more, trade_id, detail, ordinal';

/** Makes `tape_rows` from `picked` and `market_facts`. Counts what is left out; throws a Fault where the mapping says to refuse. */
export async function makeTapeRows(loading: Loading): Promise<void> {
  const { connection, file, findings } = loading;
  const unknown = await firstRow(
    connection,
    'SELECT count(*) AS n, count(DISTINCT key) AS keys FROM picked ANTI JOIN market_facts USING (key)',
  );
  findings.add(`rows of ${unknown.keys} markets that are not listed`, Number(unknown.n), 'left out');
  const { rows } = file.mapping;
  if (rows === 'trades') await tradeRows(loading);
  else if (rows === 'books') await bookRows(loading);
  else await quoteRows(loading);
  const late = await firstRow(
    connection,
    `SELECT count(*) FILTER (t.exchange_time_us < m.open_time_us) AS early, count(*) FILTER (t.exchange_time_us > m.close_time_us) AS late
     FROM tape_rows t JOIN market_facts m USING (market)`,
  );
  findings.add('rows before the recorded opening of their market', Number(late.early), 'kept');
  findings.add(
    'rows after the close of their market',
    Number(late.late),
    'kept, but not covered: nothing fills on them',
  );
}

async function tradeRows(loading: Loading): Promise<void> {
  const { connection, file, findings } = loading;
  const { mapping } = file;
  const sided = mapping.takerSide !== undefined;
  let chosen = 'picked';
  if (mapping.tradeId === undefined) {
    const same = `key, time_us, price_e4, quantity_e2${sided ? ', side' : ''}`;
    const repeated = await countOf(
      connection,
      `SELECT sum(n - 1) FROM (SELECT count(*) AS n FROM picked GROUP BY ${same} HAVING count(*) > 1)`,
    );
    findings.add(
      'trades equal to another in every column',
      repeated,
      'kept: a sweep prints equal rows, and the source gives no ids',
    );
  } else {
    const repeated = await countOf(connection, 'SELECT count(*) - count(DISTINCT trade_id) FROM picked');
    findings.add('trades whose id was there before', repeated, 'left out');
    chosen = '(SELECT * FROM picked QUALIFY row_number() OVER (PARTITION BY trade_id ORDER BY ordinal) = 1)';
  }
  if (!sided) {
    const all = await countOf(connection, 'SELECT count(*) FROM picked');
    findings.add('trades without a taker side', all, 'kept as unsided: they tell a price, never who took');
  }
  const onGrid = await refuseOffGrid(loading, 'price_e4', 'price_e4');
  await connection.run(`CREATE TABLE tape_rows AS
    SELECT p.time_us AS exchange_time_us, p.known_us AS local_time_us, '${sided ? 'trade' : 'unsided-trade'}' AS kind, m.market,
      ${sided ? 'p.side' : 'CAST(NULL AS VARCHAR)'} AS side, p.price_e4, p.quantity_e2, false AS more,
      ${mapping.tradeId ? 'p.trade_id' : 'CAST(NULL AS VARCHAR)'} AS trade_id, CAST(NULL AS VARCHAR) AS detail,
      p.ordinal * ${SPREAD} AS ordinal
    FROM ${chosen} p JOIN market_facts m USING (key) WHERE ${onGrid}`);
}

/** Refuses, or counts and leaves out, picked rows whose `columns` hold a price that no market trades at. Gives the condition to keep. */
async function refuseOffGrid(loading: Loading, condition: string, said: string): Promise<string> {
  const { connection, file, findings } = loading;
  const { mapping } = file;
  const prices = [...gridOf(gridBands(mapping.markets)).prices];
  await connection.run(`CREATE OR REPLACE TABLE grid AS SELECT unnest([${prices.join(', ')}]) AS price_e4`);
  const onGrid = condition
    .split(', ')
    .map((column) => `(${column} IS NULL OR ${column} IN (SELECT price_e4 FROM grid))`)
    .join(' AND ');
  const bad = await firstRow(
    connection,
    `SELECT count(*) AS n, arg_min(file, ordinal) AS file, arg_min(key, ordinal) AS key, arg_min(coalesce(${condition}), ordinal) AS price
     FROM picked WHERE NOT (${onGrid})`,
  );
  const count = Number(bad.n);
  if (count > 0 && mapping.offGrid === 'refuse') {
    throw new Fault(
      'off-grid-price',
      `${count} rows have a ${said} that is not on the declared grid; the first is in ${basename(String(bad.file))}, market ${bad.key}, ${bad.price} (1e-4 dollars)`,
      { next: 'Correct "markets.priceGrid" or the unit, or declare "offGrid": "leave-out" in the mapping.' },
    );
  }
  findings.add('rows with a price that is not on the declared grid', count, 'left out');
  return onGrid;
}

async function quoteRows(loading: Loading): Promise<void> {
  const { connection, file, findings } = loading;
  const { mapping } = file;
  const ask = mapping.noBid === undefined ? 'ask_e4' : '10000 - noBid_e4';
  const tidy = (price: string, empty: string) => `CASE WHEN ${price} ${empty} THEN NULL ELSE ${price} END`;
  await connection.run(`ALTER TABLE picked RENAME TO sampled`);
  await connection.run(
    `CREATE TABLE picked AS SELECT ordinal, file, key, time_us, known_us, ${tidy('bid_e4', '<= 0')} AS best_bid, ${tidy(ask, '>= 10000')} AS best_ask FROM sampled`,
  );
  await connection.run('DROP TABLE sampled');
  const counts = await firstRow(
    connection,
    `SELECT count(*) FILTER (best_bid IS NULL AND best_ask IS NOT NULL) AS no_bid, count(*) FILTER (best_bid IS NOT NULL AND best_ask IS NULL) AS no_ask,
       count(*) FILTER (best_bid IS NULL AND best_ask IS NULL) AS nothing, count(*) FILTER (best_bid > best_ask) AS crossed,
       count(*) FILTER (best_bid = best_ask) AS locked, count(*) AS n, count(DISTINCT (key, time_us)) AS times FROM picked`,
  );
  findings.add('quotes without a bid', Number(counts.no_bid), 'kept: the bid side is empty');
  findings.add('quotes without an ask', Number(counts.no_ask), 'kept: the ask side is empty');
  findings.add('quotes without bid and ask', Number(counts.nothing), 'kept: both sides are empty, so nothing can fill');
  findings.add(
    'quotes with bid and ask at one price',
    Number(counts.locked),
    'kept: the book is locked until the next',
  );
  findings.add(
    'quotes of one market at one time',
    Number(counts.n) - Number(counts.times),
    'kept in source order: the last stands',
  );
  const uncrossed = await refuseCrossed(loading, Number(counts.crossed), 'best_bid > best_ask');
  const onGrid = await refuseOffGrid(loading, 'best_bid, best_ask', 'quote');
  const side = (name: string, best: string, more: boolean) => `
    SELECT time_us AS exchange_time_us, known_us AS local_time_us, 'quote' AS kind, m.market, '${name}' AS side,
      coalesce(${best}, 0) AS price_e4, CAST(NULL AS BIGINT) AS quantity_e2, ${more} AS more,
      CAST(NULL AS VARCHAR) AS trade_id, CAST(NULL AS VARCHAR) AS detail, ordinal * ${SPREAD} + ${more ? 0 : 1} AS ordinal
    FROM picked JOIN market_facts m USING (key) WHERE ${onGrid} AND ${uncrossed}`;
  await connection.run(
    `CREATE TABLE tape_rows AS ${side('bid', 'best_bid', true)} UNION ALL ${side('ask', 'best_ask', false)}`,
  );
}

async function refuseCrossed(
  { connection, file, findings }: Loading,
  count: number,
  condition: string,
): Promise<string> {
  const { crossed } = file.mapping;
  if (count > 0 && crossed === 'refuse') {
    const bad = await firstRow(
      connection,
      `SELECT arg_min(file, ordinal) AS file, arg_min(key, ordinal) AS key FROM picked WHERE ${condition}`,
    );
    throw new Fault(
      'crossed-book',
      `${count} rows have a bid above the ask; the first is in ${basename(String(bad.file))}, market ${bad.key}`,
      { next: 'Check units and sides in the mapping, or declare "crossed": "leave-out" or "keep".' },
    );
  }
  findings.add(
    'rows with the bid above the ask',
    count,
    crossed === 'keep' ? 'kept: the book is crossed until the next' : 'left out',
  );
  return crossed === 'leave-out' ? `(${condition}) IS NOT TRUE` : 'true';
}

async function bookRows(loading: Loading): Promise<void> {
  const { connection, file, findings } = loading;
  const best = (levels: string) => `list_max(list_transform(${levels}, lambda level: level[1]))`;
  const crossing = `${best('yes_levels')} + ${best('no_levels')} > 10000.5`;
  const counts = await firstRow(
    connection,
    `SELECT count(*) FILTER (${crossing}) AS crossed, count(*) FILTER (len(yes_levels) = 0 AND len(no_levels) = 0) AS nothing,
       count(*) FILTER ((len(yes_levels) = 0) <> (len(no_levels) = 0)) AS one_sided FROM picked`,
  );
  const uncrossed = await refuseCrossed(loading, Number(counts.crossed), crossing);
  findings.add('books with one side empty', Number(counts.one_sided), 'kept');
  findings.add('books with both sides empty', Number(counts.nothing), 'kept: an empty book is a fact');
  await tellOfSweeps(loading);
  await connection.run(`CREATE TABLE book_levels AS
    SELECT ordinal, key, file, 'bid' AS side, unnest(yes_levels) AS level, generate_subscripts(yes_levels, 1) AS place FROM picked WHERE ${uncrossed}
    UNION ALL
    SELECT ordinal, key, file, 'ask', unnest(no_levels), 5000 + generate_subscripts(no_levels, 1) FROM picked WHERE ${uncrossed}`);
  const fine = await countOf(
    connection,
    'SELECT count(*) FROM book_levels WHERE abs(level[1] - round(level[1])) > 1e-6 OR abs(level[2] - round(level[2])) > 1e-4',
  );
  if (fine > 0) {
    throw new Fault('unsupported-precision', `${fine} levels are finer than 1e-4 dollars or 0.01 contract`, {
      next: 'Correct the units of "yesBids" and "noBids" in the mapping.',
    });
  }
  const empty = await countOf(connection, 'SELECT count(*) FROM book_levels WHERE level[2] <= 0');
  findings.add('levels of size zero or less', empty, 'left out');
  await connection.run(`CREATE TABLE level_prices AS SELECT *, CAST(round(CASE side WHEN 'bid' THEN level[1] ELSE 10000 - level[1] END) AS INTEGER) AS price_e4
    FROM book_levels WHERE level[2] > 0`);
  await refuseOffGridLevels(loading);
  await connection.run(`CREATE TABLE tape_rows AS
    SELECT p.time_us AS exchange_time_us, p.known_us AS local_time_us, 'snapshot' AS kind, m.market, coalesce(l.side, 'bid') AS side,
      coalesce(l.price_e4, 0) AS price_e4, coalesce(CAST(round(l.level[2]) AS BIGINT), 0) AS quantity_e2,
      l.place IS NOT NULL AND l.place < max(l.place) OVER (PARTITION BY p.ordinal) AS more,
      CAST(NULL AS VARCHAR) AS trade_id, CAST(NULL AS VARCHAR) AS detail, p.ordinal * ${SPREAD} + coalesce(l.place, 0) AS ordinal
    FROM picked p JOIN market_facts m USING (key) LEFT JOIN level_prices l USING (ordinal) WHERE ${uncrossed}`);
  await connection.run('DROP TABLE book_levels; DROP TABLE level_prices');
  const { sampling } = file.mapping.grade;
  if (sampling === 'sampled') {
    const books = await countOf(connection, 'SELECT count(*) FROM picked');
    findings.add('books sampled, not followed', books, 'kept: what happened between two of them is not recorded');
  }
}

async function refuseOffGridLevels({ connection, file: { mapping } }: Loading): Promise<void> {
  const prices = [...gridOf(gridBands(mapping.markets)).prices];
  await connection.run(`CREATE OR REPLACE TABLE grid AS SELECT unnest([${prices.join(', ')}]) AS price_e4`);
  const bad = await firstRow(
    connection,
    'SELECT count(*) AS n, min(key) AS key, min(price_e4) AS price FROM level_prices ANTI JOIN grid USING (price_e4)',
  );
  if (Number(bad.n) === 0) return;
  throw new Fault(
    'off-grid-price',
    `${bad.n} levels are not on the declared grid, among them ${bad.price} (1e-4 dollars) in ${bad.key}`,
    {
      next: 'Correct "markets.priceGrid" or the unit in the mapping: a book without a level would be another book.',
    },
  );
}

async function tellOfSweeps({ connection, file: { mapping }, findings }: Loading): Promise<void> {
  if (mapping.sweep === undefined) return;
  const { rows, sweeps } = await firstRow(
    connection,
    `SELECT sum(n) AS rows, count(*) AS sweeps FROM (SELECT count(*) AS n FROM picked GROUP BY sweep HAVING count(*) > 1 AND count(DISTINCT time_us) = 1)`,
  );
  findings.add(
    `rows of ${sweeps} sweeps that carry one capture time for many markets`,
    Number(rows ?? 0),
    "kept: the time is the sweep's, not the book's",
  );
}
