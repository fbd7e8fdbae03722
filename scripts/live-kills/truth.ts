import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ExchangeAccount } from '../../src/exchange/account.ts';
import type { Life } from './scene.ts';

/** What the last life of a session says of the whole of it, with `--json`. */
interface Summary {
  readonly id: string;
  readonly folder: string;
  readonly lives: number;
  readonly orders: number;
  readonly fills: number;
  readonly cashE6: number;
  readonly amiss: string | null;
  readonly parity: { readonly difference: string | null };
}

/** What must hold once a session has ended, whatever was done to its lives: no order twice, no fill lost or made up, nothing left, one ledger, parity. */
export function brokenBy({ status, stdout, stderr }: Life, account: ExchangeAccount): string[] {
  let summary: Summary;
  try {
    // Before it stands what has happened, a line each.
    summary = JSON.parse(stdout.trimEnd().split('\n').at(-1)!) as Summary;
  } catch {
    return [`the last life ended with ${status} and no summary: ${stderr.slice(-2_000)}`];
  }
  const found: string[] = [];
  if (status !== 0) found.push(`the last life ended with ${status}: ${stderr.slice(-500)}`);
  if (summary.amiss !== null) found.push(`amiss: ${summary.amiss}`);
  if (summary.parity.difference !== null) found.push(`parity: ${summary.parity.difference}`);
  if (summary.cashE6 !== account.ledger.cash)
    found.push(`cash is ${account.ledger.cash} there, ${summary.cashE6} here`);
  if (summary.fills !== account.fills.length) {
    found.push(`${account.fills.length} fills there, ${summary.fills} in the summary`);
  }
  const seen = new Set<number>();
  for (const { clientId, status: stands } of account.orders) {
    const id = Number(/^td-[0-9a-f]{6}-\d+-(\d+)$/.exec(clientId)?.[1] ?? Number.NaN);
    if (!Number.isInteger(id)) found.push(`the exchange has an order that nobody sent: ${clientId}`);
    if (seen.has(id)) found.push(`order ${id} is at the exchange twice`);
    seen.add(id);
    if (stands === 'resting') found.push(`order ${id} still rests`);
  }
  const here = rowsOf(summary.folder, 'fills').map(
    ({ order_id, side, price_e4, quantity_e2, fee_e6 }) => `${order_id} ${side} ${price_e4} ${quantity_e2} ${fee_e6}`,
  );
  const there = account.fills.map(({ order, trade, fee }) => {
    const id = order.clientId.slice(order.clientId.lastIndexOf('-') + 1);
    return `${id} ${order.terms.side === 0 ? 'bid' : 'ask'} ${trade.price} ${trade.quantity} ${fee}`;
  });
  const counts = new Map<string, number>();
  for (const fill of here) counts.set(fill, (counts.get(fill) ?? 0) + 1);
  for (const fill of there) counts.set(fill, (counts.get(fill) ?? 0) - 1);
  for (const [fill, count] of counts) {
    if (count !== 0) found.push(`fill ${fill}: ${count > 0 ? 'told too often' : 'lost'}`);
  }
  return found;
}

function rowsOf(folder: string, table: string): Record<string, unknown>[] {
  return readFileSync(join(folder, `${table}.jsonl`), 'utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Record<string, unknown>);
}

/** Files below a folder that hold any line of a secret. */
export function leaksIn(folder: string, secret: string): string[] {
  if (!existsSync(folder)) return [];
  const parts = secret.split('\n').filter((line) => line.length >= 16 && !line.startsWith('--'));
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .filter((file) => {
      const text = readFileSync(file, 'latin1');
      return parts.some((part) => text.includes(part));
    });
}
