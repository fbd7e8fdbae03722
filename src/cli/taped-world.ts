import { Fault } from '../core/fault.ts';
import type { FeeChange } from '../core/fee-schedule.ts';
import type { TapeBlock } from '../core/tape-block.ts';
import { formatTime, parseTime, type Time } from '../core/time.ts';
import { type TapedWorld, TapeFlow } from '../exchange/tape-flow.ts';
import { FeeBook } from '../ledger/fee-book.ts';
import { KNOWN_FEES } from '../ledger/known-fees.ts';
import { openTape } from '../tape/open-tape.ts';

/** A tape for an exchange to play, and the market time at which it begins. */
export interface PlayedTape {
  readonly world: TapedWorld;
  readonly start: Time;
  readonly synthetic: boolean;
}

/**
 * Reads a whole tape for `exchange --tape`. `start` is a time on it, or "now" for its beginning. Throws a Fault: those of `openTape`, `usage` for a
 * time that is not on it, `unknown-fee-schedule`.
 */
export async function tapedWorld(
  nameOrPath: string,
  dataFolder: string,
  start: string,
  seed: string,
): Promise<PlayedTape> {
  const tape = await openTape(dataFolder, nameOrPath);
  const blocks: TapeBlock[] = [];
  for await (const block of tape.blocks()) blocks.push(block);
  const { first, last } = TapeFlow.span(blocks);
  const begins = start === 'now' ? first : parseTime(start);
  if (blocks.length === 0 || begins < first || begins > last) {
    const said = blocks.length === 0 ? 'it has no rows' : `it goes from ${formatTime(first)} to ${formatTime(last)}`;
    throw new Fault('usage', `--start ${start} is not on tape ${tape.manifest.name}: ${said}`, {
      next: 'Leave --start out to begin where the tape does.',
    });
  }
  const fees = new FeeBook([...KNOWN_FEES, ...feesOf(blocks)]);
  for (const { series, event, openTime } of tape.markets)
    fees.lookup(series, event, Math.max(openTime ?? first, first) as Time);
  return { world: { seed, markets: tape.markets, blocks }, start: begins, synthetic: tape.manifest.synthetic };
}

function feesOf(blocks: readonly TapeBlock[]): FeeChange[] {
  return blocks.flatMap((block) =>
    [...block.details.values()].flatMap((detail) => (detail.type === 'fees' ? [detail.change] : [])),
  );
}
