import { defineStrategy } from '../../src/engine/strategy.ts';

export default defineStrategy({
  name: 'noop',
  summary: 'does nothing: the time a tape takes by itself',
  params: {},
  create: () => ({}),
});
