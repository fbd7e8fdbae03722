import { defineStrategy } from '../../src/engine/strategy.ts';
import { Edge } from './edge.ts';
import { EDGE_PARAMS } from './params.ts';

export default defineStrategy({
  name: 'edge',
  summary: 'trades the daily high where a model and the market differ, and a classifier holds the price too low',
  params: EDGE_PARAMS,
  usesModels: true,
  create: (params) => new Edge(params),
  label: ({ city }) => (city === 'all' ? 'edge' : `edge ${city}`),
});
