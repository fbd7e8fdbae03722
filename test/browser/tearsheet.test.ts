import { existsSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { chromiumPath, openChromium } from '../../scripts/chromium.ts';
import { tapedeck, temporaryFolder } from '../cli/compiled.ts';
import { wrongNumbers } from '../cli/page-against-sql.ts';
import { REAL_DATA } from '../real-data.ts';
import { figuresOf } from '../study/tearsheet/figures-of.ts';
import { measure, openPage } from './open-page.ts';

const PARTS =
  'verdict results run equity drawdown waterfall markouts fills reliability assumptions capacity days'.split(' ');
const LOOKS = [
  { theme: 'light', width: 1280, height: 800 },
  { theme: 'dark', width: 1280, height: 800 },
  { theme: 'light', width: 360, height: 640 },
  { theme: 'dark', width: 360, height: 640 },
  { theme: 'dark', width: 768, height: 1024 },
] as const;

const chromium = chromiumPath();
const folder = temporaryFolder();
const data = join(folder, 'data');
let browser: Browser;

beforeAll(async () => {
  if (chromium !== null) browser = await openChromium(chromium);
});
afterAll(async () => browser?.close());

const TAPES = [
  { tape: null, name: 'of the synthetic demo run', set: null },
  { tape: 'index', name: 'of whales in the S&P 500 markets', set: 'kalshi-index-trades' },
] as const;

for (const { tape, name, set } of TAPES) {
  const lacks =
    chromium === null
      ? 'no Chromium on the path'
      : set !== null && !existsSync(join(REAL_DATA, set))
        ? `no real data at ${REAL_DATA}`
        : null;
  describe.skipIf(lacks !== null)(
    `the tearsheet ${name}, in a browser${lacks === null ? '' : ` [skipped: ${lacks}]`}`,
    () => {
      const file = join(folder, `${tape ?? 'demo'}.html`);
      beforeAll(async () => {
        if (set !== null) {
          const args = ['import', join(REAL_DATA, set), '--mapping', set, '--name', 'index'];
          expect((await tapedeck([...args, '--data', data, '--quiet'])).status).toBe(0);
        }
        const asked = tape === null ? [] : ['--tape', tape];
        expect((await tapedeck(['backtest', '--strategy', 'whale', '--data', data, '--quiet', ...asked])).status).toBe(
          0,
        );
        expect((await tapedeck(['report', 'latest', '--data', data, '--out', file, '--quiet'])).stderr).toBe('');
      });

      it('is under 2 MB', () => {
        expect(statSync(file).size).toBeLessThan(2_000_000);
      });

      for (const look of LOOKS) {
        it(`reads well in ${look.theme} at ${look.width} px`, async () => {
          const { page, measures, complaints } = await openPage(browser, file, look);
          expect(complaints).toEqual([]);
          expect(measures.fetched).toBe(0);
          expect(measures.texts).toBeGreaterThan(500);
          expect(measures.weak).toEqual([]);
          expect(measures.graphics.filter(({ ratio }) => ratio < 3)).toEqual([]);
          expect(measures.paper > 0.5).toBe(look.theme === 'light');
          expect(measures.overflow).toBe(0);
          expect(measures.cut).toEqual([]);
          expect(measures.verdictBottom).toBeLessThanOrEqual(look.height);
          for (const part of PARTS) expect(await page.locator(`#${part}`).isVisible(), part).toBe(true);
          await page.context().close();
        });
      }

      it('is whole without its script', async () => {
        const look = { theme: 'light', width: 1280, height: 800 } as const;
        const [with_, without] = await Promise.all([
          openPage(browser, file, look),
          openPage(browser, file, { ...look, script: false }),
        ]);
        const numbers = (opened: typeof with_) => opened.page.locator('[data-source]').allTextContents();
        expect(await numbers(without)).toEqual(await numbers(with_));
        expect(await without.page.locator('button').count()).toBe(0);
        await without.page.context().close();
        await with_.page.context().close();
      });

      it('shows in the browser the numbers of the file, none of which differs from its SQL', async () => {
        const { page } = await openPage(browser, file, LOOKS[0]);
        const shown = await page.content();
        expect(figuresOf(shown)).toEqual(figuresOf(readFileSync(file, 'utf8')));
        await page.context().close();
        // The demo run's numbers are compared with their SQL in test/cli/report.test.ts.
        if (tape === null) return;
        const { stdout } = await tapedeck(['report', 'latest', '--data', data, '--json']);
        expect(await wrongNumbers(shown, JSON.parse(stdout), data)).toEqual([]);
      });

      it('would be found out by a weak text or a wide part', async () => {
        const { page } = await openPage(browser, file, LOOKS[2]);
        const spoil =
          "document.documentElement.style.setProperty('--muted', '#aaa'); document.querySelector('h2').style.width = '900px'";
        await page.evaluate(spoil);
        const measures = await measure(page);
        expect(measures.weak.length).toBeGreaterThan(10);
        expect(measures.overflow).toBeGreaterThan(0);
        expect(measures.cut.length).toBeGreaterThan(0);
        await page.context().close();
      });

      it('changes its theme at a button', async () => {
        const { page, measures } = await openPage(browser, file, LOOKS[0]);
        await page.getByRole('button', { name: 'Dark theme' }).click();
        const ground = await page.evaluate('getComputedStyle(document.body).backgroundColor');
        expect(measures.paper).toBeGreaterThan(0.5);
        expect(ground).toBe('rgb(16, 19, 23)');
        await page.getByRole('button', { name: 'Light theme' }).click();
        expect(await page.evaluate('getComputedStyle(document.body).backgroundColor')).toBe('rgb(253, 253, 252)');
        await page.context().close();
      });

      it('prints on light paper without buttons', async () => {
        const { page } = await openPage(browser, file, LOOKS[1]);
        await page.emulateMedia({ media: 'print', colorScheme: 'dark' });
        expect(await page.evaluate('getComputedStyle(document.body).backgroundColor')).toBe('rgb(253, 253, 252)');
        expect(await page.locator('button:visible').count()).toBe(0);
        await page.context().close();
      });

      it(`says ${tape === null ? '' : 'nothing of '}SYNTHETIC before anything else`, async () => {
        const { page } = await openPage(browser, file, LOOKS[2]);
        expect(await page.getByText('Nothing below is about a real market').count()).toBe(tape === null ? 1 : 0);
        expect(readFileSync(file, 'utf8').includes('SYNTHETIC')).toBe(tape === null);
        await page.context().close();
      });
    },
  );
}
