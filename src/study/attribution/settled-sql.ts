/** How each market of the tape settled: its first settlement row, the one that pays. */
export const SETTLED = `SELECT k.ticker, json_extract_string(e.detail, '$.settlement.outcome') AS outcome,
    CAST(json_extract(e.detail, '$.settlement.value') AS INTEGER) AS value_e4
  FROM tape_events e JOIN tape_markets k ON k.market = CAST(json_extract(e.detail, '$.settlement.market') AS UINTEGER)
  WHERE e.kind = 'detail' AND json_extract_string(e.detail, '$.type') = 'settlement'
  QUALIFY row_number() OVER (PARTITION BY k.ticker ORDER BY e.sequence) = 1`;
