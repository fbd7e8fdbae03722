import { createHash } from 'node:crypto';
import { GAP_LEDGER, type Gap, readGaps } from './gap-ledger.ts';
import { readLine } from './line.ts';
import { listSegments, type SegmentFile, segmentLines, segmentName } from './segment-files.ts';

export type FindingKind =
  | 'damaged-line'
  | 'missing-lines'
  | 'repeated-line'
  | 'torn-tail'
  | 'missing-segment'
  | 'duplicated-segment'
  | 'damaged-segment'
  | 'unexplained-end';

/** One thing that is not as it was recorded. `line` counts from 1; 0 where the whole file is meant. */
export interface Finding {
  readonly file: string;
  readonly line: number;
  readonly kind: FindingKind;
  readonly what: string;
}

export interface Verification {
  readonly findings: readonly Finding[];
  readonly frames: number;
  readonly segments: number;
  /** The last segment was not closed: the recorder runs, or was killed. Whole lines cut off its end cannot be told. */
  readonly open: boolean;
  readonly gaps: readonly Gap[];
}

/** Reads a whole recording again and tells where it is not as it was written. Nothing is changed. */
export function verifyRecording(folder: string): Verification {
  const gaps = readGaps(folder);
  const check = new Check(folder, new Set(gaps.flatMap((gap) => (gap?.kind === 'restart' ? [gap.next] : []))));
  gaps.forEach((gap, at) => {
    if (gap === null) check.find(GAP_LEDGER, at + 1, 'damaged-line', 'the CRC does not fit');
  });
  for (const file of listSegments(folder)) check.file(file);
  return {
    findings: check.findings,
    frames: check.frames,
    segments: check.segments,
    open: check.open,
    gaps: gaps.filter((gap) => gap !== null),
  };
}

/** Reads on to the end; returns how many there were. */
function drain(lines: Iterable<string>): number {
  let count = 0;
  for (const _ of lines) count++;
  return count;
}

interface Before {
  readonly file: string;
  readonly segment: number;
  readonly hash: string;
  readonly clean: boolean;
  readonly lines: number;
}

class Check {
  readonly findings: Finding[] = [];
  frames = 0;
  segments = 0;
  open = false;
  readonly #folder: string;
  readonly #restarts: ReadonlySet<number>;
  #before: Before | null = null;
  /** The number that the next frame must have, or null where damage hides it. */
  #expected: number | null = 1;
  #lastGood = 0;

  constructor(folder: string, restarts: ReadonlySet<number>) {
    this.#folder = folder;
    this.#restarts = restarts;
  }

  find(file: string, line: number, kind: FindingKind, what: string): void {
    this.findings.push({ file, line, kind, what });
  }

  file(file: SegmentFile): void {
    const found = this.findings.length;
    const hash = createHash('sha256');
    const lines = segmentLines(this.#folder, file, (bytes) => hash.update(bytes));
    let first: string;
    try {
      first = lines.next().value ?? '';
    } catch (error) {
      this.find(file.name, 0, 'damaged-segment', `cannot be unpacked: ${(error as Error).message}`);
      this.#skip(file, '', 0);
      return;
    }
    if (this.#before?.segment === file.segment) {
      drain(lines);
      if (this.#before.hash !== hash.digest('hex'))
        this.find(file.name, 0, 'duplicated-segment', `differs from ${this.#before.file}`);
      return;
    }
    const from = (this.#before?.segment ?? 0) + 1;
    for (let gone = from; gone < file.segment; gone++) {
      this.find(segmentName(gone), 0, 'missing-segment', 'is not there');
      this.#expected = null;
    }
    this.segments++;
    if (!this.#header(file, first)) {
      const whole = drain(lines);
      this.#skip(file, hash.digest('hex'), whole);
      return;
    }
    this.open = true;
    let count = 1;
    let torn = '';
    for (const line of lines) {
      // The last is what follows the last line end.
      if (count > 1) this.#line(file.name, count, torn);
      torn = line;
      count++;
    }
    const whole = count - 1;
    if (torn !== '')
      this.find(file.name, whole + 1, 'torn-tail', `${Buffer.byteLength(torn)} bytes without a line end`);
    const clean = this.findings.length === found;
    this.#before = { file: file.name, segment: file.segment, hash: hash.digest('hex'), clean, lines: whole };
  }

  #skip(file: SegmentFile, hash: string, lines: number): void {
    this.#before = { file: file.name, segment: file.segment, hash, clean: false, lines };
    this.#expected = null;
    this.open = false;
  }

  /** Whether the rest of the segment is worth reading. */
  #header(file: SegmentFile, text: string): boolean {
    const line = readLine(text);
    if (line === null || line.kind !== 'header') {
      this.find(file.name, 1, 'damaged-line', line === null ? 'the CRC does not fit' : 'the header is missing');
      this.#expected = null;
      return true;
    }
    if (line.segment !== file.segment) {
      this.find(file.name, 1, 'duplicated-segment', `holds segment ${line.segment}`);
      return false;
    }
    const before = this.#before;
    const follows = before !== null && before.segment === file.segment - 1;
    if (follows && before.clean && before.hash !== line.previous) {
      this.find(before.file, 0, 'damaged-segment', `its hash is not the one that ${file.name} names`);
    }
    if (follows && this.open && !this.#restarts.has(line.first)) {
      this.find(before.file, before.lines + 1, 'unexplained-end', 'was not closed, and no gap says why');
    }
    if (this.#expected !== null && line.first > this.#expected && before !== null) {
      const count = line.first - this.#expected;
      this.find(before.file, before.lines + 1, 'missing-lines', `${count} frames before ${file.name} are missing`);
    }
    this.#expected = line.first;
    return true;
  }

  #line(file: string, at: number, text: string): void {
    const line = readLine(text);
    if (line === null) {
      this.find(file, at, 'damaged-line', 'the CRC does not fit');
      this.#expected = null;
      return;
    }
    if (line.kind === 'header' || !this.open) {
      this.find(
        file,
        at,
        'repeated-line',
        line.kind === 'header' ? 'a second header' : 'follows the end of the segment',
      );
      return;
    }
    const n = line.kind === 'end' ? line.next : line.n;
    if (this.#expected !== null && n > this.#expected) {
      this.find(file, at, 'missing-lines', `${n - this.#expected} frames from number ${this.#expected} are missing`);
    }
    if (n < (this.#expected ?? this.#lastGood + 1)) {
      this.find(file, at, 'repeated-line', `frame ${n} again, or out of its order`);
      return;
    }
    this.#lastGood = line.kind === 'end' ? n - 1 : n;
    this.#expected = this.#lastGood + 1;
    if (line.kind === 'end') this.open = false;
    else this.frames++;
  }
}
