import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe } from 'vitest';
import { goldenDigests } from '../../../../scripts/golden-digests.ts';
import { openRun } from '../../../../src/study/store/run-store.ts';
import { openTape } from '../../../../src/tape/open-tape.ts';
import { type AuditedRun, auditTearsheet } from './audit-tearsheet.ts';

const dataFolder = mkdtempSync(join(tmpdir(), 'tapedeck-sheet-audit-'));
afterAll(() => rmSync(dataFolder, { recursive: true, force: true }));

for (const strategy of ['maker', 'whale']) {
  describe(`${strategy} on the demo tape`, () => {
    let run: AuditedRun;
    beforeAll(async () => {
      await goldenDigests(strategy, dataFolder);
      const { id, result } = openRun(dataFolder, 'latest');
      run = { dataFolder, id, tape: await openTape(dataFolder, result.tape.name) };
    });
    auditTearsheet(() => run);
  });
}
