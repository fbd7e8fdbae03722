import { Fault } from '../core/fault.ts';
import type { FeeChange, FeeType } from '../core/fee-schedule.ts';
import {
  MARKET_STATUSES,
  type MarketChange,
  type MarketIndex,
  type MarketStatus,
  type Settlement,
} from '../core/market.ts';
import type { CoverageChange, Detail, Signal } from '../core/market-event.ts';
import { type Price, price } from '../core/price.ts';
import { gridOf, type PriceBand, type PriceGrid } from '../core/price-grid.ts';
import type { Time } from '../core/time.ts';

const OUTCOMES = ['yes', 'no', 'scalar', 'void'] as const;
const FEE_TYPES = ['quadratic', 'quadratic_with_maker_fees', 'quadratic_with_combo_maker_fees'] as const;

/**
 * A detail as the tape stores it: the JSON of core `Detail`, its fields in one fixed order, times as numbers of µs, markets
 * as dense indexes, a grid as its list of bands.
 */
export function formatDetail(detail: Detail): string {
  switch (detail.type) {
    case 'lifecycle': {
      const { market, status, closeTime, grid } = detail.change;
      return JSON.stringify({ type: 'lifecycle', change: { market, status, closeTime, grid: grid && bandsOf(grid) } });
    }
    case 'settlement': {
      const { market, outcome, value } = detail.settlement;
      return JSON.stringify({ type: 'settlement', settlement: { market, outcome, value } });
    }
    case 'fees': {
      const { series, event, from, type, multiplierE4 } = detail.change;
      return JSON.stringify({ type: 'fees', change: { series, event, from, type, multiplierE4 } });
    }
    case 'signal': {
      const { name, value, unit, issueTime, about } = detail.signal;
      return JSON.stringify({ type: 'signal', signal: { name, value, unit, issueTime, about } });
    }
    case 'coverage': {
      const { market, covered, reason } = detail.change;
      return JSON.stringify({ type: 'coverage', change: { market, covered, reason } });
    }
  }
}

/** Reads and checks a stored detail. Throws a Fault (`malformed-input`) that names the field. */
export function parseDetail(text: string, marketCount: number): Detail {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (cause) {
    throw new Fault('malformed-input', `a detail row is not JSON: ${text.slice(0, 60)}`, { cause });
  }
  const fields = new Fields(json, text, marketCount);
  const type = fields.text('type');
  switch (type) {
    case 'lifecycle':
      return { type, change: marketChange(fields.inside('change')) };
    case 'settlement':
      return { type, settlement: settlement(fields.inside('settlement')) };
    case 'fees':
      return { type, change: feeChange(fields.inside('change')) };
    case 'signal':
      return { type, signal: signal(fields.inside('signal')) };
    case 'coverage':
      return { type, change: coverageChange(fields.inside('change')) };
    default:
      throw fields.wrong('type', 'lifecycle, settlement, fees, signal or coverage');
  }
}

/** The market a detail is about, or null where it is about none: a fee change, a signal. */
export function detailMarket(detail: Detail): MarketIndex | null {
  switch (detail.type) {
    case 'lifecycle':
    case 'coverage':
      return detail.change.market;
    case 'settlement':
      return detail.settlement.market;
    default:
      return null;
  }
}

/** Reads a list of price bands from JSON text. Throws a Fault (`malformed-input`). */
export function parseBands(text: string): PriceGrid {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (cause) {
    throw new Fault('malformed-input', `price bands are not JSON: ${text.slice(0, 60)}`, { cause });
  }
  return gridOf(bands(json, text));
}

/** The bands of a grid as the tape stores them. */
export function formatBands(grid: PriceGrid): string {
  return JSON.stringify(bandsOf(grid));
}

function bandsOf(grid: PriceGrid): PriceBand[] {
  return grid.bands.map(({ start, end, step }) => ({ start, end, step }));
}

function bands(json: unknown, text: string): PriceBand[] {
  if (!Array.isArray(json)) throw new Fault('malformed-input', `price bands are not a list: ${text.slice(0, 60)}`);
  return json.map((band: Partial<PriceBand> | null) => ({
    start: Number(band?.start ?? Number.NaN),
    end: Number(band?.end ?? Number.NaN),
    step: Number(band?.step ?? Number.NaN),
  }));
}

function marketChange(fields: Fields): MarketChange {
  const status = fields.optional('status');
  const closeTime = fields.optional('closeTime');
  const grid = fields.optional('grid');
  return {
    market: fields.market(),
    ...(status === undefined ? {} : { status: fields.oneOf<MarketStatus>('status', MARKET_STATUSES) }),
    ...(closeTime === undefined ? {} : { closeTime: fields.time('closeTime') }),
    ...(grid === undefined ? {} : { grid: gridOf(bands(grid, fields.source)) }),
  };
}

function settlement(fields: Fields): Settlement {
  const value = fields.optional('value');
  if (typeof value !== 'number') throw fields.wrong('value', 'a price in 1e-4 dollars');
  return { market: fields.market(), outcome: fields.oneOf('outcome', OUTCOMES), value: price(value) as Price };
}

function feeChange(fields: Fields): FeeChange {
  return {
    series: fields.text('series'),
    event: fields.optional('event') === undefined ? null : fields.text('event'),
    from: fields.time('from'),
    type: fields.oneOf<FeeType>('type', FEE_TYPES),
    multiplierE4: fields.count('multiplierE4'),
  };
}

function signal(fields: Fields): Signal {
  const value = fields.optional('value');
  if (typeof value !== 'number' || !Number.isFinite(value)) throw fields.wrong('value', 'a number');
  return {
    name: fields.text('name'),
    value,
    unit: fields.text('unit'),
    issueTime: fields.time('issueTime'),
    about: fields.text('about'),
  };
}

function coverageChange(fields: Fields): CoverageChange {
  const covered = fields.optional('covered');
  if (typeof covered !== 'boolean') throw fields.wrong('covered', 'true or false');
  return { market: fields.market(), covered, reason: fields.text('reason') };
}

/** The fields of one JSON object, read one at a time and checked. */
class Fields {
  readonly source: string;
  readonly #object: Record<string, unknown>;
  readonly #marketCount: number;

  constructor(json: unknown, source: string, marketCount: number) {
    this.source = source;
    this.#marketCount = marketCount;
    if (typeof json !== 'object' || json === null)
      throw new Fault('malformed-input', `not a detail: ${source.slice(0, 60)}`);
    this.#object = json as Record<string, unknown>;
  }

  inside(name: string): Fields {
    return new Fields(this.#object[name], this.source, this.#marketCount);
  }

  /** The value, or undefined where it is absent or null. */
  optional(name: string): unknown {
    return this.#object[name] ?? undefined;
  }

  text(name: string): string {
    const value = this.#object[name];
    if (typeof value !== 'string') throw this.wrong(name, 'a text');
    return value;
  }

  count(name: string): number {
    const value = this.#object[name];
    if (!Number.isSafeInteger(value) || (value as number) < 0) throw this.wrong(name, 'a whole number, 0 or more');
    return value as number;
  }

  time(name: string): Time {
    return this.count(name) as Time;
  }

  market(): MarketIndex {
    const index = this.count('market');
    if (index >= this.#marketCount) throw this.wrong('market', `a market of this tape, 0 to ${this.#marketCount - 1}`);
    return index as MarketIndex;
  }

  oneOf<T extends string>(name: string, values: readonly T[]): T {
    const value = this.#object[name];
    if (!values.includes(value as T)) throw this.wrong(name, values.join(', '));
    return value as T;
  }

  wrong(name: string, expected: string): Fault {
    return new Fault('malformed-input', `detail field "${name}" should be ${expected}: ${this.source.slice(0, 120)}`, {
      next: 'Correct the program that wrote the row.',
    });
  }
}
