import type { Market } from '../../core/market.ts';
import type { SeriesSpan, TapeFacts } from '../store/run-result.ts';

/** What tells whether two tapes hold markets in common. */
export type TapeKin = Pick<TapeFacts, 'name' | 'digest' | 'synthetic' | 'spans'>;

/** The first and last event day of each series of a tape; series of the same days share a line. */
export function spansOf(markets: readonly Pick<Market, 'series' | 'day'>[]): SeriesSpan[] {
  const days = new Map<string, { from: string; to: string }>();
  for (const { series, day } of markets) {
    const span = days.get(series);
    if (span === undefined) days.set(series, { from: day, to: day });
    else if (day < span.from) span.from = day;
    else if (day > span.to) span.to = day;
  }
  const spans = new Map<string, { from: string; to: string; series: string[] }>();
  for (const [series, { from, to }] of [...days].sort(([left], [right]) => (left < right ? -1 : 1))) {
    const key = `${from}/${to}`;
    const span = spans.get(key) ?? { from, to, series: [] };
    span.series.push(series);
    spans.set(key, span);
  }
  return [...spans.values()];
}

/**
 * Whether what was tried on one tape was also tried on a part of the other: they share a series on some of its days, as a tape and the
 * same one a day longer do. Tapes of a record are told apart by nothing else; two SYNTHETIC ones are different worlds whatever their
 * days. Where a row does not say its days, the name decides.
 */
export function overlap(left: TapeKin, right: TapeKin): boolean {
  if (left.digest === right.digest) return true;
  if (left.synthetic !== right.synthetic) return false;
  const [spans, others] = [left.spans, right.spans];
  if (spans === undefined || others === undefined) return left.name === right.name;
  if (left.synthetic) return false;
  return spans.some(({ from, to, series }) =>
    others.some((other) => from <= other.to && other.from <= to && series.some((name) => other.series.includes(name))),
  );
}
