import type { MarketIndex } from '../core/market.ts';
import { HOUR, type Time } from '../core/time.ts';
import { parseDetail } from './detail-json.ts';
import type { MarketRow } from './market-table.ts';
import type { DetailText } from './tape-columns.ts';

/**
 * On what ground a stretch counts as covered: the venue's sequence numbers were whole, rows were seen to arrive, or someone
 * says so. From the strongest to the weakest.
 */
export type CoverageBasis = 'sequence' | 'observed' | 'declared';

const BASES: readonly CoverageBasis[] = ['sequence', 'observed', 'declared'];

/** A stretch of one market's life on the tape, `from` inclusive, `to` exclusive. */
export interface CoverageSpan {
  readonly market: MarketIndex;
  readonly from: Time;
  readonly to: Time;
  readonly covered: boolean;
  /** Null on an uncovered stretch. */
  readonly basis: CoverageBasis | null;
  readonly reason: string;
}

/** The stretch of the tape in which a market could have been recorded. */
export interface MarketLife {
  readonly from: Time;
  readonly to: Time;
}

/**
 * The basis that a coverage row states: the first word of its reason ("sequence: whole from 1 to 2885"). A reason that names
 * none is somebody's word, the weakest.
 */
export function basisOf(reason: string): CoverageBasis {
  const word = /^[a-z]+/.exec(reason)?.[0];
  return BASES.find((basis) => basis === word) ?? 'declared';
}

/**
 * When each market could have been recorded: from its open to its close where these are known, else from its first to its last
 * row, and never outside the tape. Null for a market that has neither.
 */
export function marketLives(
  markets: readonly MarketRow[],
  seen: ReadonlyMap<number, MarketLife>,
  tape: MarketLife,
): (MarketLife | null)[] {
  return markets.map((row) => {
    const rows = seen.get(row.market);
    const open = row.open_time_us ?? rows?.from;
    const close = row.close_time_us ?? rows?.to;
    if (open === undefined || close === undefined) return null;
    const from = Math.max(open, tape.from) as Time;
    const to = Math.min(close, tape.to) as Time;
    return from < to ? { from, to } : null;
  });
}

/**
 * Cuts each market's life into covered and uncovered stretches, from the coverage rows alone: a market is uncovered until a row
 * says that it is covered. A row holds until the next one for its market. While a market is closed, sooner than was planned, there is
 * nothing to record and so no stretch.
 */
export function coverageSpans(
  lives: readonly (MarketLife | null)[],
  details: readonly DetailText[],
  times: readonly Time[],
): CoverageSpan[] {
  const changes = lives.map((): CoverageRow[] => []);
  const closed = new Set<MarketIndex>();
  details.forEach(({ text }, index) => {
    const detail = parseDetail(text, lives.length);
    if (detail.type === 'lifecycle' && detail.change.status !== undefined) {
      if (detail.change.status === 'closed') closed.add(detail.change.market);
      else if (detail.change.status === 'active') closed.delete(detail.change.market);
    }
    if (detail.type !== 'coverage') return;
    const { market, covered, reason } = detail.change;
    changes[market]!.push({ time: times[index]!, covered, reason, over: closed.has(market) && !covered });
  });
  return lives.flatMap((life, index) =>
    life === null ? [] : marketSpans(index as MarketIndex, life, changes[index]!),
  );
}

interface CoverageRow {
  readonly time: Time;
  readonly covered: boolean;
  readonly reason: string;
  /** Whether it only says that the market has closed. */
  readonly over: boolean;
}

function marketSpans(market: MarketIndex, life: MarketLife, changes: readonly CoverageRow[]): CoverageSpan[] {
  const spans: CoverageSpan[] = [];
  const add = (from: number, to: number, covered: boolean, reason: string) => {
    const start = Math.max(from, life.from) as Time;
    const end = Math.min(to, life.to) as Time;
    if (start >= end) return;
    spans.push({ market, from: start, to: end, covered, basis: covered ? basisOf(reason) : null, reason });
  };
  add(life.from, changes[0]?.time ?? life.to, false, 'no row says that it is covered');
  changes.forEach(({ time, covered, reason, over }, index) => {
    if (!over) add(time, changes[index + 1]?.time ?? life.to, covered, reason);
  });
  return spans;
}

/** How much of one market's hour is covered, of the part of the hour in which it could have been recorded. */
export interface MarketHour {
  readonly market: MarketIndex;
  /** Start of the hour, UTC. */
  readonly hour: Time;
  readonly lengthUs: number;
  readonly coveredUs: number;
  /** The weakest basis of its covered part, null where none is covered. */
  readonly basis: CoverageBasis | null;
}

/** The certificate: one entry for each market and hour that its spans touch, in order of market, then hour. */
export function marketHours(spans: readonly CoverageSpan[]): MarketHour[] {
  const hours: { -readonly [K in keyof MarketHour]: MarketHour[K] }[] = [];
  let last: (typeof hours)[number] | undefined;
  for (const span of spans) {
    for (let from: number = span.from; from < span.to; ) {
      const hour = (Math.floor(from / HOUR) * HOUR) as Time;
      const to = Math.min(span.to, hour + HOUR);
      if (last === undefined || last.market !== span.market || last.hour !== hour) {
        last = { market: span.market, hour, lengthUs: 0, coveredUs: 0, basis: null };
        hours.push(last);
      }
      last.lengthUs += to - from;
      if (span.covered) {
        last.coveredUs += to - from;
        last.basis = weaker(last.basis, span.basis);
      }
      from = to;
    }
  }
  return hours;
}

function weaker(a: CoverageBasis | null, b: CoverageBasis | null): CoverageBasis | null {
  if (a === null || b === null) return a ?? b;
  return BASES.indexOf(a) > BASES.indexOf(b) ? a : b;
}

/** Covered time, time that could have been recorded, and the share covered (null where that is no time at all). */
export interface CoverageTotal {
  readonly coveredUs: number;
  readonly lengthUs: number;
  readonly share: number | null;
  readonly byBasis: Readonly<Record<CoverageBasis, number>>;
}

/** Adds spans up. Market-microseconds: two markets for one hour are two market-hours. */
export function coverageTotal(spans: readonly CoverageSpan[]): CoverageTotal {
  const byBasis: Record<CoverageBasis, number> = { sequence: 0, observed: 0, declared: 0 };
  let coveredUs = 0;
  let lengthUs = 0;
  for (const span of spans) {
    const length = span.to - span.from;
    lengthUs += length;
    if (!span.covered || span.basis === null) continue;
    coveredUs += length;
    byBasis[span.basis] += length;
  }
  return { coveredUs, lengthUs, share: lengthUs === 0 ? null : coveredUs / lengthUs, byBasis };
}
