/** A stretch of a page between `<!-- output of: COMMAND (keep WHAT; npm run readme writes it) -->` and `<!-- end of output -->`. */
export interface OutputBlock {
  readonly command: string;
  /**
   * What of the output is shown, in its order: lines `3-7` or `12-`, `/pattern/`, the
   * paragraphs with a line like it, or `/pattern/ 5`, as many lines from the first one like it. Empty: all.
   */
  readonly kept: readonly string[];
}

const OPENING = /<!-- output of: (.+?) \((?:keep (.+?); )?npm run readme writes it\) -->/;
const BLOCK = new RegExp(`(${OPENING.source}\n\`\`\`text\n)[\\s\\S]*?(\`\`\`\n<!-- end of output -->)`, 'g');
const FILE = /<!-- file: (\S+) -->\n```\w*\n([\s\S]*?)```/g;
const RECORDED = /<!-- on recorded data: (.+?) -->/;

/** The blocks of a page, in order. Throws an Error where an opening has no block of the right form behind it. */
export function blocksOf(page: string): OutputBlock[] {
  const blocks = [...page.matchAll(BLOCK)].map(([, , command, kept]) => ({
    command: command!,
    kept: kept === undefined ? [] : kept.split(' + '),
  }));
  const openings = page.split('\n<!-- output of:').length - 1;
  if (openings !== blocks.length) throw new Error(`${openings} outputs are announced, ${blocks.length} can be read`);
  return blocks;
}

/** The page with the texts of its blocks, in order, put into them. */
export function withOutputs(page: string, outputs: readonly string[]): string {
  let next = 0;
  return page.replaceAll(
    BLOCK,
    (_, open: string, _command, _kept, close: string) => `${open}${outputs[next++]}\n${close}`,
  );
}

/** Files that a page gives in full, which its commands find beside them. */
export function filesOf(page: string): Map<string, string> {
  return new Map([...page.matchAll(FILE)].map(([, name, text]) => [name!, text!]));
}

/** The sets of recorded data that the commands of a page need; none on most. */
export function recordedSetsOf(page: string): string[] {
  const [, sets] = RECORDED.exec(page) ?? [];
  return sets?.split(', ') ?? [];
}

/** What a block shows of an output; `…` stands where something between was left out. Throws an Error where nothing is like a pattern. */
export function keep(output: string, kept: readonly string[]): string {
  const lines = output.trimEnd().split('\n');
  if (kept.length === 0) return lines.join('\n');
  const shown = new Set<number>();
  for (const part of kept) {
    const found = part.startsWith('/') ? linesLike(lines, part) : lineRange(lines, part);
    if (found.length === 0) throw new Error(`the output has nothing like ${part}:\n${output}`);
    for (const line of found) shown.add(line);
  }
  const text: string[] = [];
  let next = 0;
  for (const line of [...shown].sort((a, b) => a - b)) {
    text.push(...gap(lines.slice(next, line), text.length === 0), lines[line]!);
    next = line + 1;
  }
  return [...text, ...gap(lines.slice(next), false)].join('\n').trimEnd();
}

/** What stands for lines left out: their mark, and the empty lines at their ends. */
function gap(skipped: readonly string[], atTop: boolean): string[] {
  if (skipped.every((line) => line === '')) return [...skipped];
  return [...(skipped[0] === '' && !atTop ? [''] : []), '…', ...(skipped.at(-1) === '' ? [''] : [])];
}

function lineRange(lines: readonly string[], range: string): number[] {
  const [from, to] = range.split('-');
  const last = to === '' ? lines.length : Number(to ?? from);
  return lines.map((_, line) => line).filter((line) => line + 1 >= Number(from) && line < last);
}

function linesLike(lines: readonly string[], part: string): number[] {
  const [, pattern, count] = /^\/(.+)\/(?: (\d+))?$/.exec(part)!;
  const like = lines.flatMap((text, line) => (new RegExp(pattern!).test(text) ? [line] : []));
  if (count !== undefined)
    return like.slice(0, 1).flatMap((line) => Array.from({ length: Number(count) }, (_, i) => line + i));
  return like.flatMap((line) => {
    const from = lines.lastIndexOf('', line) + 1;
    const to = lines.indexOf('', line);
    return lines.map((_, at) => at).slice(from, to < 0 ? lines.length : to);
  });
}
