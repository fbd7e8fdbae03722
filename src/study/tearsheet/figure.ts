import { formatDollars, type Money } from '../../core/money.ts';
import { type Duration, formatDuration } from '../../core/time.ts';
import { contracts, count, percent, signed, signedDollars } from '../text/number-text.ts';
import { html, type Markup } from './markup.ts';

/**
 * Where a number on the page can be looked up: the query that gives it and, within its answer, the row's keys and the column, joined by
 * "|"; or `report`, and the path in what `tapedeck report RUN --json` prints.
 */
export interface Cell {
  readonly source: string;
  readonly at: string;
}

/** A cell of a query's answer: the row's keys in the query's order, then the column. */
export function cell(query: string, ...keysAndColumn: readonly string[]): Cell {
  return { source: query, at: keysAndColumn.join('|') };
}

/** A value of the tearsheet itself, by its path: `summary.headline.netE6`. */
export function reported(...path: readonly (string | number)[]): Cell {
  return { source: 'report', at: path.join('.') };
}

/** What a raw value counts, and so how it is written. */
export type Unit = 'e6' | 'e2' | 'cents' | 'share' | 'percent' | 'count' | 'decimal' | 'us';

/** 1e-6 dollars with their sign, to the cent. */
export function dollars(e6: number | null, where: Cell): Markup {
  return figure('e6', e6, where, e6 === null ? '' : signedDollars(e6));
}

/** 1e-6 dollars that have no direction, such as fees. */
export function amount(e6: number | null, where: Cell): Markup {
  return figure('e6', e6, where, e6 === null ? '' : formatDollars(e6 as Money));
}

/** Hundredths of a contract as contracts. */
export function lots(e2: number | null, where: Cell): Markup {
  return figure('e2', e2, where, e2 === null ? '' : contracts(e2));
}

/** Cents with their sign and two decimals: of a contract's worth, or of a difference. */
export function cents(value: number | null, where: Cell): Markup {
  return figure('cents', value, where, value === null ? '' : `${signed(value)}¢`);
}

/** A price in cents, without a sign. */
export function priceCents(value: number | null, where: Cell): Markup {
  return figure('cents', value, where, value === null ? '' : `${value.toFixed(1)}¢`);
}

/** 0…1 as a percentage. */
export function share(value: number | null, where: Cell): Markup {
  const text =
    value === null ? '' : value > 0 && value < 0.001 ? `${Number((value * 100).toPrecision(2))} %` : percent(value);
  return figure('share', value, where, text);
}

/** 0…100 as a percentage. */
export function percentage(value: number | null, where: Cell): Markup {
  return figure('percent', value, where, value === null ? '' : `${value.toFixed(1)} %`);
}

export function whole(value: number | null, where: Cell): Markup {
  return figure('count', value, where, value === null ? '' : count(value));
}

export function decimal(value: number | null, where: Cell, digits = 1): Markup {
  return figure('decimal', value, where, value === null ? '' : value.toFixed(digits));
}

/** Microseconds as a length of time. */
export function duration(us: number, where: Cell): Markup {
  return figure('us', us, where, formatDuration(us as Duration));
}

/** A sentence of the tearsheet as it stands, with whatever numbers are in it. */
export function said(text: string, where: Cell): Markup {
  return html`<span data-source="${where.source}" data-at="${where.at}" data-unit="text">${text}</span>`;
}

function figure(unit: Unit, value: number | null, { source, at }: Cell, text: string): Markup {
  const shown = value === null ? '–' : text.replace('-', '−');
  const loss = value !== null && value < 0 ? ' loss' : '';
  return html`<span class="n${loss}" data-unit="${unit}" data-value="${value === null ? 'null' : String(value)}" data-source="${source}" data-at="${at}">${shown}</span>`;
}
