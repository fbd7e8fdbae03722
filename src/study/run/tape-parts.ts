import type { TapeBlock } from '../../core/tape-block.ts';

/** Rows of a part: as many as a full block has. */
const PART_ROWS = 65_536;

/**
 * A tape's blocks in parts of about a full block's rows. Blocks of a quiet tape are short, and what is done once a part (a look for
 * signals, a watch for Ctrl-C, a word of progress) would cost as much as their rows.
 */
export async function* partsOf(blocks: AsyncIterable<TapeBlock>): AsyncGenerator<readonly TapeBlock[]> {
  let part: TapeBlock[] = [];
  let rows = 0;
  for await (const block of blocks) {
    part.push(block);
    rows += block.length;
    if (rows < PART_ROWS) continue;
    yield part;
    part = [];
    rows = 0;
  }
  if (part.length > 0) yield part;
}
