/**
 * The original files as two tables: `prints` (ticker, side the taker took, time, price, size, place in its market) and `markets`
 * (life, settlement value, fee multiplier). Written from the description of the data, without the program's importer.
 */
export type SourceSql = (folder: string) => string;

const BY_TIME = 'row_number() OVER (PARTITION BY ticker ORDER BY time_us, source_row) AS nth';

/** Closes that the source lacks are 23:59 New York time of the day; results are known 12 hours after the close. */
export const weatherSource: SourceSql = (folder) => `
  CREATE TABLE listed AS
    SELECT *, regexp_replace(ticker, '^[^-]+-[^-]+-', '') AS strike, regexp_extract(ticker, '^[^-]+') AS series_word,
      CASE WHEN close_time IS NULL THEN epoch_us(timezone('America/New_York', strptime(date || ' 23:59', '%Y-%m-%d %H:%M')))
        ELSE epoch_us(strptime(close_time, '%Y-%m-%dT%H:%M:%SZ')) END AS close_us
    FROM read_csv('${folder}/brackets.csv.gz', all_varchar = true);
  CREATE TABLE raw AS
    SELECT regexp_extract(filename, '([a-z]+).csv.gz$', 1) AS city, date, ticker AS strike, lo, hi,
      CAST(ts AS BIGINT) * 1000000 AS time_us, CAST(yes_price AS BIGINT) * 100 AS price_e4, CAST("count" AS BIGINT) * 100 AS quantity_e2,
      CASE taker WHEN '1' THEN 'bid' WHEN '0' THEN 'ask' END AS side
    FROM read_csv([${['aus', 'chi', 'den', 'mia', 'ny'].map((city) => `'${folder}/${city}.csv.gz'`).join(', ')}], all_varchar = true, filename = true);
  CREATE TABLE prints AS
    SELECT ticker, side, time_us, price_e4, quantity_e2, ${BY_TIME}
    FROM (SELECT l.ticker, r.side, r.time_us, r.price_e4, r.quantity_e2, r.rowid AS source_row
      FROM raw r JOIN listed l ON l.city = r.city AND l.date = r.date AND l.strike = r.strike AND l.lo = r.lo AND l.hi = r.hi);
  CREATE TABLE markets AS
    SELECT ticker, epoch_us(strptime(open_time, '%Y-%m-%dT%H:%M:%SZ')) AS open_us, close_us, close_us + 12 * 3600000000 AS settle_us,
      CASE WHEN lower(result) IN ('yes', 'true', '1') THEN 10000 WHEN lower(result) IN ('no', 'false', '0') THEN 0 END AS value_e4,
      1 AS fee_numerator, 1 AS fee_denominator
    FROM listed;`;

/**
 * Every listed range missed the close; a threshold below the close is yes. Markets close at 16:00 New York time and are known to have
 * settled 4 hours later; half fees.
 */
export const indexSource: SourceSql = (folder) => `
  CREATE TABLE raw AS
    SELECT ticker, date, side_of_close, epoch_us(ts) AS time_us, CAST(round(price * 10000) AS BIGINT) AS price_e4,
      CAST(round(quantity * 100) AS BIGINT) AS quantity_e2, CASE direction WHEN 'yes_taker' THEN 'bid' WHEN 'no_taker' THEN 'ask' END AS side
    FROM read_parquet('${folder}/*.parquet', union_by_name = true);
  CREATE TABLE prints AS
    SELECT ticker, side, time_us, price_e4, quantity_e2, ${BY_TIME} FROM (SELECT *, rowid AS source_row FROM raw);
  CREATE TABLE markets AS
    SELECT ticker, CAST(NULL AS BIGINT) AS open_us, any_value(close_us) AS close_us, any_value(close_us) + 4 * 3600000000 AS settle_us,
      CASE WHEN ticker LIKE 'KXINXU-%' AND any_value(side_of_close) = 'below' THEN 10000 ELSE 0 END AS value_e4,
      1 AS fee_numerator, 2 AS fee_denominator
    FROM (SELECT *, epoch_us(timezone('America/New_York', strptime(date || ' 16:00', '%Y-%m-%d %H:%M'))) AS close_us FROM raw)
    GROUP BY ticker;`;

/** The tape's own numbers of the prints: the n-th print of a market there is the n-th here, or they would differ somewhere. */
export function tapeNumbers(events: readonly string[], markets: readonly string[]): string {
  const files = (paths: readonly string[]) => `read_parquet([${paths.map((path) => `'${path}'`).join(', ')}])`;
  return `
  CREATE TABLE tape_prints AS
    SELECT m.ticker, e.side, e.exchange_time_us, e.local_time_us, e.price_e4, e.quantity_e2, e.sequence,
      row_number() OVER (PARTITION BY m.ticker ORDER BY e.sequence) AS nth
    FROM ${files(events)} e JOIN ${files(markets)} m USING (market) WHERE e.kind = 'trade';
  CREATE TABLE numbered AS
    SELECT p.*, t.sequence, lag(p.time_us) OVER in_market AS before_us, coalesce(sum(p.quantity_e2) OVER (in_market ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING), 0) AS volume_before_e2
    FROM prints p JOIN tape_prints t USING (ticker, nth) WINDOW in_market AS (PARTITION BY ticker ORDER BY nth);`;
}

/** Prints that the tape has otherwise than the source, or not at all, or that the source never had. */
export const PRINTS_THAT_DIFFER = `
  SELECT count(*) AS n FROM prints p FULL JOIN tape_prints t USING (ticker, nth)
  WHERE (p.side, p.time_us, p.time_us, p.price_e4, p.quantity_e2) IS DISTINCT FROM (t.side, t.exchange_time_us, t.local_time_us, t.price_e4, t.quantity_e2)`;
