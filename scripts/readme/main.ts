import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { blocksOf, recordedSetsOf } from './blocks.ts';
import { renewedPage } from './renew.ts';

/** Makes every output in the README and docs anew; pages named are the only ones. Where recorded data is absent its pages stay as they are. */
async function main(named: readonly string[]): Promise<void> {
  const program = resolve('dist/src/cli/main.js');
  const recordedData = resolve(process.env.TAPEDECK_REAL_DATA ?? '../shared/data');
  const every = ['README.md', ...readdirSync('docs').map((name) => join('docs', name))];
  for (const name of named.length > 0 ? named : every.filter((file) => file.endsWith('.md'))) {
    const page = readFileSync(name, 'utf8');
    if (blocksOf(page).length === 0) continue;
    const absent = recordedSetsOf(page).filter((set) => !existsSync(join(recordedData, set)));
    if (absent.length > 0) {
      process.stdout.write(`${name} is left as it is: ${recordedData} has no ${absent.join(', ')}\n`);
      continue;
    }
    const renewed = await renewedPage(page, program, recordedData);
    writeFileSync(name, renewed);
    process.stdout.write(`${name}: ${blocksOf(page).length} outputs, ${renewed === page ? 'as before' : 'renewed'}\n`);
  }
}

await main(process.argv.slice(2));
