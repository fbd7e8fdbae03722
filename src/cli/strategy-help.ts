import { textTable } from '../study/text-table.ts';
import { loadStrategy } from './load-strategy.ts';

/** The value of `--strategy` on a command line that asks for help, read before the flags are checked. */
export function strategyNamed(args: readonly string[]): string | undefined {
  const at = args.findIndex((arg) => arg === '--strategy' || arg.startsWith('--strategy='));
  const arg = args[at];
  if (arg === undefined) return undefined;
  const value = arg === '--strategy' ? args[at + 1] : arg.slice('--strategy='.length);
  return value === undefined || value === '' || value.startsWith('--') ? undefined : value;
}

/** The parameters of a strategy, each with unit, default, range and what it does. */
export async function strategyHelp(nameOrFile: string): Promise<string> {
  const { module } = await loadStrategy(nameOrFile);
  const rows = Object.entries(module.params).map(([name, { unit, standard, range, help }]) => [
    name,
    unit,
    String(standard),
    range,
    help,
  ]);
  const head = `Strategy ${module.name}: ${module.summary}`;
  if (rows.length === 0) return `${head}\nIt takes no parameters.\n`;
  const titles = ['parameter', 'unit', 'default', 'range', 'what it does'].map((title) => ({ title }));
  return `${head}\n\n${textTable(titles, rows).join('\n')}\n\nSet them with --param ${rows[0]![0]}=${rows[0]![2]}, or in a file with --params.\n`;
}
