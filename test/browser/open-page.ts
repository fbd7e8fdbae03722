import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Browser, Page } from 'playwright-core';

export interface PageMeasures {
  /** Texts whose contrast is under 4.5, or under 3 where they are large. */
  readonly weak: readonly { readonly text: string; readonly ratio: number }[];
  readonly texts: number;
  readonly graphics: readonly { readonly name: string; readonly ratio: number }[];
  /** Luminance of the page's ground, 0…1. */
  readonly paper: number;
  /** How far the page can be scrolled sideways, px. */
  readonly overflow: number;
  readonly verdictBottom: number;
  readonly height: number;
  /** Texts that leave the window on the right. */
  readonly cut: readonly string[];
  readonly fetched: number;
  readonly loadMs: number;
}

const MEASURE = readFileSync(join(import.meta.dirname, 'measure-page.js'), 'utf8');

export interface Look {
  readonly theme: 'light' | 'dark';
  readonly width: number;
  readonly height: number;
  /** Whether the page may run its script. Default true. */
  readonly script?: boolean;
}

export interface OpenedPage {
  readonly page: Page;
  readonly measures: PageMeasures;
  /** What the page complained of, and what it asked for beyond itself. */
  readonly complaints: readonly string[];
}

/** Opens a file as a reader without a network would. */
export async function openPage(browser: Browser, file: string, look: Look): Promise<OpenedPage> {
  const { theme, width, height, script = true } = look;
  const context = await browser.newContext({
    viewport: { width, height },
    colorScheme: theme,
    javaScriptEnabled: script,
    offline: true,
  });
  const page = await context.newPage();
  const address = pathToFileURL(file).href;
  const complaints: string[] = [];
  page.on('console', (message) => complaints.push(`console ${message.type()}: ${message.text()}`));
  page.on('pageerror', (error) => complaints.push(`error: ${error.message}`));
  page.on('request', (request) => {
    if (request.url() !== address) complaints.push(`request: ${request.url()}`);
  });
  await page.goto(address);
  return { page, measures: await measure(page), complaints };
}

/** Measures a page as it is now. */
export async function measure(page: Page): Promise<PageMeasures> {
  return (await page.evaluate(MEASURE)) as PageMeasures;
}
