import { BID, type Side } from '../core/side.ts';

/*
 * Which levels of a book are occupied, for both sides in one array that stays within a cache line for a grid of cents: the
 * best bid level, the best ask level (−1 for none), then the bitsets, a word of 32 bid levels and a word of 32 ask levels
 * in turn.
 */

const FIRST_WORD = 2;

/** Clear marks for a grid of `size` levels. */
export function newMarks(size: number): Int32Array {
  const marks = new Int32Array(FIRST_WORD + 2 * ((size + 31) >>> 5));
  marks[0] = -1;
  marks[1] = -1;
  return marks;
}

/** Marks that a level's size went from `before` to `size`, of which at least one is 0. */
export function markLevel(marks: Int32Array, side: Side, level: number, before: number, size: number): void {
  const word = FIRST_WORD + (((level >>> 5) << 1) | side);
  const best = marks[side]!;
  if (size !== 0) {
    marks[word]! |= 1 << (level & 31);
    // Unsigned, the −1 of an empty side is worse than any ask; signed, it is worse than any bid.
    if (side === BID ? level > best : level >>> 0 < best >>> 0) marks[side] = level;
  } else if (before !== 0) {
    marks[word]! &= ~(1 << (level & 31));
    if (level === best) marks[side] = nextMarked(marks, side, level);
  }
}

/** The next occupied level of a side worse than `level`, or −1 when there is none. */
export function nextMarked(marks: Int32Array, side: Side, level: number): number {
  return side === BID ? nextBelow(marks, level) : nextAbove(marks, level);
}

function nextBelow(marks: Int32Array, level: number): number {
  if (level <= 0) return -1;
  let word = (level - 1) >>> 5;
  let bits = marks[FIRST_WORD + (word << 1)]! & (-1 >>> (31 - ((level - 1) & 31)));
  while (bits === 0) {
    if (word === 0) return -1;
    bits = marks[FIRST_WORD + (--word << 1)]!;
  }
  return (word << 5) + 31 - Math.clz32(bits);
}

function nextAbove(marks: Int32Array, level: number): number {
  const words = (marks.length - FIRST_WORD) >>> 1;
  let word = (level + 1) >>> 5;
  if (word >= words) return -1;
  let bits = marks[FIRST_WORD + 1 + (word << 1)]! & (-1 << ((level + 1) & 31));
  while (bits === 0) {
    if (++word === words) return -1;
    bits = marks[FIRST_WORD + 1 + (word << 1)]!;
  }
  return (word << 5) + 31 - Math.clz32(bits & -bits);
}
