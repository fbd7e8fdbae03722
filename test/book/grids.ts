import { gridOf, NAMED_GRIDS, type PriceGrid } from '../../src/core/price-grid.ts';

function named(name: string): PriceGrid {
  const bands = NAMED_GRIDS[name];
  if (bands === undefined) throw new Error(`no grid is named ${name}`);
  return gridOf(bands);
}

/** The grids that the properties run over: 99, 999 and 9,999 levels, and one that is finer at its edges. */
export const GRIDS: readonly (readonly [string, PriceGrid])[] = [
  'linear_cent',
  'deci_cent',
  'center_centi_edge_centi_cent',
  'tapered_deci_cent',
].map((name) => [name, named(name)] as const);
