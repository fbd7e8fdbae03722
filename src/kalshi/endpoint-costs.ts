/** What one endpoint costs, in tokens. `path` may hold `:name` for one segment and `*name` for all that follow. */
export interface EndpointCost {
  readonly method: string;
  readonly path: string;
  readonly cost: number;
}

/** Tokens by endpoint: what the account's cost table says, and its default for everything else. */
export class EndpointCosts {
  readonly #standard: number;
  readonly #rows: readonly { method: string; segments: string[]; cost: number }[];

  constructor(standard: number, rows: readonly EndpointCost[]) {
    this.#standard = standard;
    this.#rows = rows
      .map(({ method, path, cost }) => ({ method: method.toUpperCase(), segments: path.split('/'), cost }))
      .sort((a, b) => wildcards(a.segments) - wildcards(b.segments));
  }

  /** The cost of a request, its path from the root; the row with the fewest wildcards counts. */
  of(method: string, path: string): number {
    const segments = path.split('/');
    const row = this.#rows.find((row) => row.method === method && fits(row.segments, segments));
    return row?.cost ?? this.#standard;
  }
}

/** As documented for October 2026, until the account's own table is read. */
export const DOCUMENTED_COSTS = new EndpointCosts(10, [
  { method: 'DELETE', path: '/trade-api/v2/portfolio/events/orders', cost: 2 },
  { method: 'DELETE', path: '/trade-api/v2/portfolio/events/orders/:order_id', cost: 2 },
  { method: 'DELETE', path: '/trade-api/v2/portfolio/events/orders/batched', cost: 2 },
  { method: 'GET', path: '/trade-api/v2/portfolio/orders/:order_id', cost: 2 },
]);

function wildcards(segments: readonly string[]): number {
  return segments.filter((segment) => segment.startsWith(':') || segment.startsWith('*')).length;
}

function fits(pattern: readonly string[], segments: readonly string[]): boolean {
  if (pattern.at(-1)?.startsWith('*') ? segments.length < pattern.length : segments.length !== pattern.length)
    return false;
  return pattern.every((part, at) => part.startsWith(':') || part.startsWith('*') || part === segments[at]);
}
