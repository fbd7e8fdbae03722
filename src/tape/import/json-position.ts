/**
 * The line, counted from 1, on which a JSON text holds the value at `path` (object keys and array positions); the line of
 * the nearest parent where the path does not exist. The text must be valid JSON.
 */
export function lineOfPath(text: string, path: readonly string[]): number {
  let at = 0;
  let best = 0;
  let depthFound = -1;

  const skipSpace = () => {
    while (/\s/.test(text[at] ?? '')) at++;
  };
  const readString = (): string => {
    const start = at++;
    while (text[at] !== '"') at += text[at] === '\\' ? 2 : 1;
    at++;
    return JSON.parse(text.slice(start, at)) as string;
  };
  const note = (depth: number, matched: boolean, position: number) => {
    if (matched && depth > depthFound) {
      depthFound = depth;
      best = position;
    }
  };
  const walk = (depth: number, matched: boolean): void => {
    skipSpace();
    const open = text[at];
    if (open === '"') {
      readString();
      return;
    }
    if (open !== '{' && open !== '[') {
      while (at < text.length && !/[\s,\]}]/.test(text[at]!)) at++;
      return;
    }
    at++;
    for (let index = 0; ; index++) {
      skipSpace();
      if (text[at] === ',') at++;
      skipSpace();
      if (at >= text.length || text[at] === '}' || text[at] === ']') break;
      const position = at;
      let key = String(index);
      if (open === '{') {
        key = readString();
        skipSpace();
        at++;
      }
      const here = matched && path[depth] === key;
      note(depth + 1, here, position);
      walk(depth + 1, here);
    }
    at++;
  };
  walk(0, true);
  return text.slice(0, best).split('\n').length;
}
