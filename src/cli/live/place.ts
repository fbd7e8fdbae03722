import type { Clock } from '../../core/clock.ts';
import { Fault } from '../../core/fault.ts';
import { dollars } from '../../core/money.ts';
import { DAY, formatDate, formatTime, HOUR, MINUTE, parseTime, type Time } from '../../core/time.ts';
import { Exchange } from '../../exchange/exchange.ts';
import { generateKeys } from '../../exchange/keys.ts';
import { type RunningServer, startServer } from '../../exchange/server.ts';
import { localSources, PUBLIC_SOURCES, type WeatherSources } from '../../forecasts/sources.ts';
import { DriftSentinel } from '../../kalshi/drift.ts';
import { type Environment, environmentNamed, localEnvironment } from '../../kalshi/environment.ts';
import { NEW_ORDER } from '../../kalshi/order-writes.ts';
import { PortfolioReads } from '../../kalshi/portfolio-reads.ts';
import { KalshiRest } from '../../kalshi/rest.ts';
import { type Signer, signerOf } from '../../kalshi/signer.ts';
import { LIFECYCLE_CONFIG, MEASURED_CONFIG, syntheticPlace } from '../../sim/synthetic/config.ts';
import type { City } from '../../weather/city.ts';
import { climateDayOf, climateDayStart } from '../../weather/climate-day.ts';
import { kalshiSettings, signerFrom } from '../kalshi-settings.ts';
import { SYSTEM_CLOCK, sessionClock } from '../system-clock.ts';
import type { LiveFlags } from './live-flags.ts';
import { MarketClock } from './market-clock.ts';
import { PAPER_LANE } from './paper-desk.ts';

/** Where a session trades, with what account, and by which clock. */
export interface Place {
  readonly environment: Environment;
  readonly signer: Signer;
  readonly rest: KalshiRest;
  /** Market time. */
  readonly clock: Clock;
  readonly speed: number;
  readonly synthetic: boolean;
  /** Whether the exchange ends with the session, or what fills its orders does: then it is never taken up again. */
  readonly passing: boolean;
  /** Whether no order leaves: a simulated venue fills them on the books here. */
  readonly paper: boolean;
  readonly weather: WeatherSources;
  readonly banner: string;
  close(): Promise<void>;
}

/** The speed of a local exchange of the session's own: a minute shows an hour. */
const OWN_SPEED = 60;
/** An `edge` first looks three hours before the climate day. */
const OWN_START = -(3 * HOUR + 10 * MINUTE);
const OWN_DAYS = 4;

/** Goes to the place that the flags name. Throws a Fault where it cannot be reached or may not be entered. */
export async function placeOf(flags: LiveFlags, cities: readonly City[]): Promise<Place> {
  const named = [flags.demo && '--demo', flags.production && '--production', flags.url !== undefined && '--url'];
  const [first, second] = named.filter((each) => each !== false);
  if (second !== undefined)
    throw new Fault('usage', `${first} and ${second} cannot go together`, { next: 'Name one.' });
  if (first === undefined && !flags.paper) return ownExchange(flags, cities);
  if (flags.start !== undefined || flags.lifecycle) {
    throw new Fault(
      'usage',
      `--start and --lifecycle are of an exchange of the session's own, not with ${first ?? '--paper'}`,
      {
        next: 'Leave them out.',
      },
    );
  }
  const place = await (flags.url === undefined ? venue(flags) : localExchange(flags, flags.url));
  return flags.paper ? onPaper(place) : place;
}

/** A SYNTHETIC exchange on this machine that ends with the session: the real adapter over real sockets, and no network. */
async function ownExchange(flags: LiveFlags, cities: readonly City[]): Promise<Place> {
  if (cities.length === 0) {
    throw new Fault('usage', 'a SYNTHETIC session needs a --city', { next: 'Say --city chicago.' });
  }
  const { speed = OWN_SPEED, seed, activity } = flags;
  checkSpeed(speed);
  const start = startOf(flags.start, cities[0]!);
  const firstDay = formatDate((start - DAY) as Time);
  const exchange = new Exchange({
    ...MEASURED_CONFIG,
    seed,
    cities: cities.map(({ name }) => syntheticPlace(name, firstDay)),
    firstDay,
    days: OWN_DAYS,
    activity,
    lifecycle: flags.lifecycle ? LIFECYCLE_CONFIG.lifecycle : MEASURED_CONFIG.lifecycle,
  });
  const account = exchange.openAccount(cashOf(flags.cash));
  const pair = generateKeys('ed25519');
  exchange.advance(start);
  const clock = new MarketClock(SYSTEM_CLOCK, start, speed);
  const server = await startServer({
    exchange,
    keys: [{ id: 'session', name: 'session', publicKey: pair.publicKey, account }],
    clock,
    wall: SYSTEM_CLOCK,
    tier: 'basic',
    port: 0,
  });
  const environment = localEnvironment(`http://127.0.0.1:${server.port}`);
  const signer = signerOf('session', pair.privatePem);
  return {
    environment,
    signer,
    rest: restOf(environment, signer),
    clock,
    speed,
    synthetic: true,
    passing: true,
    paper: false,
    weather: localSources(server.weatherUrl),
    banner: ownBanner(server, start, speed),
    close: () => server.close(),
  };
}

/** The same place, its books only: nothing is sent there. */
async function onPaper(place: Place): Promise<Place> {
  const { environment, signer } = place;
  await place.rest.close();
  const mark = place.synthetic ? 'SYNTHETIC: a program makes these markets. ' : '';
  return {
    ...place,
    rest: new KalshiRest({ environment, signer, clock: SYSTEM_CLOCK, random: Math.random, readOnly: true }),
    passing: true,
    paper: true,
    banner: `${mark}PAPER: the books of ${environment.rest}; no order leaves this machine. Fills are simulated, by the rules of the ${PAPER_LANE.name} lane.`,
  };
}

function ownBanner({ port }: RunningServer, start: Time, speed: number): string {
  const pace = speed === 1 ? 'as fast as the clock on the wall' : `${speed} times as fast as the clock on the wall`;
  return `SYNTHETIC: a program makes these markets, this weather and this money. No network is used: the exchange is on this machine, port ${port}.\nMarket time begins at ${formatTime(start)} and runs ${pace}.`;
}

/** An exchange on this machine that runs already: its time is asked for. */
async function localExchange(flags: LiveFlags, url: string): Promise<Place> {
  const environment = localEnvironment(url);
  const { speed = 1 } = flags;
  checkSpeed(speed);
  const { signer } = signerFrom(kalshiSettings());
  const rest = restOf(environment, signer);
  const clock = await clockOf(environment, new PortfolioReads(rest, new DriftSentinel()), speed);
  return {
    environment,
    signer,
    rest,
    clock,
    speed,
    synthetic: true,
    passing: false,
    paper: false,
    weather: localSources(flags['weather-url'] ?? `${environment.rest}/weather`),
    banner: `SYNTHETIC: the exchange at ${environment.rest} makes these markets and this money. No network is used.`,
    close: async () => {},
  };
}

/** How far a pace may seem to be from what it is said to be, over so short a time, and how often it is looked at. */
const PACE_FACTOR = 2;
const PACE_LOOKS = 5;
const PACE_LOOK_MS = 300;
/** An answer that took no longer is good enough to set a clock by, µs. */
const PROMPT = 50_000;

interface Look {
  readonly there: Time;
  /** The middle between question and answer, and how long that took. */
  readonly here: number;
  readonly took: number;
}

/**
 * The time of an exchange that runs already, from its promptest answer. Throws a Fault (`usage`) where it does not run as fast as is said: all that
 * waits would be too late or too soon.
 */
async function clockOf({ rest }: Environment, reads: PortfolioReads, speed: number): Promise<Clock> {
  const look = async (): Promise<Look> => {
    const asked = SYSTEM_CLOCK.elapsed();
    const there = await reads.asOf();
    const answered = SYSTEM_CLOCK.elapsed();
    return { there, here: (asked + answered) / 2, took: answered - asked };
  };
  const paces: number[] = [];
  let best: Look | null = null;
  // The first makes the connection.
  let last = await look();
  while (paces.length < PACE_LOOKS && (best === null || best.took > PROMPT)) {
    await new Promise((done) => setTimeout(done, PACE_LOOK_MS));
    const next = await look();
    const pace = (next.there - last.there) / (next.here - last.here);
    last = next;
    paces.push(pace);
    const fits = pace < speed * PACE_FACTOR && pace > speed / PACE_FACTOR;
    if (fits && (best === null || next.took < best.took)) best = next;
  }
  if (best !== null) {
    const start = Math.round(best.there + (SYSTEM_CLOCK.elapsed() - best.here) * speed);
    return new MarketClock(SYSTEM_CLOCK, start as Time, speed);
  }
  const middle = paces.sort((one, other) => one - other)[Math.floor(PACE_LOOKS / 2)]!;
  const said = speed === 1 ? 'as fast' : `${speed} times as fast`;
  throw new Fault(
    'usage',
    `the exchange at ${rest} runs about ${Math.round(middle * 10) / 10} times as fast as the clock on the wall, and ${said} was expected`,
    { next: 'Give --speed, as the exchange was started with: 1 to 1000.' },
  );
}

/** Kalshi itself: its demo environment, or the one with real money. */
async function venue(flags: LiveFlags): Promise<Place> {
  if (flags.speed !== undefined && flags.speed !== 1) {
    throw new Fault('usage', '--speed is of a local exchange: Kalshi runs as fast as the clock on the wall', {
      next: 'Leave it out.',
    });
  }
  // On paper the books are the real ones, unless another place is named.
  const environment = environmentNamed(flags.demo ? 'demo' : 'production');
  const settings = kalshiSettings();
  if (settings.environment.name !== environment.name) {
    throw new Fault(
      'invalid-parameter',
      `${environment.name} was asked for, and KALSHI_ENVIRONMENT says ${settings.environment.name}${settings.environment.name === 'demo' ? ', as it does where it is not set' : ''}`,
      { next: `Keys belong to one environment: set KALSHI_ENVIRONMENT=${environment.name} beside its key.` },
    );
  }
  const { signer } = signerFrom(settings);
  const real = environment.name === 'production';
  return {
    environment,
    signer,
    rest: restOf(environment, signer),
    clock: sessionClock(),
    speed: 1,
    synthetic: false,
    passing: false,
    paper: false,
    weather: flags['weather-url'] === undefined ? PUBLIC_SOURCES : localSources(flags['weather-url']),
    banner: real
      ? `PRODUCTION: real orders for real money at ${environment.rest}.`
      : `DEMO: real orders for play money at ${environment.rest}.`,
    close: async () => {},
  };
}

function restOf(environment: Environment, signer: Signer): KalshiRest {
  return new KalshiRest({ environment, signer, clock: SYSTEM_CLOCK, random: Math.random, signedAhead: NEW_ORDER });
}

function checkSpeed(speed: number): void {
  if (speed >= 1 && speed <= 1_000) return;
  throw new Fault('usage', `--speed ${speed} is not 1 to 1000`, { next: 'Say --speed 60 for a minute in a second.' });
}

/** When a SYNTHETIC session begins: the evening before the next climate day, unless somebody says. */
function startOf(text: string | undefined, city: City): Time {
  if (text === undefined) {
    const next = climateDayStart(city, climateDayOf(city, SYSTEM_CLOCK.now())) + DAY;
    return (next + OWN_START) as Time;
  }
  try {
    return parseTime(text);
  } catch (error) {
    throw new Fault('usage', `--start ${(error as Error).message}`, { next: 'Write it like 2030-01-05T15:00:00Z.' });
  }
}

export function cashOf(text: string): ReturnType<typeof dollars> {
  const cash = Number(text);
  if (text.trim() !== '' && cash > 0 && cash <= 1_000_000_000) return dollars(cash);
  throw new Fault('usage', `--cash ${text} is no amount of dollars to begin with`, { next: 'Say --cash 10000.' });
}
