import { Random } from '../../src/core/random.ts';
import { LANES } from '../../src/sim/lane.ts';
import { effectiveEvents } from '../../src/study/statistics/interval.ts';
import type { LaneResult, MarketOutcome } from '../../src/study/store/run-result.ts';
import { armLines } from '../../src/study/summary/arm-lines.ts';
import { judge } from '../../src/study/summary/verdict.ts';

/** Bets without an edge: what the interval and the verdict make of them. */
export interface FairBets {
  /** What each bet costs, in cents: it pays a dollar with just that probability. */
  readonly cents: number;
  readonly days: number;
  readonly betsPerDay: number;
  readonly runs: number;
  /** Intervals that hold the truth, zero; and that lie wholly above it. */
  readonly held: number;
  readonly above: number;
  /** Runs that the verdict calls an edge. */
  readonly yes: number;
}

/** Bets one contract on each of about `betsPerDay` independent markets a day at their true probability, for many runs, and judges each. */
export function fairBets(cents: number, days: number, betsPerDay: number, runs: number): FairBets {
  const random = new Random(`fair/${cents}/${days}/${betsPerDay}`);
  let [held, above, yes] = [0, 0, 0];
  for (let run = 0; run < runs; run++) {
    const markets = Array.from({ length: days }, (_, day) => dayOfBets(cents, day, betsPerDay, random)).flat();
    const lanes = LANES.map(({ name }) => {
      return { lane: name, markets, fills: markets.length, makerFills: 0, netE6: 0 };
    }) as unknown as LaneResult[];
    const arm = { name: 'fair', control: false, params: {}, surveyed: false, lanes };
    const lines = armLines({ seed: String(run) }, { ...arm, draws: 1 });
    const { interval } = lines.lanes[0]!;
    if (typeof interval === 'string') continue;
    if (interval.lower <= 0 && interval.upper >= 0) held++;
    if (interval.lower > 0) above++;
    const judged = {
      seed: String(run),
      arms: [arm],
      tape: { synthetic: true },
      trials: { count: 1 },
    } as unknown as Parameters<typeof judge>[0];
    if (judge(judged, lines.lanes, [], effectiveEvents(markets)).survives === 'yes') yes++;
  }
  return { cents, days, betsPerDay, runs, held, above, yes };
}

function dayOfBets(cents: number, day: number, betsPerDay: number, random: Random): MarketOutcome[] {
  const count = 1 + random.below(betsPerDay * 2 - 1);
  return Array.from({ length: count }, (_, bet) => {
    // Prices a little around the stated one, so that no two days are alike by construction.
    const price = Math.min(99, Math.max(1, cents + 2 * (random.uniform() * 2 - 1)));
    const won = random.uniform() * 100 < price;
    return {
      ticker: `D${day}B${bet}`,
      event: `D${day}`,
      day: String(day).padStart(4, '0'),
      volumeE2: 100,
      stakedE6: Math.round(price * 10_000),
      realisedE6: Math.round(((won ? 100 : 0) - price) * 10_000),
      feesE6: 0,
      openCostE6: 0,
    };
  });
}
