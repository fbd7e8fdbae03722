import { CENT_GRID, gridOf, NAMED_GRIDS, type PriceGrid } from '../../core/price-grid.ts';
import type { Random } from '../../core/random.ts';
import { HOUR, MINUTE, type Time } from '../../core/time.ts';
import type { EventTimes } from './config.ts';

/** How often a market's life is not plain: shares from 0 to 1, drawn from the seed. What each makes of a market is below. */
export interface LifecycleShares {
  /** Of markets: paused once, for 3 to 30 minutes. */
  readonly paused: number;
  /** Of events: the close moved to one to three hours sooner. */
  readonly closedEarly: number;
  /** Of the other events: closed in time, and opened again for half an hour. */
  readonly reopened: number;
  /** Of events: the first result is disputed and amended before it is paid. */
  readonly disputed: number;
  /** Of events: no temperature is published, and each market pays its last fair price. */
  readonly voided: number;
  /** Of the other events: each market pays half its result and half its last fair price. */
  readonly scalar: number;
  /** Of events: a grid of tenths of a cent below 10 and above 90 cents. */
  readonly fineGrid: number;
  /** Of the other events: whole cents at first, and that finer grid from some time on. */
  readonly gridChanged: number;
}

/** Every market opens, closes, and pays a dollar or nothing. */
export const PLAIN_LIFE: LifecycleShares = {
  paused: 0,
  closedEarly: 0,
  reopened: 0,
  disputed: 0,
  voided: 0,
  scalar: 0,
  fineGrid: 0,
  gridChanged: 0,
};

/** Tenths of a cent at both ends, whole cents between 10 and 90. */
export const FINE_GRID: PriceGrid = gridOf(NAMED_GRIDS.tapered_deci_cent!);

/** A stretch of time. */
export interface Span {
  readonly from: Time;
  readonly to: Time;
}

/** What lies before one event, beyond its first plan. */
export interface EventLife {
  /** When trading ends, and when that is announced: `announced` null where it is the time that was planned. */
  readonly close: Time;
  readonly announced: Time | null;
  /** A second stretch of trading after the close, or null. */
  readonly reopened: Span | null;
  /** When the result is paid, and whether it was disputed and amended before. */
  readonly settle: Time;
  readonly disputed: boolean;
  readonly outcome: 'binary' | 'scalar' | 'void';
  readonly grid: PriceGrid;
  /** When the grid becomes fine, or null. */
  readonly gridChange: Time | null;
  /** One span for each market, in their order, or null. */
  readonly pauses: readonly (Span | null)[];
}

const REOPENED_AFTER = 20 * MINUTE;
const REOPENED_FOR = 30 * MINUTE;

/** Draws what befalls an event. */
export function drawLife(shares: LifecycleShares, times: EventTimes, markets: number, random: Random): EventLife {
  const chance = (share: number): boolean => random.uniform() < share;
  const early = chance(shares.closedEarly);
  const close = early ? times.close - HOUR - random.below(2 * HOUR) : times.close;
  const again = chance(shares.reopened) && !early;
  const voided = chance(shares.voided);
  const scalar = chance(shares.scalar);
  const fine = chance(shares.fineGrid);
  const changed = chance(shares.gridChanged) && !fine;
  const within = (): number => times.open + HOUR + random.below(times.close - times.open - 6 * HOUR);
  return {
    close: close as Time,
    announced: early ? ((close - 30 * MINUTE) as Time) : null,
    reopened: again
      ? { from: (close + REOPENED_AFTER) as Time, to: (close + REOPENED_AFTER + REOPENED_FOR) as Time }
      : null,
    settle: times.settle,
    disputed: chance(shares.disputed),
    outcome: voided ? 'void' : scalar ? 'scalar' : 'binary',
    grid: fine ? FINE_GRID : CENT_GRID,
    gridChange: changed ? (within() as Time) : null,
    pauses: Array.from({ length: markets }, () => {
      if (!chance(shares.paused)) return null;
      const from = within();
      return { from: from as Time, to: (from + 3 * MINUTE + random.below(27 * MINUTE)) as Time };
    }),
  };
}
