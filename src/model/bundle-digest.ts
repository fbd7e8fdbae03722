import { createHash } from 'node:crypto';
import type { Bundle } from './bundle-format.ts';

/** SHA-256 of everything in a bundle but the digest itself. */
export function bundleDigest({ digest: _, ...rest }: Bundle | (Omit<Bundle, 'digest'> & { digest?: string })): string {
  return createHash('sha256')
    .update(JSON.stringify(sorted(rest)))
    .digest('hex');
}

/** With the keys of every object in order, so that a file written another way has the same digest. */
function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .sort(([left], [right]) => (left < right ? -1 : 1))
      .map(([name, each]) => [name, sorted(each)]),
  );
}
