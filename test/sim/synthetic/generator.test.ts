import { describe, expect, test } from 'vitest';
import { formatTime, type Time } from '../../../src/core/time.ts';
import { DEMO_CONFIG, type SyntheticConfig } from '../../../src/sim/synthetic/config.ts';
import { describeSynthetic } from '../../../src/sim/synthetic/describe.ts';
import { generate } from '../../../src/sim/synthetic/generator.ts';
import { Digest } from '../../../src/study/store/digest.ts';
import { RecordingSink, SMALL } from './recording-sink.ts';

function digestOf(config: SyntheticConfig): string {
  const sink = new RecordingSink();
  generate(config, sink);
  const digest = new Digest().add(JSON.stringify(sink.markets.map(({ grid: _, ...facts }) => facts)));
  for (const row of sink.rows) {
    const { exchangeTime, localTime, kind, market, side, price, quantity, more } = row;
    digest.add(exchangeTime, localTime, kind, market, side, price, quantity, more ? 'more' : '');
    digest.add(JSON.stringify(row.detail ?? null));
  }
  return digest.hex();
}

describe('repeatability', () => {
  test('the same seed gives the same rows, today and next year', () => {
    expect(digestOf(SMALL)).toBe('827d01eb08d7be19db14a68328f7e8d37b12a9992738b51a9cde42cd228415e4');
  });

  test('another seed gives other rows', () => {
    expect(digestOf({ ...SMALL, seed: 'another' })).not.toBe(digestOf(SMALL));
  });

  test('a day more changes nothing of what the days before are about', () => {
    const truthOf = (days: number) => generate({ ...SMALL, days, activity: 0.1 }, new RecordingSink()).events[0]!;
    expect(truthOf(2)).toEqual(truthOf(1));
  });
});

describe('the demo tape', () => {
  const sink = new RecordingSink();
  const truth = generate(DEMO_CONFIG, sink);

  test('has 252 markets in 42 events and about 510,000 rows', () => {
    expect(sink.markets.length).toBe(252);
    expect(truth.events.length).toBe(42);
    expect(truth.rows).toBeGreaterThan(480_000);
    expect(truth.rows).toBeLessThan(540_000);
  });

  test('names only cities that do not exist, and says SYNTHETIC in every title', () => {
    expect(new Set(sink.markets.map((market) => market.series))).toEqual(
      new Set(['SYNHIGHVIL', 'SYNHIGHMOK', 'SYNHIGHFEI']),
    );
    expect(sink.markets.every((market) => market.title.startsWith('SYNTHETIC: '))).toBe(true);
  });

  test('writes tickers as the venue does: strict tails by T, two inclusive degrees by B', () => {
    const event = sink.markets.slice(0, 6);
    const first = event[0]!.strike.cap!;
    expect(event.map((market) => market.ticker)).toEqual(
      [`T${first}`, ...[0.5, 2.5, 4.5, 6.5].map((middle) => `B${first + middle}`), `T${first + 7}`].map(
        (end) => `SYNHIGHVIL-30JAN05-${end}`,
      ),
    );
    expect(event.map((market) => market.strike)).toEqual([
      { type: 'less', floor: null, cap: first },
      ...[0, 2, 4, 6].map((up) => ({ type: 'between', floor: first + up, cap: first + up + 1 })),
      { type: 'greater', floor: first + 7, cap: null },
    ]);
    expect(event.every((market) => market.mutuallyExclusive && market.day === '2030-01-05')).toBe(true);
  });

  test('trades from 14:00 UTC the day before until the climate day ends in the city', () => {
    const { openTime, closeTime } = sink.markets[0]!;
    expect(formatTime(openTime as Time)).toBe('2030-01-04T14:00:00.000000Z');
    expect(formatTime(closeTime as Time)).toBe('2030-01-06T04:59:00.000000Z');
  });

  test('exactly one bracket of each event settles yes: the one its whole degree falls into', () => {
    for (const { markets, path } of truth.events) {
      const yes = markets.filter((market) => market.settledYes);
      expect(yes.length).toBe(1);
      const { strike } = sink.markets[yes[0]!.market]!;
      const { settledHigh } = path;
      if (strike.type === 'less') expect(settledHigh).toBeLessThan(strike.cap!);
      else if (strike.type === 'greater') expect(settledHigh).toBeGreaterThan(strike.floor!);
      else expect(settledHigh >= strike.floor! && settledHigh <= strike.cap!).toBe(true);
    }
  });

  test('has sweeps of $1,000 to $20,000, none of them informed', () => {
    expect(truth.sweeps.length).toBeGreaterThan(80);
    expect(truth.sweeps.every(({ cost }) => cost >= 1_000e6 && cost <= 20_000e6)).toBe(true);
    expect(truth.sweeps.some(({ informed }) => informed)).toBe(false);
  });
});

describe('what it says of itself', () => {
  test('the demo says that it is synthetic and that no edge is planted', () => {
    const text = describeSynthetic(DEMO_CONFIG).join('\n');
    expect(text).toContain('SYNTHETIC');
    expect(text).toContain('no edge is planted');
  });

  test('a tape with informed sweeps says that an edge is planted', () => {
    const text = describeSynthetic({ ...DEMO_CONFIG, informedSweepShare: 0.25 }).join('\n');
    expect(text).toContain('AN EDGE IS PLANTED: 25 %');
    expect(text).not.toContain('no edge');
  });
});

describe('a configuration that cannot be generated is refused', () => {
  const city = DEMO_CONFIG.cities[0]!;
  const wrong: [string, Partial<SyntheticConfig>][] = [
    ['no city', { cities: [] }],
    ['two cities of one code', { cities: [city, city] }],
    ['a code that is not three letters', { cities: [{ ...city, code: 'NY' }] }],
    ['a place east of Greenwich', { cities: [{ ...city, utcOffsetHours: 3 }] }],
    ['a season of negative strikes', { cities: [{ ...city, seasonHigh: 0 }] }],
    ['half a day', { days: 0.5 }],
    ['no activity', { activity: 0 }],
    ['a negative number of sweeps', { sweepsPerEvent: -1 }],
    ['a share above one', { informedSweepShare: 1.5 }],
    ['a date that is none', { firstDay: 'tomorrow' }],
  ];
  test.each(wrong)('%s', (_, change) => {
    expect(() => generate({ ...DEMO_CONFIG, ...change }, new RecordingSink())).toThrow(
      expect.objectContaining({ code: 'invalid-parameter' }),
    );
  });
});
