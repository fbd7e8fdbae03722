import { crc32 } from 'node:zlib';

/** One frame as it was received: its text is not read here. Times in µs, wall since 1970, monotonic since any start. */
export interface RecordedFrame {
  /** The frame's number in its recording, from 1, without holes. */
  readonly n: number;
  readonly wall: number;
  readonly monotonic: number;
  readonly connection: number;
  readonly text: string;
}

export interface SegmentHeader {
  readonly segment: number;
  /** SHA-256 of the segment before, null for the first. */
  readonly previous: string | null;
  /** The number of the first frame that this segment may hold. */
  readonly first: number;
  readonly wall: number;
}

export type SegmentLine =
  | ({ readonly kind: 'frame' } & RecordedFrame)
  | ({ readonly kind: 'header' } & SegmentHeader)
  | { readonly kind: 'end'; readonly next: number };

const SEAL = /^(.*),"k":"([0-9a-f]{8})"\}$/s;

/** Ends an open JSON object (without its brace) by its CRC-32 and a line break. */
export function sealed(open: string): string {
  return `${open},"k":"${crc32(open).toString(16).padStart(8, '0')}"}\n`;
}

export function frameLine(frame: RecordedFrame): string {
  const { n, wall, monotonic, connection, text } = frame;
  return sealed(`{"n":${n},"w":${wall},"m":${monotonic},"c":${connection},"f":${JSON.stringify(text)}`);
}

export function headerLine(header: SegmentHeader): string {
  return sealed(JSON.stringify({ version: 1, ...header }).slice(0, -1));
}

/** The last line of a segment that was closed in order: `next` is the number of the first frame after it. */
export function endLine(next: number): string {
  return sealed(`{"end":${next}`);
}

/** The object of a sealed line (no line break), or null where its CRC does not fit. */
export function unsealed(line: string): Record<string, unknown> | null {
  const match = SEAL.exec(line);
  if (match === null || crc32(match[1] ?? '') !== Number.parseInt(match[2] ?? '', 16)) return null;
  try {
    return JSON.parse(line) as Record<string, unknown>;
  } catch {
    return null;
  }
}

/** Reads one line of a segment, or null where it is not as it was written. */
export function readLine(line: string): SegmentLine | null {
  const from = unsealed(line);
  if (from === null) return null;
  if (typeof from.n === 'number' && typeof from.f === 'string') {
    const { n, w, m, c, f } = from;
    return { kind: 'frame', n, wall: Number(w), monotonic: Number(m), connection: Number(c), text: f };
  }
  if (typeof from.end === 'number') return { kind: 'end', next: from.end };
  if (typeof from.segment !== 'number' || typeof from.first !== 'number') return null;
  const previous = typeof from.previous === 'string' ? from.previous : null;
  return { kind: 'header', segment: from.segment, previous, first: from.first, wall: Number(from.wall) };
}
