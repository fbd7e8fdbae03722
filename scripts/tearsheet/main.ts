import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Browser } from 'playwright-core';
import { textTable } from '../../src/study/text/text-table.ts';
import { chromiumPath, openChromium } from '../chromium.ts';

/** How often a page is loaded, each time in a new context without a cache. */
const LOADS = 9;
const PICTURE = resolve('docs/tearsheet.png');
const SCREEN = { width: 1200, height: 1000 };

/** Measures tearsheets in the system's Chromium; given none, makes that of the demo run and takes its picture for the README. */
async function main(files: readonly string[]): Promise<void> {
  const path = chromiumPath();
  if (path === null) throw new Error('there is no Chromium on the path; on Debian: apt-get install chromium');
  const folder = mkdtempSync(join(tmpdir(), 'tapedeck-tearsheet-'));
  const browser = await openChromium(path);
  try {
    const pages = files.length > 0 ? files.map((file) => resolve(file)) : [demoSheet(folder)];
    if (files.length === 0) await takePicture(browser, pages[0]!);
    const rows: string[][] = [];
    for (const page of pages) rows.push(await measure(browser, page));
    const columns = ['page', 'kB', 'elements', 'load, ms, median', 'slowest'];
    const text = textTable(
      columns.map((title, index) => ({ title, right: index > 0 })),
      rows,
    );
    process.stdout.write(`${text.join('\n')}\n`);
  } finally {
    await browser.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

function demoSheet(folder: string): string {
  const page = join(folder, 'demo.html');
  tapedeck(['backtest', '--strategy', 'whale', '--data', folder, '--quiet']);
  tapedeck(['report', 'latest', '--data', folder, '--out', page, '--quiet']);
  return page;
}

function tapedeck(args: readonly string[]): void {
  const { status, stderr } = spawnSync(process.execPath, [resolve('dist/src/cli/main.js'), ...args], {
    encoding: 'utf8',
  });
  if (status !== 0) throw new Error(`tapedeck ${args.join(' ')} ended with ${status}: ${stderr}`);
}

async function takePicture(browser: Browser, page: string): Promise<void> {
  const context = await browser.newContext({
    viewport: SCREEN,
    deviceScaleFactor: 0.75,
    colorScheme: 'light',
    offline: true,
  });
  const opened = await context.newPage();
  await opened.goto(pathToFileURL(page).href);
  await opened.screenshot({ path: PICTURE });
  await context.close();
  process.stdout.write(`${PICTURE}: ${Math.ceil(statSync(PICTURE).size / 1_000)} kB\n`);
}

async function measure(browser: Browser, page: string): Promise<string[]> {
  const loads: number[] = [];
  let elements = 0;
  for (let load = 0; load < LOADS; load++) {
    const context = await browser.newContext({ viewport: SCREEN, offline: true });
    const opened = await context.newPage();
    await opened.goto(pathToFileURL(page).href);
    loads.push(Number(await opened.evaluate("performance.getEntriesByType('navigation')[0].loadEventEnd")));
    elements = Number(await opened.evaluate("document.querySelectorAll('*').length"));
    await context.close();
  }
  loads.sort((a, b) => a - b);
  const kilobytes = Math.ceil(statSync(page).size / 1_000).toLocaleString('en-US');
  const [median, slowest] = [loads[LOADS >> 1]!, loads.at(-1)!];
  return [basename(page), kilobytes, elements.toLocaleString('en-US'), median.toFixed(0), slowest.toFixed(0)];
}

await main(process.argv.slice(2));
