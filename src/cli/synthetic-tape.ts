import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { setImmediate as turn } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { Fault } from '../core/fault.ts';
import type { Detail } from '../core/market-event.ts';
import type { Time } from '../core/time.ts';
import type { SyntheticConfig } from '../sim/synthetic/config.ts';
import { describeSynthetic } from '../sim/synthetic/describe.ts';
import type { TapeSink } from '../sim/synthetic/emit.ts';
import { World } from '../sim/synthetic/generator.ts';
import { programFiles } from '../study/store/code-hash.ts';
import { TapeBuilder } from '../tape/tape-builder.ts';
import { tapesFolder } from '../tape/tape-folder.ts';
import { writeFault } from '../tape/write-fault.ts';
import { programVersion } from './package-root.ts';
import type { Session } from './session.ts';
import { TruthFiles } from './truth-files.ts';

/** What to generate, and what to call it. */
export interface SyntheticTapeOptions {
  readonly name: string;
  readonly config: SyntheticConfig;
  readonly replace: boolean;
  /** Write the truth beside the tape. */
  readonly truth: boolean;
  /** Called now and then with the time that the generated world has come to. */
  readonly onProgress?: (time: Time) => void;
}

/** Generates a SYNTHETIC tape and seals it. Returns its folder, and that of its truth where one was asked for. */
export async function writeSyntheticTape(
  { name, config, replace, truth: wanted, onProgress }: SyntheticTapeOptions,
  { dataFolder, signal }: Session,
): Promise<{ folder: string; truthFolder: string | null }> {
  const builder = await TapeBuilder.create({ folder: dataFolder, name, replace });
  let files: TruthFiles | undefined;
  try {
    files = wanted
      ? new TruthFiles(join(tapesFolder(dataFolder), `.partial-${process.pid}-0-${name}-truth`))
      : undefined;
    let reached = 0 as Time;
    const world = new World(
      config,
      sinkOf(builder, (time) => {
        reached = time;
      }),
      files,
    );
    for (let more = true; more; ) {
      more = world.advance();
      await builder.relieve();
      await turn();
      if (signal.aborted) throw new Fault('interrupted', `interrupted while the tape ${name} was generated`);
      onProgress?.(reached);
    }
    const { folder } = await builder.seal({
      synthetic: true,
      origin: `${describeSynthetic(config).join(' ')} (${generatorMark(config)})`,
      licence: null,
      grade: { depth: 'L2', trades: true, sampling: 'continuous' },
      timeResolutionUs: 0,
      sizesRecorded: true,
      importReport: { notes: [] },
      createdBy: programVersion(),
      generator: config,
    });
    return { folder, truthFolder: (await files?.publish(config, world.truth(), folder)) ?? null };
  } catch (error) {
    throw writeFault(error, dataFolder);
  } finally {
    files?.discard();
    builder.discard();
  }
}

function sinkOf(builder: TapeBuilder, reached: (time: Time) => void): TapeSink {
  return {
    market: (market) => builder.addMarket(market),
    row: (exchangeTime, localTime, kind, market, side, price, quantity, more) =>
      builder.event(exchangeTime, localTime, kind, market, side, price, quantity, more),
    detail: (exchangeTime, localTime, detail) => {
      reached(exchangeTime);
      builder.detail(exchangeTime, localTime, detail);
      noteResult(builder, detail, localTime);
    },
  };
}

function noteResult(builder: TapeBuilder, detail: Detail, time: Time): void {
  if (detail.type !== 'settlement') return;
  const { market, outcome, value } = detail.settlement;
  builder.setResult(market, { outcome, value, time });
}

/** Names the generator and a configuration: a tape with another mark is made anew. */
export function generatorMark(config: SyntheticConfig): string {
  const hash = createHash('sha256').update(JSON.stringify(config));
  const folder = join(dirname(dirname(fileURLToPath(import.meta.url))), 'sim', 'synthetic');
  for (const file of programFiles(folder)) hash.update(readFileSync(file));
  return `generator ${hash.digest('hex').slice(0, 16)}`;
}
