import { parseHTML } from 'linkedom';
import { type Duration, formatDuration } from '../../../src/core/time.ts';

/** A number, or a sentence, that the page shows, and where it says it comes from. */
export interface Figure {
  readonly unit: string;
  readonly value: string | null;
  readonly source: string;
  readonly at: string;
  readonly text: string;
}

interface Element {
  readonly textContent: string;
  getAttribute(name: string): string | null;
}

/** Everything on a page that names its source. */
export function figuresOf(page: string): Figure[] {
  const { document } = parseHTML(page);
  return [...(document.querySelectorAll('[data-source]') as Iterable<Element>)].map((element) => ({
    unit: element.getAttribute('data-unit')!,
    value: element.getAttribute('data-value'),
    source: element.getAttribute('data-source')!,
    at: element.getAttribute('data-at')!,
    text: element.textContent,
  }));
}

const SCALE: Readonly<Record<string, number>> = { e6: 1e-6, e2: 1e-2, share: 100 };

/** Whether what a person reads is the raw value, rounded to the digits shown. */
export function readsAs({ unit, value, text }: Figure): boolean {
  if (unit === 'text') return true;
  if (value === 'null') return text === '–';
  if (unit === 'us') return text === formatDuration(Number(value) as Duration);
  const match = /^([+−]?)\$?([\d,]+(?:\.(\d+))?)(?:¢| %)?$/.exec(text.replace(/^([+−]?)\$/, '$1'));
  if (match === null) return false;
  const [, sign, digits, decimals = ''] = match;
  const shown = (sign === '−' ? -1 : 1) * Number(digits!.replaceAll(',', ''));
  const exact = Number(value) * (SCALE[unit] ?? 1);
  // A share is never rounded up to the whole: 99.97 % is shown as 99.9 %.
  const whole = unit === 'share' && exact > 99 ? 1 : 0.5;
  return Math.abs(shown - exact) <= whole * 10 ** -decimals.length * (1 + 1e-9);
}

const KNOWN_BY_NAME = '[data-source], code, pre, svg, time, bdi, script, style, .how, .horizon, .step, thead th';

/** Texts of a page with digits that name no source: names, times, code and the guide's own words apart. */
export function nakedNumbers(page: string): string[] {
  const { document } = parseHTML(page);
  for (const element of [...document.querySelectorAll(KNOWN_BY_NAME)]) element.remove();
  const text: string = document.body.textContent;
  return text
    .split('\n')
    .map((line) => line.replaceAll('95 % interval', '').trim())
    .filter((line) => /\d/.test(line));
}
