import { expect, test } from 'vitest';
import { lifeIn } from '../../scripts/live-days/life.ts';
import { temporaryFolder, write } from '../cli/compiled.ts';

const HOUR = 3_600_000_000;
const market = (number: number, close: number) => ['market', { market: number, close_time_us: close }];
const change = (market: number, time: number, more: object) => [
  'd',
  market,
  time,
  time,
  JSON.stringify({ type: 'lifecycle', change: { market, ...more } }),
];
const paid = (market: number, time: number, outcome: string, value: number) => [
  'd',
  market,
  time,
  time,
  JSON.stringify({ type: 'settlement', settlement: { market, outcome, value } }),
];

test('what befell markets is counted from the log of a session', () => {
  const lines = [
    market(0, 10 * HOUR),
    market(1, 10 * HOUR),
    change(0, HOUR, { status: 'active' }),
    change(1, HOUR, { status: 'active' }),
    change(0, 2 * HOUR, { status: 'inactive' }),
    change(0, 3 * HOUR, { status: 'active' }),
    change(1, 3 * HOUR, { closeTime: 8 * HOUR }),
    change(0, 10 * HOUR, { status: 'closed' }),
    change(1, 8 * HOUR, { status: 'closed' }),
    change(1, 9 * HOUR, { status: 'active' }),
    change(1, 9.5 * HOUR, { status: 'closed' }),
    change(0, 11 * HOUR, { status: 'determined' }),
    change(0, 11 * HOUR, { status: 'disputed' }),
    change(0, 11 * HOUR, { status: 'amended' }),
    paid(0, 13 * HOUR, 'scalar', 4_000),
    paid(1, 10 * HOUR, 'yes', 10_000),
  ];
  const text = lines.map((line, at) => JSON.stringify([at + 1, ...line])).join('\n');
  expect(lifeIn(write(temporaryFolder(), 'log.jsonl', `${text}\n`))).toEqual({
    pauses: 1,
    reactivations: 1,
    'closes moved to sooner': 1,
    'markets opened again': 1,
    'results disputed': 1,
    'results amended': 1,
    'settled over two hours after the close': 1,
    'settled scalar or void': 1,
    'grids changed': 0,
  });
});
