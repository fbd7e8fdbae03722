import { DEMO_CONFIG } from '../../src/sim/synthetic/config.ts';
import { TELLINGS } from './generated-tape.ts';
import { queueTruth } from './queue.ts';

for (const telling of TELLINGS) {
  const t = Date.now();
  const q = queueTruth({ ...DEMO_CONFIG, days: 2, activity: 1 }, ['q1', 'q2'], telling);
  console.log(
    JSON.stringify(q, (k, v) => (typeof v === 'number' ? Math.round(v * 100) / 100 : v)).replaceAll(
      '{"lane"',
      '\n {"lane"',
    ),
    Date.now() - t,
    'ms',
  );
}
