import { describe, expect, it } from 'vitest';
import { Random } from '../../src/core/random.ts';
import type { Side } from '../../src/core/side.ts';
import { LANES } from '../../src/sim/lane.ts';
import { randomTape } from './random-tape.ts';
import { play } from './replay-of.ts';
import { type Act, order, scripted, send } from './scripted.ts';
import { index, type Row, testMarket } from './tape-of.ts';

const MARKETS = 3;

/** Random tapes of three markets, merged by time, each entered at a random moment or never; some tear and heal on the way. */
function scene(seed: number): { rows: Row[]; acts: Act[] } {
  const random = new Random(`follow/${seed}`);
  const tapes = Array.from({ length: MARKETS }, (_, market) =>
    randomTape(random.fork(String(market)), 80).map((row) => movedTo(row, market)),
  );
  const rows = tapes.flat().sort((left, right) => left.at - right.at);
  const acts: Act[] = Array.from({ length: 6 }, () => {
    const side = random.below(2) as Side;
    const cents = side === 0 ? 48 + random.below(5) : 52 - random.below(5);
    const request = order(side, cents, 1 + random.below(12), { market: index(random.below(MARKETS)) });
    return { at: 60 + random.below(900), do: send(request) };
  });
  return { rows, acts };
}

function movedTo(row: Row, market: number): Row {
  const { detail } = row;
  if (detail === undefined || !('change' in detail)) return { ...row, market: index(market) };
  return {
    ...row,
    market: index(market),
    detail: { ...detail, change: { ...detail.change, market: index(market) } },
  } as Row;
}

describe('the exchange side of a replay', () => {
  it('takes a market over when the first order enters it, and does what following it from the first row does', () => {
    const markets = Array.from({ length: MARKETS }, (_, number) => testMarket(number));
    let fills = 0;
    for (let seed = 0; seed < 150; seed++) {
      const { rows, acts } = scene(seed);
      for (const lane of LANES) {
        for (const blockRows of [rows.length, 7]) {
          const shape = { rows, lane, markets, blockRows, request: 5, response: 5, feed: 40 };
          const entered = play({ ...shape, strategy: scripted(acts) });
          const followed = play({ ...shape, strategy: scripted(acts), followAll: true });
          expect(entered.journal.lines, `seed ${seed}, ${lane.name}`).toEqual(followed.journal.lines);
          fills += entered.journal.fills.length;
        }
      }
    }
    expect(fills).toBeGreaterThan(1_000);
  });
});
