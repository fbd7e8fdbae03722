import { DEMO_CONFIG } from '../../src/sim/synthetic/config.ts';
import { TELLINGS } from './generated-tape.ts';
import { splitTruth } from './decreases.ts';
for (const activity of [0.35, 1, 20]) for (const telling of TELLINGS) {
  const t = Date.now();
  const q = splitTruth({ ...DEMO_CONFIG, days: activity > 2 ? 1 : 2, activity }, ['q1'], telling);
  console.log(activity, JSON.stringify(q), 'ambiguous', (100 * q.ambiguous / q.decreased).toFixed(4), '% wrong', (100 * q.wrong / q.decreased).toFixed(4), '%', Date.now() - t, 'ms');
}
