import { number } from '../../src/engine/params.ts';
import { defineStrategy } from '../../src/engine/strategy.ts';
import { Monkey } from '../gauntlet/monkey.ts';

/** The gauntlet's monkey as a strategy that `live --strategy FILE` loads. */
export default defineStrategy({
  name: 'monkey',
  summary: 'does whatever a strategy may, at random',
  params: { pace: number({ standard: 200, min: 1, help: 'ms between two doings, on average' }) },
  create: ({ pace }) => new Monkey(pace * 1_000),
});
