import { basename } from 'node:path';
import { assert } from '../../core/assert.ts';
import { Fault } from '../../core/fault.ts';
import { sqlText } from '../duckdb.ts';
import { repeatedHour, tellOfSkippedHour } from './clock-changes.ts';
import type { Loading, NamedExpression } from './loading.ts';
import type { MappedPrice, Mapping } from './mapping.ts';
import { answerSql, countOf, expressionSql, firstRow, priceScale, priceSql, timeSql } from './sql.ts';

const PRICE_FIELDS = ['price', 'bid', 'ask', 'noBid'] as const;
/** A binary fraction this near to a whole 1e-4 dollar is that price: a double cannot be asked for more. */
const FLOAT_TOLERANCE = 1e-6;

/** The expressions over the columns of the row source, with their places in the mapping. */
export function rowExpressions(mapping: Mapping): NamedExpression[] {
  const fields: [readonly string[], NamedExpression['expression'] | undefined][] = [
    [['market'], mapping.market],
    [['time', 'column'], mapping.time?.column],
    [['quantity', 'column'], mapping.quantity?.column],
    [['takerSide', 'column'], mapping.takerSide?.column],
    [['tradeId'], mapping.tradeId],
    [['periodMinutes'], mapping.periodMinutes],
    [['filledForward'], mapping.filledForward],
    [['sweep'], mapping.sweep],
  ];
  for (const name of [...PRICE_FIELDS, 'yesBids', 'noBids'] as const)
    fields.push([[name, 'column'], mapping[name]?.column]);
  return fields.flatMap(([path, expression]) => (expression === undefined ? [] : [{ path, expression }]));
}

/**
 * Makes `picked` from `raw`: one row per source row with `ordinal`, `file`, `key`, `time_us`, `known_us` and the columns of its kind,
 * prices in 1e-4 dollars. Counts dirt; throws a Fault (`malformed-input`) naming the first row that cannot be read.
 */
export async function pickRows(loading: Loading): Promise<void> {
  const { connection, file, findings } = loading;
  const { mapping } = file;
  assert(mapping.time !== undefined && mapping.market !== undefined, 'rows have a time and a market');
  const at = mapping.periodMinutes === undefined ? timeSql(mapping.time) : candleEnd(mapping);
  const columns = [
    'rowid AS ordinal',
    'filename AS file',
    `CAST(${expressionSql(mapping.market)} AS VARCHAR) AS key`,
    `${at} AS time_us`,
    `time_us + ${knownDelay(mapping)} AS known_us`,
    ...PRICE_FIELDS.flatMap((name) => pricePicks(name, mapping[name])),
    ...levelPicks('yes_levels', mapping.yesBids),
    ...levelPicks('no_levels', mapping.noBids),
  ];
  if (mapping.quantity) {
    columns.push(
      `TRY_CAST(round(TRY_CAST(${expressionSql(mapping.quantity.column)} AS DOUBLE) * 100) AS BIGINT) AS quantity_e2`,
    );
  }
  if (mapping.takerSide) columns.push(`${answerSql(mapping.takerSide, "'bid'", "'ask'")} AS side`);
  if (mapping.tradeId) columns.push(`CAST(${expressionSql(mapping.tradeId)} AS VARCHAR) AS trade_id`);
  if (mapping.sweep) columns.push(`CAST(${expressionSql(mapping.sweep)} AS VARCHAR) AS sweep`);
  let observed = 'true';
  if (mapping.filledForward) {
    const forward = `coalesce(CAST(${expressionSql(mapping.filledForward)} AS BOOLEAN), false)`;
    const count = await countOf(connection, `SELECT count(*) FROM raw WHERE ${forward}`);
    findings.add('rows that the source filled forward', count, 'left out: they are no observation');
    observed = `NOT ${forward}`;
  }
  await connection.run(`CREATE TABLE picked AS SELECT ${columns.join(', ')} FROM raw WHERE ${observed}`);
  await refuseUnreadable(loading);
  await countDirt(loading, observed);
  await tellOfTimes(loading);
}

/** How long after its time a row is known: the step that the source cut its time to, and the declared delay. */
function knownDelay({ time, localDelaySeconds }: Mapping): number {
  const step = time?.rounding === 'down' ? time.resolutionUs : 0;
  return step + Math.round(localDelaySeconds * 1e6);
}

function candleEnd(mapping: Mapping): string {
  assert(mapping.time !== undefined && mapping.periodMinutes !== undefined, 'a candle has a start and a length');
  const period = `CAST(TRY_CAST(${expressionSql(mapping.periodMinutes)} AS DOUBLE) * 60000000 AS BIGINT)`;
  return `${timeSql(mapping.time)} + ${period}`;
}

function pricePicks(name: string, price: MappedPrice | undefined): string[] {
  if (price === undefined) return [];
  const source = expressionSql(price.column);
  const up = price.rounding === 'down' ? FLOAT_TOLERANCE : 0.5;
  return [
    `TRY_CAST(floor(${priceSql(price)} + ${up}) AS INTEGER) AS ${name}_e4`,
    `(${source} IS NOT NULL AND ${name}_e4 IS NULL) AS ${name}_unreadable`,
  ];
}

function levelPicks(name: string, price: MappedPrice | undefined): string[] {
  if (price === undefined) return [];
  const scaled = `lambda level: [level[1] * ${priceScale(price)}, level[2] * 100]`;
  return [`list_transform(TRY_CAST(${expressionSql(price.column)} AS DOUBLE[][]), ${scaled}) AS ${name}`];
}

async function refuseUnreadable({ connection, file: { mapping } }: Loading): Promise<void> {
  const conditions: [string, string][] = [
    ['market', 'key IS NULL'],
    ['time', 'time_us IS NULL'],
  ];
  if (mapping.rows === 'trades')
    conditions.push(['price', 'price_e4 IS NULL'], ['quantity', 'quantity_e2 IS NULL OR quantity_e2 <= 0']);
  if (mapping.takerSide) conditions.push(['takerSide', 'side IS NULL']);
  if (mapping.yesBids) conditions.push(['yesBids', 'yes_levels IS NULL'], ['noBids', 'no_levels IS NULL']);
  for (const name of PRICE_FIELDS) if (mapping[name]) conditions.push([name, `${name}_unreadable`]);
  for (const [field, condition] of conditions) {
    const bad = await firstRow(
      connection,
      `SELECT count(*) AS n, arg_min(file, ordinal) AS file, min(ordinal) AS ordinal FROM picked WHERE ${condition}`,
    );
    if (Number(bad.n) === 0) continue;
    const before = await countOf(
      connection,
      `SELECT count(*) FROM raw WHERE filename = ${sqlText(String(bad.file))} AND rowid < ${bad.ordinal}`,
    );
    throw new Fault(
      'malformed-input',
      `${basename(String(bad.file))}: ${bad.n} rows have no readable "${field}", the first is row ${before + 1}`,
      { next: `Compare that row with "${field}" in the mapping: its column, unit and words.` },
    );
  }
}

async function countDirt({ connection, file: { mapping }, findings }: Loading, observed: string): Promise<void> {
  for (const name of PRICE_FIELDS) {
    const price = mapping[name];
    if (price === undefined) continue;
    const exact = priceSql(price);
    const near = `abs(${exact} - round(${exact})) <= ${FLOAT_TOLERANCE}`;
    const value = `TRY_CAST(${expressionSql(price.column)} AS DOUBLE)`;
    const counts = await firstRow(
      connection,
      `SELECT count(*) FILTER (NOT (${near})) AS finer,
              count(*) FILTER (${near} AND ${exact} <> round(${exact})) AS inexact,
              count(*) FILTER (${near} AND ${value} <> round(${exact}) / ${priceScale(price)}) AS dirty
       FROM raw WHERE ${observed}`,
    );
    if (Number(counts.finer) > 0 && price.rounding === 'refuse') {
      throw new Fault('unsupported-precision', `${counts.finer} rows have a "${name}" finer than 1e-4 dollars`, {
        next: `Declare "rounding": "down" for "${name}" in the mapping, or correct its unit.`,
      });
    }
    findings.add(`"${name}" finer than 1e-4 dollars`, Number(counts.finer), 'rounded down');
    findings.add(
      `"${name}" stored as a binary fraction that does not scale to a whole 1e-4 dollar`,
      Number(counts.inexact),
      `read as the nearest 1e-4 dollar, less than ${FLOAT_TOLERANCE} of one away`,
    );
    findings.add(
      `"${name}" with float dirt in the source itself`,
      Number(counts.dirty),
      'read as the nearest 1e-4 dollar',
    );
  }
  if (mapping.quantity === undefined) return;
  const exact = `TRY_CAST(${expressionSql(mapping.quantity.column)} AS DOUBLE) * 100`;
  const finer = await countOf(
    connection,
    `SELECT count(*) FROM raw WHERE abs(${exact} - round(${exact})) > ${FLOAT_TOLERANCE}`,
  );
  if (finer > 0) {
    throw new Fault('unsupported-precision', `${finer} rows have a "quantity" finer than 0.01 contract`, {
      next: 'Correct "quantity" in the mapping: its column holds contracts.',
    });
  }
}

async function tellOfTimes(loading: Loading): Promise<void> {
  const { connection, file, findings } = loading;
  const { mapping } = file;
  assert(mapping.time !== undefined, 'rows have a time');
  const { rounding, resolutionUs, unit, zone } = mapping.time;
  const naive = unit === 'naive';
  const { n, fell, unclear } = await firstRow(
    connection,
    `SELECT count(*) AS n, count(*) FILTER (time_us < before AND file = file_before) AS fell,
            ${naive ? repeatedHour(zone ?? 'UTC') : '0'} AS unclear
     FROM (SELECT time_us, file, lag(time_us) OVER () AS before, lag(file) OVER () AS file_before FROM picked)`,
  );
  const total = Number(n);
  const step = `${resolutionUs} µs`;
  findings.add('rows earlier than the row before them in their file', Number(fell), 'put in order of time');
  findings.add('rows with a naive local time', naive ? total : 0, `read in the declared zone ${zone}`);
  findings.add('rows in the hour that a clock change repeats', Number(unclear), 'read as the later of the two');
  await tellOfSkippedHour(loading, 'raw', 'rows', mapping.time);
  findings.add(
    'rows whose time the source rounded up',
    rounding === 'up' ? total : 0,
    `kept: true to ${step}, never early`,
  );
  findings.add(
    'rows whose time the source cut off',
    rounding === 'down' ? total : 0,
    `known ${step} later, so that none is early`,
  );
  const delay = mapping.localDelaySeconds;
  findings.add(
    'rows stamped before they were read',
    delay > 0 ? total : 0,
    `known ${delay} s later, as the mapping declares`,
  );
}
