import { Fault } from '../core/fault.ts';

/** What the parser knows of the flags of a command, by the sort of their values. */
export interface DeclaredFlags {
  readonly string: readonly string[];
  readonly number: readonly string[];
  readonly boolean: readonly string[];
  readonly array: readonly string[];
}

const FLAG = /^--(no-)?([^=]+)(?:=([\s\S]*))?$/;

/**
 * Checks a command line against the flags that its command declares, after the parser has read it: each has a value of its sort, given
 * once, and only a yes-or-no can be negated. Throws a Fault (`usage`). What a value means is checked where it is used.
 */
export function checkFlags(
  parsed: Readonly<Record<string, unknown>>,
  declared: DeclaredFlags,
  args: readonly string[],
): void {
  checkWritten(args, declared);
  for (const name of declared.string) checkText(name, parsed[name], declared);
  for (const name of declared.number) {
    if (parsed[name] !== undefined && !Number.isFinite(parsed[name])) throw wrong(`--${name} needs a number`);
  }
}

/** The parser keeps flags in plain objects and stumbles over names that every object has. Throws a Fault (`usage`) for one. */
export function refuseObjectNames(args: readonly string[]): void {
  for (const arg of args) {
    const name = /^--?(?:no-)?([^=]*)/.exec(arg)?.[1] ?? '';
    if (name in {}) throw new Fault('usage', `Unknown argument: ${name}`, { next: 'See "npx tapedeck --help".' });
  }
}

/** What the parser lets pass and forgets: a flag said twice, in two ways, or with a word that it does not take. */
function checkWritten(args: readonly string[], { boolean, string, number, array }: DeclaredFlags): void {
  const seen = new Set<string>();
  const end = args.indexOf('--');
  for (const arg of end < 0 ? args : args.slice(0, end)) {
    const [, no = '', name = '', value] = FLAG.exec(arg) ?? [];
    const yesOrNo = boolean.includes(name);
    if (!yesOrNo && !string.includes(name) && !number.includes(name)) continue;
    if (no !== '' && !yesOrNo) throw wrong(`there is no --no-${name}: --${name} takes a value; leave it out instead`);
    if (value === '') throw wrong(`--${name} is given without a value`);
    if (yesOrNo && value !== undefined && value !== 'true' && value !== 'false') {
      throw wrong(`--${name} is a yes or no and takes no "${value}"; say --${name} or --no-${name}`);
    }
    if (seen.has(name) && !array.includes(name)) throw wrong(`--${name} is given more than once`);
    seen.add(name);
  }
}

function checkText(name: string, value: unknown, { array }: DeclaredFlags): void {
  if (value === undefined) return;
  const texts: readonly unknown[] = Array.isArray(value) ? value : [value];
  if (Array.isArray(value) && !array.includes(name)) throw wrong(`--${name} is given more than once`);
  if (texts.some((text) => typeof text !== 'string' || text === '')) throw wrong(`${name} is given without a value`);
}

function wrong(what: string): Fault {
  return new Fault('usage', what, { next: 'Give each flag once, with its value: --name value.' });
}
