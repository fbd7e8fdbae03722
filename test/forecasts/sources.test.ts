import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import type { Clock } from '../../src/core/clock.ts';
import type { Signal } from '../../src/core/market-event.ts';
import { type Duration, HOUR, MILLISECOND, parseTime, type Time } from '../../src/core/time.ts';
import { hourlyHigh } from '../../src/forecasts/hourly-high.ts';
import {
  guidanceUrl,
  highsOfGuidance,
  highsOfReports,
  maximaOfReadings,
  readingsUrl,
  reportsUrl,
} from '../../src/forecasts/iem.ts';
import { highsOfHourly, maximaOfObservations, Nws } from '../../src/forecasts/nws.ts';
import { highsOfForecast, highsOfPreviousRuns, previousRunsUrl, readForecast } from '../../src/forecasts/open-meteo.ts';
import { localSources } from '../../src/forecasts/sources.ts';
import { WeatherWeb } from '../../src/forecasts/weather-web.ts';
import { cityNamed } from '../../src/weather/cities.ts';
import { CitySignals } from '../../src/weather/city-signals.ts';
import { climateDayStart } from '../../src/weather/climate-day.ts';
import { reportText } from './report-text.ts';
import { trueHigh, WeatherServer } from './weather-server.ts';

const chicago = cityNamed('chicago');
const server = await new WeatherServer().open();
const sources = localSources(server.url);
/** Waits take no time; what was waited for is noted. */
const waits: number[] = [];
const clock: Clock = {
  now: () => parseTime('2026-03-07T21:00:00Z'),
  elapsed: () => 0 as Duration,
  wakeAfter(delay, call) {
    if (delay < 25 * 1_000_000) waits.push(delay / 1_000_000);
    const timer = setTimeout(call, delay < 25 * 1_000_000 ? 0 : delay / 1_000);
    return () => clearTimeout(timer);
  },
};
const web = new WeatherWeb({ clock, random: () => 0.5, firstWait: (100 * MILLISECOND) as Duration, attempts: 4 });
afterAll(async () => {
  await web.close();
  server.close();
});
beforeEach(() => {
  server.mishap = () => null;
  server.retryAfter = null;
  server.asked.length = 0;
  server.products.clear();
  waits.length = 0;
});
const short = ({ name, about, value, issueTime }: Signal) => [
  name,
  about,
  value,
  new Date(issueTime / 1_000).toISOString().slice(0, 16),
];

describe('a weather service', () => {
  const url = `${sources.openMeteo}/v1/forecast?a=1`;

  it('is asked again after errors and cut connections, each time later, and as late as it asks', async () => {
    server.mishap = (_, count) => (count === 1 ? 500 : count === 2 ? 'cut' : null);
    expect((await web.read(url)).body).toContain('temperature_2m');
    expect(server.asked.length).toBe(3);
    expect(waits).toEqual([0.1, 0.2]);
    server.asked.length = waits.length = 0;
    server.mishap = (_, count) => (count === 1 ? 429 : null);
    server.retryAfter = '7';
    await web.read(url);
    expect(waits).toContain(7);
  });

  it('that never answers is given up with its address, its status and how often it was asked', async () => {
    server.mishap = () => 503;
    await expect(web.read(url)).rejects.toMatchObject({
      code: 'weather-unreachable',
      message: expect.stringMatching(/open-meteo\/v1\/forecast gave no usable answer: it answered 503, 4 times/),
    });
  });

  it('that refuses is not asked again', async () => {
    await expect(web.read(`${sources.nws}/nothing`)).rejects.toMatchObject({ code: 'weather-unreachable' });
    expect(server.asked.length).toBe(1);
  });

  it('is told what we have: the same is not sent twice', async () => {
    const again = new WeatherWeb({ clock, random: () => 0.5 });
    const first = await again.read(url);
    const second = await again.read(url);
    expect([first.unchanged, second.unchanged, second.body === first.body]).toEqual([false, true, true]);
    await again.close();
  });

  it('may be left while it is waited for', async () => {
    const leave = new AbortController();
    server.mishap = () => {
      leave.abort();
      return 500;
    };
    await expect(web.read(url, leave.signal)).rejects.toMatchObject({ code: 'interrupted' });
  });
});

describe('hours as a high', () => {
  const hours = (day: string, count: number, from = 0) =>
    Array.from({ length: count }, (_, at) => ({
      time: (climateDayStart(chicago, day) + (from + at) * HOUR) as Time,
      value: 50 + at,
    }));

  it.each(['2026-03-08', '2026-11-01', '2026-07-01'])('take the 24 hours of standard time, also on %s', (day) => {
    const around = [
      ...hours(day, 1, -1).map((each) => ({ ...each, value: 99 })),
      ...hours(day, 24),
      ...hours(day, 1, 24).map((each) => ({ ...each, value: 99 })),
    ];
    expect(hourlyHigh(chicago, day, around)).toBe(73);
  });

  it('are none where more than one hour is missing', () => {
    const whole = hours('2026-03-08', 24);
    expect(hourlyHigh(chicago, '2026-03-08', whole.slice(1))).toBe(73);
    expect(hourlyHigh(chicago, '2026-03-08', whole.slice(2))).toBeNull();
  });
});

describe('NWS', () => {
  it('tells the highs of days that its hourly forecast covers whole, since it was made', async () => {
    const nws = new Nws(web, sources.nws, chicago);
    const told = await nws.forecasts();
    // Made in the afternoon of the 7th: that day is half gone. Sixty hours end within the 10th.
    expect(told.map(short)).toEqual([
      ['forecast-high-nws/chicago', '2026-03-08', trueHigh('2026-03-08'), '2026-03-07T20:00'],
      ['forecast-high-nws/chicago', '2026-03-09', trueHigh('2026-03-09'), '2026-03-07T20:00'],
    ]);
    expect(await nws.forecasts()).toEqual([]);
    expect(server.asked.filter((path) => path.startsWith('/nws/points')).length).toBe(1);
    server.hourly = { ...server.hourly, generatedAt: '2026-03-08T02:00:00+00:00', warmer: 3 };
    expect((await nws.forecasts()).map(({ value }) => value)).toEqual([71, 72]);
  });

  it('tells the highest reading of each climate day: late, twice, out of order, doubted or missing ones do no harm', async () => {
    server.observations = [
      { time: '2026-03-07T20:53:00+00:00', celsius: 15 },
      { time: '2026-03-07T19:53:00+00:00', celsius: 20 },
      { time: '2026-03-07T19:53:00+00:00', celsius: 20 },
      { time: '2026-03-07T18:53:00+00:00', celsius: null },
      { time: '2026-03-07T17:53:00+00:00', celsius: 45, quality: 'X' },
      { time: '2026-03-07T05:53:00+00:00', celsius: 30 },
      { time: '2026-03-07T22:53:00+00:00', celsius: 40 },
    ];
    const nws = new Nws(web, sources.nws, chicago);
    const told = await nws.observations(parseTime('2026-03-07T00:00:00Z'));
    // 05:53 UTC is 23:53 standard time of the day before; 22:53 has not come yet.
    expect(told.map(short)).toEqual([
      ['observed-max/chicago', '2026-03-07', 68, '2026-03-07T21:00'],
      ['observed-max/chicago', '2026-03-06', 86, '2026-03-07T21:00'],
    ]);
  });

  it('reads each climate report once: the highest so far, the official high, and what corrects it', async () => {
    const add = (id: string, issued: string, text: string) => server.products.set(id, { issued, text });
    add('a', '2026-03-07T22:32:00+00:00', reportText({ section: 'TODAY', high: '61' }));
    add('b', '2026-03-08T06:41:00+00:00', reportText({ high: '67' }));
    add('x', '2026-03-08T06:42:00+00:00', reportText({ product: 'CLIORD', high: '70' }));
    add('m', '2026-03-08T06:43:00+00:00', reportText({ high: 'MM' }));
    const nws = new Nws(web, sources.nws, chicago);
    const first = await nws.reports();
    expect(first.map(short)).toEqual([
      ['observed-max/chicago', '2026-03-07', 61, '2026-03-07T22:32'],
      ['official-high/chicago', '2026-03-07', 67, '2026-03-08T06:41'],
    ]);
    add('c', '2026-03-08T15:10:00+00:00', reportText({ high: '68', headline: ' CORRECTION' }));
    const second = await nws.reports();
    expect(second.map(short)).toEqual([['official-high/chicago', '2026-03-07', 68, '2026-03-08T15:10']]);
    // Whatever order they arrive in, the correction stands.
    const signals = new CitySignals(chicago);
    for (const signal of [...second, ...first]) signals.hear(signal, parseTime('2026-03-09T00:00:00Z'));
    expect(signals.officialHigh('2026-03-07')!.value).toBe(68);
  });

  it('in another form is told by the place where it differs', () => {
    const at = parseTime('2026-03-07T21:00:00Z');
    expect(() => highsOfHourly(chicago, '{"properties":{"updateTime":"x","periods":[{}]}}')).toThrow(
      /NWS hourly forecast answers in another form: properties\.periods\.0\.startTime/,
    );
    expect(() => maximaOfObservations(chicago, '<html>', at)).toThrow(/no JSON/);
  });
});

describe('Open-Meteo', () => {
  it('tells the highs of whole days, since they were received', async () => {
    const told = await readForecast(web, sources.openMeteo, chicago);
    // The 7th is under way: what it has been so far is part of it, as it is of what the service knows.
    expect(told.map(short)).toEqual([
      ['forecast-high/chicago', '2026-03-07', trueHigh('2026-03-07') + 1, '2026-03-07T21:00'],
      ['forecast-high/chicago', '2026-03-08', trueHigh('2026-03-08') + 1, '2026-03-07T21:00'],
      ['forecast-high/chicago', '2026-03-09', trueHigh('2026-03-09') + 1, '2026-03-07T21:00'],
    ]);
    expect(await readForecast(web, sources.openMeteo, chicago)).toEqual([]);
  });

  it('tells what was forecast a day ahead, known at 20:00 standard time of that evening, across a clock change too', async () => {
    const { body } = await web.read(previousRunsUrl(sources.openMeteoPrevious, chicago, '2026-03-07', '2026-03-09'));
    expect(highsOfPreviousRuns(chicago, body).map(short)).toEqual([
      ['forecast-high/chicago', '2026-03-07', 68, '2026-03-07T02:00'],
      ['forecast-high/chicago', '2026-03-08', 69, '2026-03-08T02:00'],
      ['forecast-high/chicago', '2026-03-09', 70, '2026-03-09T02:00'],
    ]);
  });

  it('is refused in another unit, or without its variable', () => {
    const body = (unit: string, name: string) =>
      JSON.stringify({
        utc_offset_seconds: 0,
        hourly_units: { time: 'unixtime', [name]: unit },
        hourly: { time: [0], [name]: [1] },
      });
    const at = 0 as Time;
    expect(() => highsOfForecast(chicago, body('°C', 'temperature_2m'), at)).toThrow(/units unixtime and °C/);
    expect(() => highsOfForecast(chicago, body('°F', 'other'), at)).toThrow(/no hourly temperature_2m/);
  });
});

describe('IEM', () => {
  it('tells official highs since their product was sent; days without a number are none', async () => {
    const { body } = await web.read(reportsUrl(sources.iem, chicago, '2026'));
    const told = highsOfReports(chicago, body);
    expect(told.length).toBe(365 - 12);
    expect(short(told[66]!)).toEqual(['official-high/chicago', '2026-03-10', 70, '2026-03-11T06:41']);
  });

  it('tells each reading that was the highest of its climate day, ten minutes after it', async () => {
    const { body } = await web.read(readingsUrl(sources.iem, chicago, '2026-03-07', '2026-03-07'));
    const told = maximaOfReadings(chicago, body).filter(({ about }) => about === '2026-03-07');
    const values = told.map(({ value }) => value);
    expect(values).toEqual([...values].sort((left, right) => left - right));
    expect(told.at(-1)!.value).toBeCloseTo(trueHigh('2026-03-07'), 1);
    expect(new Date(told.at(-1)!.issueTime / 1_000).toISOString()).toBe('2026-03-07T21:03:00.000Z');
  });

  it('tells the maxima of guidance by the time of its run', () => {
    const body = [
      'station,model,runtime,ftime,txn,tmp',
      'KMDW,NBS,2026-03-07 13:00:00+00,2026-03-08 00:00:00+00,66,60',
      'KMDW,NBS,2026-03-07 13:00:00+00,2026-03-08 12:00:00+00,41,42',
      'KMDW,NBS,2026-03-07 13:00:00+00,2026-03-08 18:00:00+00,,55',
      'KMDW,NBS,2026-03-07 13:00:00+00,2026-03-09 00:00:00+00,69,60',
    ].join('\n');
    expect(highsOfGuidance(chicago, body).map(short)).toEqual([
      ['forecast-high-nbm/chicago', '2026-03-07', 66, '2026-03-07T14:30'],
      ['forecast-high-nbm/chicago', '2026-03-08', 69, '2026-03-07T14:30'],
    ]);
    expect(guidanceUrl('https://x', chicago, '2026-03-07', '2026-03-07')).toContain('ets=2026-03-08T00:00Z');
    expect(() => highsOfGuidance(chicago, 'station,runtime')).toThrow(/no column ftime/);
  });
});
