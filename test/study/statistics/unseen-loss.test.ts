import { describe, expect, it } from 'vitest';
import { Random } from '../../../src/core/random.ts';
import { effectiveEvents } from '../../../src/study/statistics/interval.ts';
import { unseenLoss } from '../../../src/study/statistics/unseen-loss.ts';
import type { MarketOutcome } from '../../../src/study/store/run-result.ts';
import { armLines } from '../../../src/study/summary/arm-lines.ts';
import { judge } from '../../../src/study/summary/verdict.ts';
import { armResult, daily, dayOf, LANES, laneResult, outcome, runResult } from '../run-fixtures.ts';

const RUNS = 200;

/** One bet at a fair price, without fees: `cents` for a dollar that comes with that many percent. */
function fairBet(day: number, cents: number, contracts: number, random: Random): MarketOutcome {
  const wins = random.uniform() * 100 < cents;
  return outcome({
    ticker: `B${cents}-${day}`,
    day: dayOf(day),
    volumeE2: contracts * 100,
    stakedE6: cents * contracts * 10_000,
    realisedE6: (wins ? 100 - cents : -cents) * contracts * 10_000,
    feesE6: 0,
  });
}

/** In how many of the runs a worthless strategy is called an edge. */
function calledAnEdge(name: string, days: number, bets: (day: number, random: Random) => MarketOutcome[]): number {
  let yes = 0;
  for (let run = 0; run < RUNS; run++) {
    const random = new Random(`${name}/${run}`);
    const markets = Array.from({ length: days }, (_, day) => bets(day, random)).flat();
    const arm = armResult(name, [], { lanes: LANES.map((lane) => laneResult(lane, markets)) });
    const result = runResult([arm], { seed: String(run) });
    const { lanes } = armLines(result, { ...arm, draws: 1 });
    if (judge(result, lanes, [], effectiveEvents(markets)).survives === 'yes') yes++;
  }
  return yes;
}

describe('a loss that may not have come yet', () => {
  // 2.5 % of 200 are 5; twice that is beyond chance.
  it('keeps favourites at a fair price, alone or hidden behind a longshot that loses each day, from being called an edge', () => {
    expect(calledAnEdge('favourite', 30, (day, random) => [fairBet(day, 97, 100, random)])).toBeLessThanOrEqual(10);
    const hidden = (day: number, random: Random) => [fairBet(day, 97, 100, random), fairBet(day, 3, 1, random)];
    expect(calledAnEdge('hidden', 30, hidden)).toBeLessThanOrEqual(10);
    expect(calledAnEdge('hidden for long', 60, hidden)).toBeLessThanOrEqual(10);
  });

  it('does not stand against an edge that would carry it', () => {
    const sure = daily(40, (day) => 2 + 0.3 * Math.sin(day));
    expect(unseenLoss({ lane: 'base', markets: sure }, 1, 's')).toBeNull();
  });

  it('stands against small gains that one lost stake would undo, and says how large it is', () => {
    const thin = daily(40, (day) => 0.12 + 0.02 * Math.sin(day));
    const why = unseenLoss({ lane: 'base', markets: thin }, 1, 's');
    expect(why).toMatch(/no day of 40 ended with a loss in the base lane.*whole stake \(at most \$5\.00/);
  });

  it('is not asked after once five days have lost', () => {
    const seen = daily(40, (day) => (day % 8 === 0 ? -0.5 : 0.3));
    expect(unseenLoss({ lane: 'base', markets: seen }, 1, 's')).toBeNull();
  });
});
