import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { TapeBlock } from '../../../src/core/tape-block.ts';
import { partsOf } from '../../../src/study/run/tape-parts.ts';

const PART = 65_536;

function blockOf(length: number): TapeBlock {
  return { length } as TapeBlock;
}

async function collect(blocks: readonly TapeBlock[]): Promise<(readonly TapeBlock[])[]> {
  async function* source(): AsyncGenerator<TapeBlock> {
    yield* blocks;
  }
  const parts: (readonly TapeBlock[])[] = [];
  for await (const part of partsOf(source())) parts.push(part);
  return parts;
}

const rowsOf = (part: readonly TapeBlock[]): number => part.reduce((sum, { length }) => sum + length, 0);

describe('the parts of a tape', () => {
  it('are its blocks in order, each part ended by the block that fills it', async () => {
    const lengths = fc.array(fc.integer({ min: 0, max: PART }), { maxLength: 40 });
    await fc.assert(
      fc.asyncProperty(lengths, async (drawn) => {
        const blocks = drawn.map(blockOf);
        const parts = await collect(blocks);
        expect(parts.flat()).toEqual(blocks);
        for (const [at, part] of parts.entries()) {
          expect(part.length).toBeGreaterThan(0);
          expect(rowsOf(part.slice(0, -1))).toBeLessThan(PART);
          if (at < parts.length - 1) expect(rowsOf(part)).toBeGreaterThanOrEqual(PART);
        }
      }),
      { numRuns: 200 },
    );
  });

  it('hold one block where blocks are full, and many where they are short', async () => {
    expect((await collect([PART, PART, 7].map(blockOf))).map((part) => part.length)).toEqual([1, 1, 1]);
    expect((await collect(Array.from({ length: 301 }, () => blockOf(1_705)))).map((part) => part.length)).toEqual([
      39, 39, 39, 39, 39, 39, 39, 28,
    ]);
    expect(await collect([])).toEqual([]);
  });

  it('let the tape go where their reader stops, and pass on what it throws', async () => {
    let closed = false;
    async function* source(): AsyncGenerator<TapeBlock> {
      try {
        yield blockOf(PART);
        throw new Error('the tape is damaged');
      } finally {
        closed = true;
      }
    }
    for await (const part of partsOf(source())) {
      expect(part.length).toBe(1);
      break;
    }
    expect(closed).toBe(true);
    const read = async (): Promise<void> => {
      for await (const part of partsOf(source())) expect(part.length).toBe(1);
    };
    await expect(read()).rejects.toThrow('the tape is damaged');
  });
});
