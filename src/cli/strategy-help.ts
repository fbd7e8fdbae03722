import { textTable, wrap } from '../study/text/text-table.ts';
import { loadStrategy } from './load-strategy.ts';

/** The value of `--strategy` on a command line that asks for help, read before the flags are checked. */
export function strategyNamed(args: readonly string[]): string | undefined {
  const at = args.findIndex((arg) => arg === '--strategy' || arg.startsWith('--strategy='));
  const arg = args[at];
  if (arg === undefined) return undefined;
  const value = arg === '--strategy' ? args[at + 1] : arg.slice('--strategy='.length);
  return value === undefined || value === '' || value.startsWith('--') ? undefined : value;
}

/** The last column is wrapped so that all of them fit into this width, unless that leaves it too little. */
const WIDTH = 100;
const LEAST_ROOM = 30;
/** A longer range stands below the table, and leaves its column to the others. */
const LONGEST_RANGE = 32;

/** The parameters of a strategy, each with unit, default, range and what it does. */
export async function strategyHelp(nameOrFile: string): Promise<string> {
  const { module } = await loadStrategy(nameOrFile);
  const head = wrap(`Strategy ${module.name}: ${module.summary}`, WIDTH).join('\n');
  const entries = Object.entries(module.params);
  const [first] = entries;
  if (first === undefined) return `${head}\nIt takes no parameters.\n`;
  const isLong = (range: string): boolean => range.length > LONGEST_RANGE;
  const rows = entries.map(([name, { unit, standard, range }]) => {
    return [name, unit, String(standard), isLong(range) ? 'below' : range];
  });
  const titles = ['parameter', 'unit', 'default', 'range'].map((title) => ({ title }));
  const [title = '', ...lines] = textTable(titles, rows);
  const indent = Math.max(...[title, ...lines].map((line) => line.length)) + 2;
  const table = entries.flatMap(([, { help }], index) =>
    wrap(help, Math.max(LEAST_ROOM, WIDTH - indent)).map(
      (part, at) => (at === 0 ? (lines[index] ?? '') : '').padEnd(indent) + part,
    ),
  );
  const below = entries.flatMap(([name, { range }]) =>
    isLong(range) ? ['', ...wrap(`${name}: ${range}`, WIDTH)] : [],
  );
  const example = `Set them with --param ${first[0]}=${first[1].standard}, or in a file with --params.`;
  return `${head}\n\n${title.padEnd(indent)}what it does\n${[...table, ...below].join('\n')}\n\n${example}\n`;
}
