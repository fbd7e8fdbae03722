import { MarketEvent, TRADE, UNSIDED_TRADE } from '../../core/market-event.ts';
import type { TapeBlock } from '../../core/tape-block.ts';
import type { Survey } from '../../engine/strategy.ts';
import { tradeOf } from '../../engine/trade-view.ts';
import { TapeCursor } from '../../sim/tape-cursor.ts';
import type { TapeSource } from '../store/tape-source.ts';
import { hearSignals } from './interruptible.ts';
import { asking } from './strategy-fault.ts';
import { partsOf } from './tape-parts.ts';

/** Shows every print and settlement of a tape to the surveys of a run's controls, in tape order, and returns what each found; `name` is the strategy's. */
export async function surveyTape(
  tape: TapeSource,
  surveys: readonly (Survey<unknown> | undefined)[],
  check: () => void,
  name: string,
): Promise<unknown[]> {
  const asked = surveys.filter((survey) => survey !== undefined);
  if (asked.length > 0) {
    const event = new MarketEvent();
    for await (const part of partsOf(tape.blocks())) {
      await hearSignals(check);
      asking(name, 'in its survey', () => {
        for (const block of part) show(block, event, asked);
      });
    }
  }
  await hearSignals(check);
  return asking(name, 'in the finish of its survey', () => surveys.map((survey) => survey?.finish()));
}

function show(block: TapeBlock, event: MarketEvent, asked: readonly Survey<unknown>[]): void {
  for (let row = 0; row < block.length; row++) {
    TapeCursor.read(block, row, event);
    if (event.detail?.type === 'settlement') {
      const { settlement } = event.detail;
      for (const survey of asked) survey.onSettlement?.(settlement);
    }
    if (event.kind !== TRADE && event.kind !== UNSIDED_TRADE) continue;
    const trade = Object.freeze(tradeOf(event));
    for (const survey of asked) survey.onTrade(trade);
  }
}
