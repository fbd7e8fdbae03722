import type { FeeChange, FeeType } from '../core/fee-schedule.ts';
import { parseTime, type Time } from '../core/time.ts';
import { malformed, optionalNumber, optionalText, type WireObject, wireText } from './wire.ts';

const TYPES: readonly FeeType[] = ['quadratic', 'quadratic_with_maker_fees', 'quadratic_with_combo_maker_fees'];

/** The fee schedule that a Series record states, in force since `from` at the latest. Throws a Fault (`malformed-input`) for a formula that is not known. */
export function seriesFees(series: WireObject, from: Time): FeeChange {
  return feeChange(series, wireText(series, 'ticker'), from);
}

/** A row of `GET /series/fee_changes`. Throws as {@link seriesFees}. */
export function scheduledFees(row: WireObject): FeeChange {
  const when = optionalText(row, 'scheduled_ts');
  if (when === null) throw malformed('fee change', 'has no scheduled_ts');
  return feeChange(row, wireText(row, 'series_ticker'), parseTime(when));
}

function feeChange(row: WireObject, series: string, from: Time): FeeChange {
  const type = TYPES.find((known) => known === row.fee_type);
  if (type === undefined) throw malformed(`series ${series}`, `charges by "${row.fee_type}", which is not known`);
  const multiplier = optionalNumber(row, 'fee_multiplier');
  if (multiplier === null || multiplier < 0) throw malformed(`series ${series}`, 'has no fee multiplier');
  return { series, event: null, from, type, multiplierE4: Math.round(multiplier * 10_000) };
}
