import { randomBytes } from 'node:crypto';
import { Fault } from '../../core/fault.ts';
import type { FeeChange } from '../../core/fee-schedule.ts';
import type { Money } from '../../core/money.ts';
import { Random } from '../../core/random.ts';
import type { Time } from '../../core/time.ts';
import { type LimitSettings, STANDARD_LIMITS } from '../../engine/limits.ts';
import { type ParamSchema, readParams, type WrittenParams, writtenParams } from '../../engine/params.ts';
import { seriesFees } from '../../kalshi/decode-fees.ts';
import type { MarketReads } from '../../kalshi/market-reads.ts';
import type { PortfolioReads } from '../../kalshi/portfolio-reads.ts';
import { FeeBook } from '../../ledger/fee-book.ts';
import { KNOWN_FEES } from '../../ledger/known-fees.ts';
import type { HeldPosition, SessionFacts } from '../../live/session-facts.ts';
import { armsOf } from '../../study/run/arms.ts';
import { codeHash } from '../../study/store/code-hash.ts';
import { givenParams } from '../given-params.ts';
import { readLimits } from '../limits-file.ts';
import type { LoadedStrategy } from '../load-strategy.ts';
import { checkCity } from '../model-notes.ts';
import { programVersion } from '../package-root.ts';
import { SYSTEM_CLOCK } from '../system-clock.ts';
import { lossCapOf } from './confirm-production.ts';
import type { LiveConfig } from './live-config.ts';
import type { LiveFlags } from './live-flags.ts';
import { cashOf, type Place } from './place.ts';

/** The parameters that a configuration and the flags give; flags win. A strategy that has a parameter `city` gets the one city that is asked for. Throws a Fault. */
export function paramsOf(
  flags: LiveFlags,
  { module, models }: LoadedStrategy,
  cities: readonly string[],
  config: WrittenParams,
): WrittenParams {
  const param = [...flags.param];
  if (flags.aggressiveness !== undefined) param.push(`aggressiveness=${flags.aggressiveness}`);
  const given: WrittenParams = { ...config, ...givenParams(param, flags.params) };
  const city = Object.hasOwn(module.params, 'city') && given.city === undefined && cities.length === 1;
  const params: WrittenParams = city ? { ...given, city: cities[0]! } : given;
  const values = readParams(module.params as ParamSchema, params);
  checkCity(models, params.city);
  if (module.onlySynthetic === true) throw provesOnly(module.name);
  if (module.survey?.(values as never, [], new Random(flags.seed)) !== undefined) throw surveyed(module.name);
  return writtenParams(module.params, params);
}

/** Reads what a new session begins with: the account, and the fees of its series. Throws the Faults of the reads. */
export async function newFacts(
  flags: LiveFlags,
  place: Place,
  strategy: LoadedStrategy,
  params: WrittenParams,
  series: readonly string[],
  config: LiveConfig,
  reads: { readonly markets: MarketReads; readonly portfolio: PortfolioReads },
): Promise<SessionFacts> {
  const started = place.clock.now();
  const { cash, positions } = place.paper
    ? { cash: cashOf(flags.cash), positions: [] }
    : await accountOf(reads.portfolio);
  const held = positions.filter(({ ticker }) => series.some((each) => ticker.startsWith(`${each}-`)));
  const random = randomBytes(3).toString('hex');
  const begun = SYSTEM_CLOCK.now();
  const stamp = new Date(begun / 1_000).toISOString().replaceAll(/[-:]/g, '').replace('T', '-').slice(0, 15);
  const [arm] = armsOf(strategy.module, params, false, [], flags.seed);
  return {
    id: `${strategy.module.name}-${stamp}-${random}`,
    prefix: `td-${random}`,
    environment: place.environment.name,
    rest: place.environment.rest,
    synthetic: place.synthetic,
    paper: place.paper,
    startedTime: started,
    begunTime: begun,
    speed: place.speed,
    series,
    strategy: {
      name: strategy.module.name,
      found: strategy.found,
      hash: strategy.hash,
      label: arm!.name,
    },
    params,
    models: strategy.models?.digest ?? null,
    limits: limitsIn(flags, config),
    membership: flags.membership,
    seed: flags.seed,
    startingCash: held.reduce((sum, { cost }) => (sum + cost) as Money, cash),
    positions: held,
    fees: await feesOf(series, started, reads.markets),
    program: { version: programVersion(), code: codeHash() },
  };
}

/** The limits of `--limits`, else those of the configuration, else the standard; `--loss-cap` lowers the daily loss. */
export function limitsIn(flags: LiveFlags, config: LiveConfig): LimitSettings {
  const limits = flags.limits === undefined ? (config.limits ?? STANDARD_LIMITS) : readLimits(flags.limits);
  const cap = lossCapOf(flags);
  return cap === null ? limits : { ...limits, dailyLoss: Math.min(cap, limits.dailyLoss) as Money };
}

async function accountOf(portfolio: PortfolioReads): Promise<{ cash: Money; positions: HeldPosition[] }> {
  const { cash } = await portfolio.balance();
  const positions: HeldPosition[] = [];
  for await (const { ticker, quantity, exposure } of portfolio.positions()) {
    if (quantity !== 0) positions.push({ ticker, quantity, cost: exposure });
  }
  return { cash, positions };
}

/** The known fee schedules, and what the exchange says of series that have none. */
async function feesOf(series: readonly string[], now: Time, markets: MarketReads): Promise<FeeChange[]> {
  const known = new FeeBook(KNOWN_FEES);
  const fees: FeeChange[] = [...KNOWN_FEES];
  for (const each of series) {
    if (known.find(each, '', now) === null) fees.push(seriesFees(await markets.series(each), 0 as Time));
  }
  return fees;
}

function provesOnly(name: string): Fault {
  return new Fault('usage', `strategy "${name}" only proves the program and looks ahead: it does not run live`, {
    next: 'Name another strategy.',
  });
}

function surveyed(name: string): Fault {
  return new Fault('usage', `with these parameters strategy "${name}" is a control that looks ahead`, {
    next: 'It runs in backtests only: give other parameters.',
  });
}
