import { formatTime, type Time } from '../../core/time.ts';
import { openDatabase, sqlText } from '../../tape/duckdb.ts';
import { contracts, count } from '../text/number-text.ts';
import { textTable } from '../text/text-table.ts';
import { plainReasons } from './explanation-text.ts';
import { type DecisionRow, type OrderRow, type Place, recorded, recordedDecisions } from './recorded.ts';

/** Which orders to list: those of one market, or those that a limit refused. */
export type OrderChoice = { readonly market: string } | { readonly refused: true };

/** The decisions and orders of one arm in one lane that fit a choice. */
export interface OrderList {
  readonly format: 'tapedeck-orders';
  readonly version: 1;
  readonly run: string;
  readonly arm: string;
  readonly lane: string;
  readonly choice: OrderChoice;
  /** Of a market: its explained decisions, in order. */
  readonly decisions: readonly DecisionRow[];
  readonly orders: readonly OrderRow[];
}

const SHOWN = 40;

export async function listOrders(place: Place, choice: OrderChoice): Promise<OrderList> {
  const database = await openDatabase();
  try {
    const { connection } = database;
    const which = 'market' in choice ? `AND ticker = ${sqlText(choice.market)}` : "AND status = 'refused'";
    const orders = await recorded<OrderRow>(connection, place, 'orders', `${which} ORDER BY order_id`);
    const decisions = 'market' in choice ? await recordedDecisions(connection, place, `${which} ORDER BY number`) : [];
    const { run, arm, lane } = place;
    return { format: 'tapedeck-orders', version: 1, run: run.id, arm, lane, choice, decisions, orders };
  } finally {
    database.close();
  }
}

/** The list for a terminal: the first of what there is, and how to go on. */
export function renderOrderList({ run, arm, lane, choice, decisions, orders }: OrderList): string {
  const what = 'market' in choice ? choice.market : 'refused by a limit';
  const lines = [`${arm} in the ${lane} lane of ${run}: ${what}`];
  if (decisions.length > 0) {
    lines.push('', `Decisions (${count(decisions.length)})`);
    for (const { time_us, action, reasons } of decisions.slice(0, SHOWN))
      lines.push(`  ${minute(time_us)}  ${action}: ${plainReasons(reasons)}`);
  }
  lines.push('', `Orders (${count(orders.length)})`);
  if (orders.length === 0) lines.push('  none');
  else lines.push(...orderTable(orders.slice(0, SHOWN)).map((line) => `  ${line}`));
  if (Math.max(orders.length, decisions.length) > SHOWN)
    lines.push(`  only the first ${SHOWN} are shown; all with --json`);
  const [first] = orders;
  if (first !== undefined) lines.push('', `npx tapedeck explain ${run} ${first.order_id} --arm ${arm} --lane ${lane}`);
  return lines.join('\n');
}

function orderTable(orders: readonly OrderRow[]): string[] {
  const right = (title: string) => ({ title, right: true });
  const columns = [right('order'), { title: 'sent (UTC)' }, { title: 'market' }, { title: 'side' }, right('price')];
  columns.push(right('asked'), right('filled'), { title: 'end' });
  const rows = orders.map((order) => [
    String(order.order_id),
    minute(order.submit_time_us),
    order.ticker,
    order.side,
    `${order.price_e4 / 100}¢`,
    contracts(order.asked_e2),
    contracts(order.filled_e2),
    order.reason === null ? order.status : `${order.status}: ${order.reason}`,
  ]);
  return textTable(columns, rows);
}

function minute(timeUs: number): string {
  return formatTime(timeUs as Time)
    .slice(0, 19)
    .replace('T', ' ');
}
