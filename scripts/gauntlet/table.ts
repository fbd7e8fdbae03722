import type { Outcome } from './outcome.ts';

/** How often each fault and each way out of a doubt was met, and the names of those that were too rare in memory. */
export function table(
  memory: readonly Outcome[],
  wired: readonly Outcome[],
  least: number,
): { text: string; rare: string[] } {
  const [inMemory, overSockets] = [counts(memory), counts(wired)];
  const rare: string[] = [];
  const lines = ['| met | in memory | over sockets |', '|---|---:|---:|'];
  for (const [name, count] of inMemory) {
    lines.push(`| ${name} | ${count} | ${overSockets.get(name) ?? 0} |`);
    if (count < least) rare.push(name);
  }
  return { text: lines.join('\n'), rare };
}

function counts(outcomes: readonly Outcome[]): Map<string, number> {
  const sums = new Map<string, number>();
  const add = (name: string, count: number): void => void sums.set(name, (sums.get(name) ?? 0) + count);
  for (const { orders, fills, settled, faults, paths, stage } of outcomes) {
    add('orders', orders);
    add('fills', fills);
    add('positions settled', settled);
    for (const [name, count] of Object.entries(faults)) add(`fault ${name}`, count);
    for (const [name, count] of Object.entries(paths)) add(`doubt ${name}`, count);
    add(`stage ${stage}`, 1);
  }
  return sums;
}
