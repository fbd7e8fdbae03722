import { Fault } from '../core/fault.ts';

/** Reads `--hours`: hours from the beginning of a climate day, with commas. Throws a Fault (`usage`). */
export function parseHours(text: string): number[] {
  const hours = text.split(',').map((part) => (part.trim() === '' ? Number.NaN : Number(part)));
  if (hours.every((hour) => Number.isFinite(hour) && hour >= -48 && hour <= 24)) return hours;
  throw new Fault('usage', `--hours ${text}: not a list of hours from -48 to 24`, {
    next: 'Write it like --hours=-3,9.',
  });
}
