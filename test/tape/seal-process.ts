import { createRequire } from 'node:module';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { build } from 'esbuild';

const require = createRequire(import.meta.url);

/** Bundles a script that seals a tape of `rows` rows into a folder, so that it can run, and be killed, as a process of its own. */
export async function sealScript(folder: string, rows: number): Promise<string> {
  const source = `
    import { TapeBuilder } from ${JSON.stringify(resolve('src/tape/tape-builder.ts'))};
    import { CENT_GRID } from ${JSON.stringify(resolve('src/core/price-grid.ts'))};
    const builder = await TapeBuilder.create({ folder: process.argv[2], name: 'test', replace: true });
    builder.addMarket({ ticker: 'A', event: 'E', series: 'S', title: '', strike: { type: 'other', floor: null, cap: null }, grid: CENT_GRID,
      openTime: null, closeTime: null, day: '2025-10-01', mutuallyExclusive: false });
    for (let row = 0; row < ${rows}; row++) {
      const time = 1759276800000000 + row * 1000;
      // Mixed well enough that it does not compress to nothing.
      const mixed = Math.imul(row ^ (row >>> 7), 0x9e3779b1) >>> 8;
      builder.event(time, time, 0, 0, row & 1, 100 + 100 * (mixed % 98), 100 + (mixed % 100003), false);
    }
    console.log('staged');
    try {
      await builder.seal({ synthetic: true, origin: '', licence: null, grade: { depth: 'L2', trades: false, sampling: 'continuous' },
        timeResolutionUs: 0, sizesRecorded: true, importReport: { notes: [] }, createdBy: '' });
      console.log('sealed');
    } catch (error) {
      console.log(error.code + ': ' + error.message);
    }`;
  const outfile = join(folder, 'seal.mjs');
  await build({
    stdin: { contents: source, resolveDir: resolve('.'), loader: 'ts' },
    bundle: true,
    platform: 'node',
    format: 'esm',
    outfile,
    plugins: [
      {
        name: 'installed packages by path',
        setup(setup) {
          setup.onResolve({ filter: /^(@duckdb\/node-api|apache-arrow)$/ }, ({ path }) => ({
            path: pathToFileURL(require.resolve(path)).href,
            external: true,
          }));
        },
      },
    ],
  });
  return outfile;
}
