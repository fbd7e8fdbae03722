import type { Gap } from './gap-ledger.ts';
import { readGaps } from './gap-ledger.ts';
import { type RecordedFrame, readLine } from './line.ts';
import { listSegments, type SegmentFile, segmentLines } from './segment-files.ts';

/** What a recording tells, in order: its frames, and where frames may be missing between them. */
export type RecordingEntry =
  | { readonly type: 'frame'; readonly frame: RecordedFrame }
  /** A recorder stopped or began anew: no connection lives beyond it, and monotonic times begin anew. */
  | { readonly type: 'restart'; readonly reason: string }
  /** Lines are damaged or missing: any connection may have said something there. */
  | { readonly type: 'damage'; readonly reason: string };

/** Reads a recording from its first frame to its last. What is not as it was written is told as damage, never passed over. */
export function* readRecording(folder: string): Generator<RecordingEntry> {
  const gaps = readGaps(folder).filter((gap): gap is Gap => gap !== null && gap.kind !== 'connection');
  let expected = 1;
  let before: number | null = null;
  const due = function* (next: number): Generator<RecordingEntry> {
    while (gaps.length > 0 && gaps[0]!.next <= next) yield { type: 'restart', reason: gaps.shift()!.reason };
  };
  for (const file of listSegments(folder)) {
    // One that lies there plain and compact is the same.
    if (file.segment === before) continue;
    if (before !== null && file.segment !== before + 1)
      yield { type: 'damage', reason: `segments before ${file.name} are missing` };
    before = file.segment;
    for (const entry of readLines(folder, file)) {
      if (entry === null) yield { type: 'damage', reason: `a line of ${file.name} is damaged` };
      else if (entry.n >= expected) {
        yield* due(entry.n);
        if (entry.n > expected)
          yield { type: 'damage', reason: `${entry.n - expected} frames before number ${entry.n} are missing` };
        expected = entry.n + 1;
        yield { type: 'frame', frame: entry };
      }
    }
  }
  yield* due(Number.POSITIVE_INFINITY);
}

/** An entry of one of several recordings of the same markets, by its place in their list. */
export interface SourcedEntry {
  readonly entry: RecordingEntry;
  readonly source: number;
}

/** Several recordings as one, in order of the wall times at which frames were received; of one recording, its own order. */
export function* readRecordings(folders: readonly string[]): Generator<SourcedEntry> {
  const readers = folders.map((folder) => readRecording(folder));
  const heads = readers.map((reader) => reader.next());
  const due = (source: number): number => {
    const head = heads[source]!;
    if (head.done === true) return Number.POSITIVE_INFINITY;
    return head.value.type === 'frame' ? head.value.frame.wall : Number.NEGATIVE_INFINITY;
  };
  for (;;) {
    let source = 0;
    for (let other = 1; other < heads.length; other++) if (due(other) < due(source)) source = other;
    const head = heads[source]!;
    if (head.done === true) return;
    yield { entry: head.value, source };
    heads[source] = readers[source]!.next();
  }
}

/** The frames of a segment; null for what cannot be read. */
function* readLines(folder: string, file: SegmentFile): Generator<RecordedFrame | null> {
  let before: string | null = null;
  try {
    for (const line of segmentLines(folder, file)) {
      const read = before === null ? undefined : readLine(before);
      if (read === null) yield null;
      else if (read?.kind === 'frame') yield read;
      before = line;
    }
  } catch {
    // What was read of it stands.
    before = null;
  }
  // What follows the last line end is no line.
  if (before !== '') yield null;
}
