import { openDatabase, sqlText } from '../../src/tape/duckdb.ts';
import { highOfClasses } from '../../src/weather/high-classes.ts';
import type { HighDistribution } from '../../src/weather/high-distribution.ts';

/** What the ordinal model says of each event at each look, of train days by models that had not seen their month. */
export async function readPredictions(path: string): Promise<(event: string, hour: number) => HighDistribution | null> {
  const { connection, close } = await openDatabase();
  const said = new Map<string, HighDistribution>();
  try {
    const reader = await connection.runAndReadAll(
      `SELECT event, hour, forecast, to_json(cumulative)::VARCHAR FROM read_parquet(${sqlText(path)}) WHERE event IS NOT NULL`,
    );
    for (const [event, hour, forecast, cumulative] of reader.getRows()) {
      said.set(`${event} ${hour}`, highOfClasses(Number(forecast), JSON.parse(String(cumulative))));
    }
  } finally {
    close();
  }
  return (event, hour) => said.get(`${event} ${hour}`) ?? null;
}
