import { createHash } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { linesOf, readSegment, segmentLines } from '../../../src/tape/record/segment-files.ts';
import { dataFolder } from '../tape-fixture.ts';

const PIECE = 1_048_576;

describe('the lines of a segment are the same, however it is read', () => {
  test.each([
    ['nothing', ''],
    ['a last line end', 'one\ntwo\n'],
    ['a torn last line', 'one\ntwo\nthr'],
    ['only line ends', '\n\n\n'],
    ['many pieces', 'a line of some length, with ünïcode in it\n'.repeat(80_000)],
    ['a line end just at the end of a piece', `${'x'.repeat(PIECE - 1)}\nnext\n`],
    ['a line end just after a piece', `${'x'.repeat(PIECE)}\nnext`],
    ['a character across two pieces', `${'x'.repeat(PIECE - 2)}€ and on\nnext\n`],
    ['a line longer than three pieces', `short\n${'€'.repeat(PIECE)}\nnext\n`],
  ])('%s', (_, text) => {
    const folder = dataFolder();
    const bytes = Buffer.from(text);
    const expected = [...linesOf(bytes)];
    expect(expected).toEqual(text.split('\n'));
    const digest = createHash('sha256').update(bytes).digest('hex');
    for (const compact of [false, true]) {
      const name = `segment-000001.ndjson${compact ? '.gz' : ''}`;
      writeFileSync(join(folder, name), compact ? gzipSync(bytes) : bytes);
      const hash = createHash('sha256');
      const lines = [...segmentLines(folder, { segment: 1, name, compact }, (piece) => hash.update(piece))];
      expect(lines.length).toBe(expected.length);
      expect(lines.every((line, at) => line === expected[at])).toBe(true);
      expect(hash.digest('hex')).toBe(digest);
    }
  });
});

test.each([
  ['zeros', Buffer.alloc(3)],
  ['other bytes', Buffer.from('more')],
  ['the beginning of another', gzipSync('more').subarray(0, 5)],
])('a packed segment with %s after its end is not read as if they were not there', (_, extra) => {
  const folder = dataFolder();
  const file = { segment: 1, name: 'segment-000001.ndjson.gz', compact: true };
  writeFileSync(join(folder, file.name), gzipSync('a line\n'));
  expect(readSegment(folder, file).toString()).toBe('a line\n');
  writeFileSync(join(folder, file.name), Buffer.concat([gzipSync('a line\n'), extra]));
  expect(() => readSegment(folder, file)).toThrow();
  expect(() => [...segmentLines(folder, file)]).toThrow();
});
