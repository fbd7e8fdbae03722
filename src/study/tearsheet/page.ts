import { createHash } from 'node:crypto';
import { assumptionsPart, capacityPart } from './assumption-parts.ts';
import type { Tearsheet } from './contents.ts';
import { equityParts } from './equity-parts.ts';
import { fillsPart } from './fills-part.ts';
import { firstPage } from './first-page.ts';
import { groundParts, warnings } from './ground-parts.ts';
import { markoutPart } from './markout-part.ts';
import { html, type Markup, trusted } from './markup.ts';
import { queriesOf } from './queries.ts';
import { reliabilityPart } from './reliability-part.ts';
import { resultParts } from './result-parts.ts';
import { SCRIPT } from './script.ts';
import { STYLE } from './style.ts';
import { daysPart } from './table-parts.ts';
import { waterfallPart } from './waterfall-part.ts';

/** How every tearsheet begins: what may be replaced by a newer one. */
export const TEARSHEET_MARK = '<!doctype html>\n<!-- tapedeck tearsheet 1 -->\n';

const PARTS = [
  ['results', 'Arms and lanes'],
  ['run', 'What was run'],
  ['equity', 'Equity'],
  ['drawdown', 'Drawdown'],
  ['waterfall', 'Where the money went'],
  ['markouts', 'Markouts'],
  ['fills', 'Fills'],
  ['reliability', 'Reliability'],
  ['assumptions', 'Assumptions'],
  ['capacity', 'Capacity'],
  ['days', 'Days and markets'],
] as const;

/** Nothing may be fetched, embedded, submitted or run, but for the one stylesheet and the one script that the page carries. */
const POLICY = `default-src 'none'; style-src ${fingerprint(STYLE)}; script-src ${fingerprint(SCRIPT)}; base-uri 'none'; form-action 'none'`;

function fingerprint(text: string): string {
  return `'sha256-${createHash('sha256').update(text).digest('base64')}'`;
}

/** The whole tearsheet as one HTML file that needs nothing else: no network, no script to be read, no font. */
export function renderTearsheet(sheet: Tearsheet): string {
  const queries = queriesOf(sheet);
  const { run, facts } = sheet.summary;
  const page = html`<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${trusted(POLICY)}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="referrer" content="no-referrer">
<title>${run.strategy} on ${facts.tape}${facts.synthetic ? ' (SYNTHETIC)' : null}: tearsheet</title>
<style>${trusted(STYLE)}</style>
</head>
<body>
<a class="skip" href="#verdict">To the verdict</a>
<header class="top"><b>tapedeck</b><span>tearsheet</span><code>${run.id}</code></header>
${facts.synthetic ? synthetic() : null}<main>
${firstPage(sheet)}${contents()}${warnings(sheet)}${resultParts(sheet, queries)}${groundParts(sheet)}${equityParts(sheet, queries)}${waterfallPart(sheet, queries)}${markoutPart(sheet, queries)}${fillsPart(sheet, queries)}${reliabilityPart(sheet, queries)}${assumptionsPart(sheet)}${capacityPart(sheet)}${daysPart(sheet, queries)}</main>
<footer><p>Numbers without SQL beside them come from drawing days anew or from running the tape again: <code>npx tapedeck report ${run.id} --json</code> prints them all.</p></footer>
<script>${trusted(SCRIPT)}</script>
</body>
</html>
`;
  return TEARSHEET_MARK + page.text;
}

function synthetic(): Markup {
  return html`<aside class="synthetic" aria-label="Synthetic tape"><span><strong>SYNTHETIC</strong> A program generated this tape. Nothing below is about a real market.</span></aside>
`;
}

function contents(): Markup {
  return html`<nav aria-label="Parts of the page"><ul>${PARTS.map(([id, name]) => html`<li><a href="#${id}">${name}</a></li>`)}</ul></nav>
`;
}
