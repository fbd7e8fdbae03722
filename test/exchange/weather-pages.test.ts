import { afterAll, beforeAll, expect, test } from 'vitest';
import { SYSTEM_CLOCK } from '../../src/cli/system-clock.ts';
import { dollars } from '../../src/core/money.ts';
import { DAY, HOUR, parseTime, type Time } from '../../src/core/time.ts';
import { Exchange } from '../../src/exchange/exchange.ts';
import { type RunningServer, startServer } from '../../src/exchange/server.ts';
import { highsOfReports, maximaOfReadings, readingsUrl, reportsUrl } from '../../src/forecasts/iem.ts';
import { Nws } from '../../src/forecasts/nws.ts';
import { highsOfPreviousRuns, previousRunsUrl, readForecast } from '../../src/forecasts/open-meteo.ts';
import { localSources } from '../../src/forecasts/sources.ts';
import { watchWeather } from '../../src/forecasts/weather-watch.ts';
import { WeatherWeb } from '../../src/forecasts/weather-web.ts';
import { MEASURED_CONFIG, syntheticPlace } from '../../src/sim/synthetic/config.ts';
import { cityNamed } from '../../src/weather/cities.ts';
import { climateDayStart, dayAfter } from '../../src/weather/climate-day.ts';

const chicago = cityNamed('chicago');
const FIRST = '2030-03-09';
/** 21:00 standard time of the second day: the first day's high is official, the third day's forecast is out. */
const NOW = (parseTime(`${FIRST}T06:00:00Z`) + 45 * HOUR) as Time;

let exchange: Exchange;
let server: RunningServer;
let now = NOW;
const web = new WeatherWeb({ clock: { ...SYSTEM_CLOCK, now: () => now }, random: () => 0 });

beforeAll(async () => {
  const cities = [syntheticPlace('chicago', FIRST)];
  exchange = new Exchange({ ...MEASURED_CONFIG, seed: 'pages', cities, firstDay: FIRST, days: 3, activity: 0.05 });
  exchange.openAccount(dollars(1));
  server = await startServer({
    exchange,
    keys: [],
    clock: { now: () => now },
    wall: { now: () => now },
    tier: 'basic',
    port: 0,
    ticking: false,
  });
});

afterAll(async () => {
  await web.close();
  await server.close();
});

const sources = () => localSources(server.weatherUrl);
const board = (what: string) => exchange.world.signals.of(`${what}/chicago`);

test('the world publishes a hundred days of history, then each day its forecasts, readings and official high', () => {
  expect(exchange.world.markets[0]!.market.series).toBe('KXHIGHCHI');
  expect(exchange.world.markets[0]!.market.title).toMatch(/^SYNTHETIC/);
  expect(board('official-high').map(({ signal }) => signal.about)).toEqual(
    Array.from({ length: 101 }, (_, at) => dayAfter(FIRST, at - 100)),
  );
  const errors = board('official-high')
    .slice(0, 100)
    .map(
      ({ signal }) =>
        signal.value - board('forecast-high').find((each) => each.signal.about === signal.about)!.signal.value,
    );
  const spread = Math.sqrt(errors.reduce((sum, error) => sum + error ** 2, 0) / errors.length);
  expect(spread).toBeGreaterThan(1.5);
  expect(spread).toBeLessThan(4.5);
});

test('what the clients read is what the world has published', async () => {
  const { iem, openMeteo, openMeteoPrevious, nws } = sources();
  const reports = await Promise.all(
    ['2029', '2030'].map(async (year) =>
      highsOfReports(chicago, (await web.read(reportsUrl(iem, chicago, year))).body),
    ),
  );
  expect(reports.flat().map(({ about, value }) => [about, value])).toEqual(
    board('official-high').map(({ signal }) => [signal.about, signal.value]),
  );
  for (const { about, issueTime } of reports.flat())
    expect(issueTime).toBeLessThan(climateDayStart(chicago, about) + 2 * DAY);

  const [today, tomorrow] = [dayAfter(FIRST), dayAfter(FIRST, 2)];
  const newest = (day: string) => board('forecast-high').findLast(({ signal }) => signal.about === day)!.signal.value;
  const present = await readForecast(web, openMeteo, chicago);
  expect(present.map(({ about, value }) => [about, value])).toEqual([
    [today, newest(today)],
    [tomorrow, newest(tomorrow)],
  ]);
  const past = highsOfPreviousRuns(
    chicago,
    (await web.read(previousRunsUrl(openMeteoPrevious, chicago, dayAfter(FIRST, -100), tomorrow))).body,
  );
  expect(past.length).toBeGreaterThanOrEqual(101);
  for (const { about, value, issueTime } of past) {
    const before = board('forecast-high').findLast(
      ({ signal, toldTime }) => signal.about === about && toldTime <= climateDayStart(chicago, about) - 4 * HOUR,
    );
    expect([about, value]).toEqual([about, before!.signal.value]);
    expect(issueTime).toBeLessThan(now);
  }

  const service = new Nws(web, nws, chicago);
  expect((await service.forecasts()).map(({ about, value }) => [about, value])).toEqual([
    [today, newest(today)],
    [tomorrow, newest(tomorrow)],
  ]);
  expect(await service.forecasts()).toEqual([]);
  const official = (await service.reports()).filter(({ name }) => name === 'official-high/chicago');
  expect(official).toHaveLength(50);
  expect(official.at(-1)).toMatchObject({ about: FIRST, value: board('official-high').at(-1)!.signal.value });
  const highest = Math.max(
    ...board('observed-max').flatMap(({ signal }) => (signal.about === today ? [signal.value] : [])),
  );
  const seen = await service.observations((now - 36 * HOUR) as Time);
  expect(seen.find(({ about }) => about === today)!.value).toBe(highest);
  const readings = maximaOfReadings(chicago, (await web.read(readingsUrl(iem, chicago, FIRST, today))).body);
  expect(readings.findLast(({ about }) => about === today)!.value).toBe(highest);
});

test('a watch hears the history first, then what is new, by the clock of the world', async () => {
  const heard: string[] = [];
  const ended = new AbortController();
  const waiting = new Set<{ at: number; call: () => void }>();
  const clock = {
    now: () => now,
    elapsed: () => now as never,
    wakeAfter: (delay: number, call: () => void) => {
      const wake = { at: now + delay, call };
      waiting.add(wake);
      return () => void waiting.delete(wake);
    },
  };
  const troubles: string[] = [];
  const watching = watchWeather({
    cities: [chicago],
    web,
    sources: sources(),
    clock,
    signal: ended.signal,
    tell: ({ name, about, value }) => heard.push(`${name} ${about} ${value}`),
    trouble: (text) => troubles.push(text),
  });
  /** Until the watch has asked for all that is due: it then waits for a later time. */
  const settle = async () => {
    const latest = performance.now() + 30_000;
    for (;;) {
      const [wake] = waiting;
      if (wake !== undefined && wake.at > now) return;
      if (performance.now() > latest) throw new Error('the watch has not asked for all that is due in 30 s');
      if (wake !== undefined) {
        waiting.delete(wake);
        wake.call();
      }
      await new Promise((done) => setTimeout(done, 5));
    }
  };
  await settle();
  expect(heard.filter((line) => line.startsWith('official-high'))).toHaveLength(100);
  const before = heard.length;
  for (let step = 0; step < 12; step++) {
    now = (now + HOUR) as Time;
    await settle();
  }
  ended.abort();
  await watching;
  expect(heard.slice(before)).toContain(
    `official-high/chicago ${dayAfter(FIRST)} ${board('official-high').at(-1)!.signal.value}`,
  );
  expect(troubles).toEqual([]);
});

test('an address that nothing answers is refused', async () => {
  for (const path of [
    'nws/points/1,2',
    'iem/json/cli.py?station=KXXX',
    'elsewhere/x',
    'nws/products/CLIXXX-2030-01-01',
  ]) {
    expect((await fetch(`${server.weatherUrl}/${path}`)).status).toBe(404);
  }
});
