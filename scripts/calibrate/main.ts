import { MEASURED_CONFIG } from '../../src/sim/synthetic/config.ts';
import { openDatabase } from '../../src/tape/duckdb.ts';
import { measure } from './moments.ts';
import { hasRealData, loadReal } from './real.ts';
import { loadSynthetic } from './synthetic.ts';

const database = await openDatabase();
if (hasRealData() && !process.argv.includes('--synthetic')) {
  await loadReal(database.connection);
  console.log(JSON.stringify(await measure(database.connection), null, 1));
}
await loadSynthetic(database.connection, MEASURED_CONFIG);
console.log(JSON.stringify(await measure(database.connection), null, 1));
database.close();
