import * as Plot from '@observablehq/plot';
import { parseHTML } from 'linkedom';
import { html, type Markup, trusted, visible } from './markup.ts';

/** The size every panel is drawn at, in px; the page scales it to its column. */
export const PANEL = { width: 380, height: 230 } as const;

const { document } = parseHTML('<html></html>');

export interface ChartText {
  /** Unique on the page. */
  readonly id: string;
  /** What the chart is, for those who cannot see it. */
  readonly title: string;
  /** What it shows, in a sentence. */
  readonly description: string;
}

/** Draws one panel as SVG that takes its colours from the page's stylesheet and needs nothing else. */
export function chart(text: ChartText, options: Plot.PlotOptions): Markup {
  const drawn = Plot.plot({
    ...PANEL,
    marginTop: 14,
    marginRight: 14,
    marginBottom: 28,
    marginLeft: 48,
    ...options,
    document,
  });
  const svg = String(drawn.outerHTML);
  const open = svg.indexOf('>') + 1;
  const box = /viewBox="[^"]*"/.exec(svg.slice(0, open))?.[0] ?? '';
  const inner = thinned(visible(svg.slice(open).replace(/<style>[\s\S]*?<\/style>/, '')));
  const label = html`role="img" aria-labelledby="${text.id}-title ${text.id}-desc"><title id="${text.id}-title">${text.title}</title><desc id="${text.id}-desc">${text.description}</desc>`;
  return trusted(`<svg class="chart" ${box} ${label}${inner}`);
}

/** The whole chart is one image to a screen reader, so labels of its parts go; a tenth of a pixel is as fine as it is drawn. */
function thinned(svg: string): string {
  return svg.replaceAll(/<[^>]*>/g, (tag) =>
    tag
      .replaceAll(/ aria-[a-z]+="[^"]*"/g, '')
      .replaceAll(/-?\d+\.\d\d+/g, (number) => String(Number(Number(number).toFixed(1)))),
  );
}

/** The least and the greatest of the values and of 0, a little wider, so that zero is always in the picture. */
export function domainWithZero(values: Iterable<number | null>): [number, number] {
  let [low, high] = [0, 0];
  for (const value of values) {
    if (value === null) continue;
    low = Math.min(low, value);
    high = Math.max(high, value);
  }
  const room = (high - low || 1) * 0.06;
  return [low === 0 ? (high === 0 ? -room : 0) : low - room, high === 0 ? (low === 0 ? room : 0) : high + room];
}

/** Heights at which labels wanted at `wanted` (in the scale's units) can be read, none closer than `gap`. */
export function spread(wanted: readonly number[], gap: number, [low, high]: readonly [number, number]): number[] {
  const order = wanted.map((_, index) => index).sort((a, b) => wanted[a]! - wanted[b]!);
  const placed = [...wanted];
  let floor = low;
  for (const index of order) {
    placed[index] = Math.max(placed[index]!, floor);
    floor = placed[index]! + gap;
  }
  let ceiling = high;
  for (const index of [...order].reverse()) {
    placed[index] = Math.min(placed[index]!, ceiling);
    ceiling = placed[index]! - gap;
  }
  return placed;
}
