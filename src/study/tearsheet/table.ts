import { type Content, html, type Markup } from './markup.ts';

export interface Column {
  readonly title: Content;
  /** Numbers stand to the right. */
  readonly number?: boolean;
  readonly class?: string;
}

export interface Row {
  readonly cells: readonly Content[];
  readonly class?: string;
}

/**
 * A table that scrolls within itself where it is too wide. The first column heads its rows. `groups` are bodies with a heading row;
 * a group without a heading has none.
 */
export function table(options: {
  readonly caption: Content;
  readonly columns: readonly Column[];
  readonly groups: readonly { readonly heading?: Content; readonly rows: readonly Row[] }[];
  /** Whether a reader may sort it by a column: only where all rows are alike. */
  readonly sortable?: boolean;
  /** Kept narrow: few columns, which would stand far apart. */
  readonly small?: boolean;
}): Markup {
  const { caption, columns, groups, sortable = false, small = false } = options;
  const head = columns.map(
    ({ title, number, class: name = '' }) =>
      html`<th scope="col" class="${number ? 'right ' : ''}${name}">${title}</th>`,
  );
  const bodies = groups.map(({ heading, rows }) => {
    const lead =
      heading === undefined
        ? null
        : html`<tr class="group"><th colspan="${columns.length}" scope="colgroup">${heading}</th></tr>`;
    return html`<tbody>${lead}${rows.map((row) => rowOf(row, columns))}</tbody>`;
  });
  return html`<div class="wide${small ? ' small' : null}" tabindex="0"><table${sortable ? html` class="sortable"` : null}><caption><span class="text">${caption}</span></caption><thead><tr>${head}</tr></thead>${bodies}</table></div>`;
}

function rowOf({ cells, class: name = '' }: Row, columns: readonly Column[]): Markup {
  const written = cells.map((content, index) => {
    const kind = `${columns[index]?.number ? 'right ' : ''}${columns[index]?.class ?? ''}`.trim();
    return index === 0
      ? html`<th scope="row" class="${kind}">${content}</th>`
      : html`<td class="${kind}">${content}</td>`;
  });
  return html`<tr class="${name}">${written}</tr>`;
}
