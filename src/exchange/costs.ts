import type { Route } from './route.ts';

/** Tokens of a request that no table names. */
export const DEFAULT_COST = 10;

/** What a request costs: of a batch each item, and one at least. */
export function costOf({ cost = DEFAULT_COST, batch }: Route, body: () => unknown): number {
  if (batch !== true) return cost;
  const { orders } = body() as { orders?: unknown };
  return cost * Math.max(1, Array.isArray(orders) ? orders.length : 1);
}

/** The operations that do not cost the default, as `GET /account/endpoint_costs` lists them. */
export function costTable(routes: readonly Route[], prefix: string): Record<string, unknown>[] {
  return routes
    .filter(({ cost }) => cost !== undefined && cost !== DEFAULT_COST)
    .map(({ method, path, cost }) => ({ method, path: prefix + path, cost }));
}
