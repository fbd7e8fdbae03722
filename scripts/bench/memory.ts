import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { MarketIndex } from '../../src/core/market.ts';
import type { MarketEventKind } from '../../src/core/market-event.ts';
import type { Price } from '../../src/core/price.ts';
import type { Quantity } from '../../src/core/quantity.ts';
import type { Side } from '../../src/core/side.ts';
import type { TapeBlock } from '../../src/core/tape-block.ts';
import type { Time } from '../../src/core/time.ts';
import { TapeBuilder } from '../../src/tape/tape-builder.ts';
import { benchBlocks, benchMarkets } from './replay.ts';

/** Peak memory of a process that streams a tape of some length through one full-fidelity lane. */
export interface MemoryBench {
  readonly length: string;
  readonly rows: number;
  readonly peakMb: number;
  readonly aboveStartMb: number;
  readonly digest: string;
}

/** Writes the bench's rows one, four and ten times over as SYNTHETIC tapes and streams each in a process of its own. */
export async function benchMemory(lengths: readonly number[] = [1, 4, 10]): Promise<MemoryBench[]> {
  const folder = mkdtempSync(join(tmpdir(), 'tapedeck-bench-'));
  try {
    const measured: MemoryBench[] = [];
    for (const length of lengths) {
      const name = `x${length}`;
      await write(folder, name, length);
      const child = join(dirname(fileURLToPath(import.meta.url)), 'memory-child.js');
      const { stdout, stderr, status } = spawnSync(process.execPath, [child, folder, name], { encoding: 'utf8' });
      if (status !== 0) throw new Error(`the memory bench ended with ${status}: ${stderr}`);
      const { before, peak, rows, digest } = JSON.parse(stdout);
      const mb = (bytes: number): number => bytes / 1_048_576;
      measured.push({ length: `${length}×`, rows, peakMb: mb(peak), aboveStartMb: mb(peak - before), digest });
    }
    return measured;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function write(folder: string, name: string, times: number): Promise<void> {
  const builder = await TapeBuilder.create({ folder, name });
  for (const { index: _, ...market } of benchMarkets()) builder.addMarket(market);
  const [opening, ...body] = benchBlocks();
  const last = body.at(-1)!;
  const span = last.baseTime + last.localOffset[last.length - 1]! + 1_000 - body[0]!.baseTime;
  append(builder, opening!, 0);
  for (let round = 0; round < times; round++) for (const block of body) append(builder, block, round * span);
  await builder.seal({
    synthetic: true,
    origin: 'memory bench',
    licence: null,
    grade: { depth: 'L2', trades: true, sampling: 'continuous' },
    timeResolutionUs: 0,
    sizesRecorded: true,
    importReport: { notes: [] },
    createdBy: 'memory bench',
  });
}

function append(builder: TapeBuilder, block: TapeBlock, shift: number): void {
  for (let row = 0; row < block.length; row++) {
    const local = (block.baseTime + block.localOffset[row]! + shift) as Time;
    const exchange = (local - block.constantDelay) as Time;
    const detail = block.details.get(row);
    if (detail !== undefined) builder.detail(exchange, local, detail);
    else {
      const key = block.key[row]!;
      const kind = ((key >>> 1) & 7) as MarketEventKind;
      const price = block.price[row]! as Price;
      const quantity = block.quantity[row]! as Quantity;
      builder.event(
        exchange,
        local,
        kind,
        (key >>> 5) as MarketIndex,
        (key & 1) as Side,
        price,
        quantity,
        (key & 16) !== 0,
      );
    }
  }
}
