import { type Content, html, type Markup } from './markup.ts';
import type { Query } from './queries.ts';

export interface Part {
  readonly id: string;
  readonly title: string;
  /** One sentence: how to read it. */
  readonly how: Content;
  /** What it says for this run. */
  readonly finding: Content;
  readonly body: Content;
  /** The numbers behind the picture, as tables: shown when asked for. */
  readonly numbers?: Content;
  readonly queries: readonly Query[];
}

/** One part of the page: title, how to read it, what it says, the picture, its numbers, and the SQL they come from. */
export function section({ id, title, how, finding, body, numbers = null, queries }: Part): Markup {
  return html`<section class="part" id="${id}" aria-labelledby="${id}-title">
<div class="head"><h2 id="${id}-title">${title}</h2><p class="how">${how}</p><p class="finding">${finding}</p></div>
${body}
${numbers === null ? null : html`<details><summary>The numbers</summary>${numbers}</details>`}
${queries.length === 0 ? null : html`<details class="sql"><summary>The SQL</summary>${queries.map(sql)}</details>`}
</section>
`;
}

function sql(query: Query): Markup {
  return html`<pre tabindex="0" data-query="${query.id}"><code>${query.command}</code></pre>`;
}

/** Panels side by side where there is room, one below the other where there is not. */
export function panels(content: Content): Markup {
  return html`<div class="panels">${content}</div>`;
}

/** One panel: a caption of its own and a chart. */
export function panel(caption: Content, chart: Markup): Markup {
  return html`<figure class="panel"><figcaption>${caption}</figcaption>${chart}</figure>`;
}

/** A part that could not be made says why where it would have stood. */
export function missing(why: Content): Markup {
  return html`<p class="missing">${why}</p>`;
}
