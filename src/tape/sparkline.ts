const BARS = '▁▂▃▄▅▆▇█';

/**
 * Values (0 or more) as a line of bars, at most `width` of them: neighbours are added up where there are more values. Zero is a
 * blank, the least above it the lowest bar, the greatest the highest.
 */
export function sparkline(values: readonly number[], width = 60): string {
  const bars = Math.min(width, values.length);
  const sums = Array.from({ length: bars }, (_, bar) => {
    const from = Math.floor((bar * values.length) / bars);
    const to = Math.floor(((bar + 1) * values.length) / bars);
    return values.slice(from, to).reduce((sum, value) => sum + value, 0);
  });
  const most = Math.max(...sums, 0);
  return sums
    .map((sum) => (sum <= 0 ? ' ' : BARS[Math.min(BARS.length - 1, Math.floor((sum / most) * BARS.length))]))
    .join('');
}
