import { describe, expect, test } from 'vitest';
import { featureRows } from '../../../src/study/features/feature-rows.ts';
import { judge } from '../../../src/study/judge/judge.ts';
import { judgeText } from '../../../src/study/judge/judge-text.ts';
import { dayAfter } from '../../../src/weather/climate-day.ts';
import { FEATURES } from '../../../src/weather/features.ts';
import { scoreClasses } from '../../../src/weather/scores.ts';
import { FIRST, PRICES, type World, weatherTape } from '../weather-world.ts';

const LOOK = { hours: [-3], check: () => {} };

describe('the judge', () => {
  test('scores market, forecast and climatology on the same events, as by hand', async () => {
    const tape = await weatherTape({
      days: 50,
      high: (at) => (at % 2 === 0 ? 50 : 53),
      forecast: (at) => (at % 2 === 0 ? 50 : 53),
    });
    const { judgements, left, events } = await judge(tape, LOOK);
    expect(events).toBe(50);
    // 30 errors are known once 32 days are past: the high of the day before is not out in the evening.
    expect(left['no forecast, or too few errors of it']).toBe(31);
    expect(judgements).toHaveLength(1);
    const [{ city, hour, standings, events: judged, firstDay }] = judgements as [(typeof judgements)[number]];
    expect([city, hour, judged, firstDay]).toEqual(['chicago', -3, 19, dayAfter(FIRST, 31)]);
    const [market, forecast, climatology] = standings;
    // Days 31 to 49: ten of them odd (53 °F, the upper tail), nine even (50 °F).
    const by = (name: 'brier' | 'rps' | 'logLoss') =>
      (9 * scoreClasses(PRICES, 1)[name] + 10 * scoreClasses(PRICES, 2)[name]) / 19;
    for (const name of ['brier', 'rps', 'logLoss'] as const) expect(market![name]).toBeCloseTo(by(name), 9);
    expect(market!.againstMarket).toBeNull();
    expect(forecast!.competitor).toBe('forecast');
    expect(forecast!.brier).toBeLessThan(market!.brier);
    expect(forecast!.mae).toBeCloseTo(0, 6);
    const apart = forecast!.againstMarket!;
    expect(apart.estimate).toBeCloseTo(forecast!.brier - market!.brier, 9);
    expect(apart.days).toBe(19);
    expect(apart.upper).toBeLessThan(0);
    expect(climatology!.brier).toBeGreaterThan(market!.brier);
  });

  test('calls no difference certain where the forecast is worthless half of the time', async () => {
    const tape = await weatherTape({ days: 60, high: (at) => (at % 2 === 0 ? 50 : 53), forecast: () => 51 });
    const [judgement] = (await judge(tape, LOOK)).judgements;
    const apart = judgement!.standings.find(({ competitor }) => competitor === 'forecast')!.againstMarket!;
    expect(apart.lower).toBeLessThan(apart.estimate);
    expect(apart.upper).toBeGreaterThan(apart.estimate);
  });

  test('counts how often the forecast is nearer where the two are apart', async () => {
    const tape = await weatherTape({ days: 50, high: () => 58, forecast: () => 58 });
    const [judgement] = (await judge(tape, LOOK)).judgements;
    expect(judgement!.gaps).toEqual({ degrees: 1.5, count: 19, forecastNearer: 19 });
    const report = await judge(tape, LOOK);
    expect(judgeText(report, false)).toContain('At 21:00 standard time on the day before');
  });

  test('judges nothing where fewer than 30 errors are known, and says why', async () => {
    const { judgements, left } = await judge(await weatherTape({ days: 20, high: () => 50, forecast: () => 50 }), LOOK);
    expect(judgements).toEqual([]);
    expect(left['no forecast, or too few errors of it']).toBe(20);
  });

  test('ends where a tape tells a high before it is issued: whoever planted it is named by the signal', async () => {
    const tape = await weatherTape({ days: 20, high: () => 50, forecast: () => 50, issued: 8, told: -6 });
    await expect(judge(tape, LOOK)).rejects.toMatchObject({
      code: 'strategy-failed',
      message: expect.stringContaining('official-high/chicago'),
    });
  });
});

test('features of the same looks have the forecast and the prices, and never the high', async () => {
  const tape = await weatherTape({ days: 10, high: (at) => 50 + at, forecast: (at) => 49 + at });
  const { rows, events, withoutForecast, tooLate } = await featureRows(tape, { ...LOOK, hours: [-20, -6, -3] });
  expect({ events, withoutForecast, tooLate }).toEqual({ events: 10, withoutForecast: 10, tooLate: 10 });
  expect(rows).toHaveLength(10);
  rows.forEach(({ high, features, ladder, implied }, at) => {
    expect(high).toBe(50 + at);
    expect(ladder).toEqual([49, 51]);
    expect(implied!.map((each) => Number(each.toFixed(6)))).toEqual(PRICES);
    const of = (name: string) => features[FEATURES.findIndex((each) => each.name === name)];
    expect(of('forecast')).toBe(49 + at);
    if (at > 1) expect(of('last_error')).toBe(1);
    else expect(of('last_error')).toBeNaN();
  });
});

describe('what should not be believed is said by name', () => {
  /** Highs without a pattern that a shift would meet: 48, 50 or 53. */
  const high = (at: number) => [48, 50, 53][((at + 3) ** 3 % 11) % 3]!;
  const forecast = (at: number) => high(at + 5);
  const findings = async (world: Partial<World>) =>
    (await judge(await weatherTape({ days: 60, high, forecast, ...world }), LOOK)).findings;

  test('of honest highs and a forecast that knows nothing, nothing', async () => {
    expect(await findings({})).toEqual([]);
  });

  test.each([
    ['stand a day late', (at: number) => high(at - 1), 'those told of the day after'],
    ['stand a day early', (at: number) => high(at + 1), 'those told of the day before'],
    [
      'are two degrees too low at the edge of a bracket',
      (at: number) => (high(at) === 50 ? 49 : high(at) - 1),
      'a degree more',
    ],
    ['are those of nowhere', (at: number) => high(at * 7 + 2), 'no day, degree or city beside explains it'],
  ])('highs that %s', async (_, official, says) => {
    const found = await findings({ official });
    expect(found[0]).toMatch(/^official highs of chicago fall on the bracket that was paid in \d+ % of 60 events/);
    expect(found[0]).toContain(says);
  });

  test('a forecast that is always right has heard the high', async () => {
    const found = await findings({ forecast: high });
    expect(found).toEqual([expect.stringContaining('forecast beats the market in chicago at hour -3')]);
    const text = judgeText(await judge(await weatherTape({ days: 60, high, forecast: high }), LOOK), true);
    expect(text).toContain('SYNTHETIC');
    expect(text).toContain('Not to be believed yet: forecast beats the market');
  });
});
