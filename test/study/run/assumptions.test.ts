import { describe, expect, it } from 'vitest';
import type { Market } from '../../../src/core/market.ts';
import { dollars } from '../../../src/core/money.ts';
import { parseTime, type Time } from '../../../src/core/time.ts';
import { STANDARD_LIMITS } from '../../../src/engine/limits.ts';
import { FeeBook } from '../../../src/ledger/fee-book.ts';
import { KNOWN_FEES } from '../../../src/ledger/known-fees.ts';
import { API_TIERS } from '../../../src/sim/api-budget.ts';
import { LANES } from '../../../src/sim/lane.ts';
import { ASSUMED_LATENCY } from '../../../src/sim/latency.ts';
import { assumptionsOf } from '../../../src/study/run/assumptions.ts';
import type { RunSettings } from '../../../src/study/store/invocation.ts';
import type { TapeSource } from '../../../src/study/store/tape-source.ts';
import { testMarket } from '../../sim/tape-of.ts';

const settings: RunSettings = {
  params: {},
  controls: true,
  lanes: LANES,
  latency: ASSUMED_LATENCY,
  fees: KNOWN_FEES,
  membership: 'direct',
  tier: API_TIERS[0]!,
  limits: STANDARD_LIMITS,
  startingCash: dollars(10_000),
  seed: 'monday',
};
const opened = parseTime('2025-01-01T00:00:00Z');
const market: Market = { ...testMarket(0), series: 'KXHIGHNY', openTime: opened };
const tape = {
  markets: [market],
  facts: { firstTimeUs: opened as number, timeResolutionUs: 0, sizesRecorded: true },
} as unknown as TapeSource;

const assumed = (changed: Partial<RunSettings>, fees = new FeeBook(KNOWN_FEES)): Record<string, string> =>
  assumptionsOf({ ...settings, ...changed }, tape, fees);

describe('what a run takes for granted', () => {
  it('names its seed, and its limits as standard', () => {
    expect(assumed({})).toMatchObject({ seed: '"monday"', limits: 'standard' });
  });

  it('names each limit that is not the standard one, with the standard one', () => {
    const limits = { ...STANDARD_LIMITS, orderCost: dollars(12.5), eventShare: 0.05 };
    expect(assumed({ limits }).limits).toBe(
      "standard but for cost of an order $12.50 (standard $50.00), event's worst case 5 % (standard 20 %)",
    );
  });

  it('says that delays are drawn, instead of a figure for each lane that no lane uses', () => {
    const drawn = assumed({ latency: { ...ASSUMED_LATENCY, drawn: true } });
    const names = Object.keys(drawn).filter((name) => name.startsWith('latency'));
    expect(names).toEqual(['latency, every lane alike']);
    expect(drawn[names[0]!]).toBe(
      'each message draws its own: 20 ms … 60 ms … 250 ms out, 10 ms … 40 ms … 200 ms back (assumed)',
    );
    expect(assumed({})['latency, base']).toBe('60 ms out, 40 ms back (assumed)');
  });

  it('tells fee terms that the user declared from built-in ones that are assumed for that time', () => {
    expect(assumed({})['fee terms']).toBe('quadratic × 1, assumed for that time');
    const declared = { series: 'KX*', event: null, from: 0 as Time, type: 'quadratic', multiplierE4: 20_000 } as const;
    const fees = new FeeBook([...KNOWN_FEES, { ...declared, declared: true }]);
    expect(assumed({}, fees)['fee terms']).toBe('quadratic × 2, declared with --fees');
  });
});
