/** A piece of HTML that is safe to put into a page as it stands. Only `html` and `trusted` make one. */
export class Markup {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }

  toString(): string {
    return this.text;
  }
}

/** What may stand in a hole of `html`: text is escaped, markup is not, a list is its pieces one after the other, null is nothing. */
export type Content = Markup | string | number | null | readonly Content[];

/** HTML from a template: every hole that is not markup already is escaped, in text and in quoted attributes alike. */
export function html(parts: TemplateStringsArray, ...holes: readonly Content[]): Markup {
  let text = parts[0]!;
  holes.forEach((hole, index) => {
    text += textOf(hole) + parts[index + 1]!;
  });
  return new Markup(text);
}

/** Text of our own making (a stylesheet, a drawn chart) that is HTML as it stands. */
export function trusted(text: string): Markup {
  return new Markup(text);
}

function textOf(content: Content): string {
  if (content === null) return '';
  if (content instanceof Markup) return content.text;
  if (typeof content === 'object') return content.map(textOf).join('');
  return escaped(String(content));
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters and marks that turn the direction of text must not act on the page
const UNSEEN = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/g;

/** Text without what acts unseen: control characters, and marks that turn its direction, show as "\ufffd". */
export function visible(text: string): string {
  return text.replaceAll(UNSEEN, '\ufffd');
}

/** Text for HTML, safe between tags and in attributes in double or single quotes. */
export function escaped(text: string): string {
  return visible(text)
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll("'", '&#39;');
}
