import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  ACCEPT,
  acceptDigests,
  acceptedDigests,
  differences,
  GOLDEN_STRATEGIES,
  type GoldenDigests,
  goldenDigests,
} from './golden-digests.ts';

const folder = mkdtempSync(join(tmpdir(), 'tapedeck-golden-'));
try {
  const now: Record<string, string> = {};
  for (const strategy of GOLDEN_STRATEGIES) Object.assign(now, await goldenDigests(strategy, folder));
  report(now);
} finally {
  rmSync(folder, { recursive: true, force: true });
}

function report(now: GoldenDigests): void {
  const found = differences(acceptedDigests(), now);
  for (const difference of found) console.log(difference);
  if (found.length === 0) console.log(`all ${Object.keys(now).length} digests are as accepted`);
  else if (process.argv.includes('--accept')) {
    acceptDigests(now);
    console.log(`accepted: ${found.length} digests written to test/golden.json`);
  } else {
    console.log(`nothing was written; to accept: ${ACCEPT}`);
    process.exitCode = 1;
  }
}
