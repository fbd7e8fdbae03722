import { describe, expect, it } from 'vitest';
import { Random } from '../../../src/core/random.ts';
import { ASK, BID } from '../../../src/core/side.ts';
import { STANDARD_LIMITS } from '../../../src/engine/limits.ts';
import whale from '../../../strategies/whale/strategy.ts';
import { L2, type Played, PRINTS, play, type Scene } from '../../sim/replay-of.ts';
import { delta, opens, print, type Row, START, settles, snapshot } from '../../sim/tape-of.ts';
import { whaleParams } from './tapes.ts';

const EASY = { minPrints: 0, minVolume: 0, maxSlippage: 100, maxTakerSlippage: 100 };

function trade(rows: readonly Row[], params: Record<string, string | number>, scene: Partial<Scene> = {}): Played {
  const grade = scene.grade ?? PRINTS;
  const setup = { grade, random: new Random('test'), survey: undefined };
  const strategy = whale.create(whaleParams({ ...EASY, ...params }), setup);
  return play({ rows, strategy, grade, request: 20, response: 20, ...scene });
}

/** Fills as [cents, contracts, bid or ask, maker or taker, tape row]. */
const fillsOf = ({ journal }: Played) =>
  journal.fills.map(({ fill }) => [
    fill.price / 100,
    fill.quantity / 100,
    fill.side === BID ? 'bid' : 'ask',
    fill.liquidity,
    fill.source,
  ]);
const actions = ({ journal }: Played) =>
  journal.lines.filter((line) => line.includes(' decision ')).map((line) => line.split(' decision ')[1]);
const gain = ({ run }: Played) => (run.engine.account.cash - run.engine.account.startingCash) / 1e6;

/** A quiet print, then 3,000 contracts of YES at 40 cents, then what is given, and a last print so that all answers arrive. */
const swept = (...rest: Row[]): Row[] => [
  ...opens(),
  print(1_000, BID, 40, 1),
  print(2_000, BID, 40, 3_000),
  ...rest,
  print(200_000, BID, 90, 1),
];

describe('whale on a tape of prints', () => {
  it('gets the next print on its side after the whale, never the whale itself, and is paid at settlement', () => {
    const played = trade(
      swept(print(2_010, BID, 40, 9), print(2_500, ASK, 41, 9), print(3_000, BID, 40, 9), settles(9_000, 'yes')),
      {},
    );
    // The print at 2,010 ms comes before our order is there; that at 2,500 ms is a taker of the other side.
    expect(fillsOf(played)).toEqual([[40, 5, 'bid', 'taker', 7]]);
    expect(actions(played)).toEqual(['enter', 'entry: filled']);
    expect(gain(played)).toBeCloseTo(5 * (1 - 0.4) - 0.07 * 5 * 0.4 * 0.6, 9);
  });

  it('fade buys NO from the same whale, and loses all of it when the whale was right', () => {
    const played = trade(swept(print(3_000, ASK, 40, 9), settles(9_000, 'yes')), { mode: 'fade' });
    expect(fillsOf(played)).toEqual([[40, 5, 'ask', 'taker', 5]]);
    expect(gain(played)).toBeCloseTo(-5 * 0.6 - 0.07 * 5 * 0.4 * 0.6, 9);
  });

  it('does not pay more than the whale: a dearer print is no fill, and after 30 s it gives up', () => {
    const played = trade(swept(print(3_000, BID, 41, 9), print(40_000, BID, 39, 9)), {});
    expect(fillsOf(played)).toEqual([]);
    expect(actions(played)).toEqual(['enter', 'entry: missed']);
    expect(played.journal.lines).toContain(`${START + 32_000_000} cancel 1`);
  });

  it('takes no more of a small print than there was, and quotes the rest once more', () => {
    const played = trade(swept(print(3_000, BID, 40, 2), print(50_000, BID, 40, 9)), {});
    expect(fillsOf(played).map(([, count]) => count)).toEqual([2, 3]);
    expect(actions(played)).toEqual(['enter', 'entry: filled']);
  });

  it('leaves at a stop that a print touched, on the print after that: YES', () => {
    const rows = swept(print(3_000, BID, 40, 9), print(9_000, ASK, 34, 9), print(10_000, ASK, 33, 9));
    const played = trade(rows, { exit: 'bracket', target: 100 });
    expect(fillsOf(played).map(([, ...rest]) => rest)).toEqual([
      [5, 'bid', 'taker', 5],
      [5, 'ask', 'taker', 7],
    ]);
    expect(fillsOf(played)[1]![0]).toBeLessThanOrEqual(33);
  });

  it('leaves at a stop that a print touched, on the print after that: NO', () => {
    const rows = swept(
      print(3_000, ASK, 40, 9),
      print(9_000, BID, 48, 9),
      print(9_500, BID, 49, 9),
      print(10_000, BID, 50, 9),
    );
    const played = trade(rows, { exit: 'bracket', target: 50, mode: 'fade' });
    // NO bought at 60 cents falls to 51: YES at 49, not at 48.
    expect(fillsOf(played).map(([, ...rest]) => rest)).toEqual([
      [5, 'ask', 'taker', 5],
      [5, 'bid', 'taker', 8],
    ]);
    expect(fillsOf(played)[1]![0]).toBeGreaterThanOrEqual(50);
  });

  it('is held to the limits, and says which one', () => {
    const limits = { ...STANDARD_LIMITS, positions: 0 };
    const played = trade(swept(print(3_000, BID, 40, 9)), {}, { limits });
    expect(actions(played)).toEqual(['enter', 'skip: limits']);
    expect(fillsOf(played)).toEqual([]);
  });
});

describe('whale on a tape of a book', () => {
  /** 38 to 40, 50 deep; then a whale that leaves half of the ask. */
  const scene = (...rest: Row[]): Row[] => [
    ...opens(),
    ...snapshot(1, [[38, 50]], [[40, 6_000]]),
    print(1_000, BID, 40, 1),
    print(2_000, BID, 40, 3_000),
    delta(2_000, ASK, 40, -3_000),
    ...rest,
    delta(90_000, BID, 1, 1),
  ];

  it('reference ask takes what is displayed when the order arrives', () => {
    const played = trade(scene(), { reference: 'ask' }, { grade: L2 });
    expect(fillsOf(played).map((fill) => fill.slice(0, 4))).toEqual([[40, 5, 'bid', 'taker']]);
  });

  it('reference bid rests where the ask is out of reach, and a seller fills it', () => {
    const wide = [
      ...opens(),
      ...snapshot(1, [[30, 50]], [[39, 5_000]]),
      print(1_000, BID, 39, 1),
      print(2_000, BID, 39, 3_000),
    ];
    const played = trade([...wide, print(5_000, ASK, 32, 9), delta(60_000, BID, 1, 1)], {}, { grade: L2 });
    expect(fillsOf(played).map((fill) => fill.slice(0, 4))).toEqual([[32, 5, 'bid', 'maker']]);
  });

  it('the target rests 30 % up and fills as a maker', () => {
    const played = trade(scene(print(9_000, BID, 52, 9)), { reference: 'ask', exit: 'bracket' }, { grade: L2 });
    expect(fillsOf(played).map((fill) => fill.slice(0, 4))).toEqual([
      [40, 5, 'bid', 'taker'],
      [52, 5, 'ask', 'maker'],
    ]);
    expect([...played.run.engine.account.openMarkets()]).toEqual([]);
  });

  it('a fader’s stop buys YES back when the ask rises to it', () => {
    const rises = [delta(9_000, ASK, 50, 70), delta(9_000, ASK, 40, -3_000)];
    const played = trade(scene(...rises), { mode: 'fade', reference: 'ask', exit: 'bracket' }, { grade: L2 });
    // NO at 62 (YES 38): 15 % less is 52.7, YES at 47.3; the ask is 50 now.
    expect(fillsOf(played).map((fill) => fill.slice(0, 4))).toEqual([
      [38, 5, 'ask', 'taker'],
      [50, 5, 'bid', 'taker'],
    ]);
    expect(actions(played)).toEqual(['enter', 'entry: filled']);
  });
});
