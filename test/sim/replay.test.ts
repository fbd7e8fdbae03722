import { describe, expect, it } from 'vitest';
import { Random } from '../../src/core/random.ts';
import { BID, type Side } from '../../src/core/side.ts';
import { LANES } from '../../src/sim/lane.ts';
import { LatencySpread } from '../../src/sim/latency.ts';
import { randomTape } from './random-tape.ts';
import { play } from './replay-of.ts';
import { type Act, order, scripted, send } from './scripted.ts';
import { delta, opens, type Row, START, snapshot } from './tape-of.ts';

const TAPES = 300;

/** Rows received up to 40 ms after they happened, in the order of receipt: exchange times step back from row to row. */
function jittered(rows: readonly Row[], random: Random): Row[] {
  let heard = 0;
  return rows.map((row) => {
    heard = Math.max(heard, row.at + random.below(40));
    return { ...row, heard };
  });
}

describe('the replay', () => {
  it(`gives one journal for a tape however it is cut into blocks, over ${TAPES} random tapes with uneven delays`, () => {
    let answers = 0;
    for (let seed = 0; seed < TAPES; seed++) {
      const random = new Random(`blocks/${seed}`);
      const rows = jittered(randomTape(random, 40 + random.below(80)), random);
      const acts: Act[] = Array.from({ length: 5 }, () => {
        const side = random.below(2) as Side;
        return { at: 200 + random.below(500), do: send(order(side, 46 + random.below(9), 1 + random.below(9))) };
      });
      const lane = LANES[seed % 3]!;
      const delays = { request: random.below(60), response: random.below(60), feed: random.below(80) };
      const lines = (blockRows: number) =>
        play({ rows, lane, blockRows, ...delays, strategy: scripted(acts) }).journal.lines;
      const whole = lines(rows.length);
      answers += whole.length;
      for (const size of [1, 3, 17, 50]) expect(lines(size), `seed ${seed}, blocks of ${size}`).toEqual(whole);
    }
    expect(answers).toBeGreaterThan(TAPES * 5);
  });

  it('meets each order with the book of its arrival, though our own view is older', () => {
    const rows: Row[] = [
      ...opens(),
      ...snapshot(0, [[40, 5]], [[45, 5]]),
      { ...delta(100, 1, 45, -5), heard: 400 },
      { ...delta(100, 1, 46, 5), heard: 400 },
      { ...delta(900, BID, 1, 1), heard: 900 },
    ];
    const played = play({ rows, strategy: scripted([{ at: 150, do: send(order(BID, 46, 5)) }]), request: 10 });
    expect(played.journal.fills.map(({ fill }) => fill.price)).toEqual([4_600]);
  });

  it('drawn delays differ from message to message, stay within the spread, and repeat with the seed', () => {
    const rows = randomTape(new Random('drawn'), 200);
    const acts: Act[] = Array.from({ length: 20 }, (_, number) => ({
      at: 20 + number * 30,
      do: send(order(BID, 40, 1)),
    }));
    const latency = {
      request: new LatencySpread([5_000, 20_000, 60_000]),
      response: new LatencySpread([1_000]),
      feed: 0 as never,
      origin: 'test',
      drawn: true,
    };
    const delays = () =>
      play({ rows, strategy: scripted(acts), latency }).journal.answers.map(
        ({ exchangeTime, order: id }) => exchangeTime - START - acts[id - 1]!.at * 1_000,
      );
    const drawn = delays();
    expect(new Set(drawn).size).toBeGreaterThan(10);
    expect(Math.min(...drawn)).toBeGreaterThanOrEqual(5_000);
    expect(Math.max(...drawn)).toBeLessThanOrEqual(60_000);
    expect(delays()).toEqual(drawn);
  });

  it('an answer never overtakes the one before it, and none is known before it happened', () => {
    const random = new Random('answers');
    const rows = randomTape(random, 200);
    const acts: Act[] = Array.from({ length: 30 }, (_, number) => ({
      at: 20 + number * 20,
      do: send(order((number % 2) as Side, 48 + random.below(5), 3)),
    }));
    const { journal } = play({ rows, strategy: scripted(acts), request: 15, response: 25 });
    const times = journal.answers.map(({ localTime }) => localTime);
    expect(times.length).toBeGreaterThan(40);
    expect(times).toEqual([...times].sort((left, right) => left - right));
    for (const { exchangeTime, localTime } of journal.answers)
      expect(localTime - exchangeTime).toBeGreaterThanOrEqual(25_000);
  });
});
