import { MarketEvent, TRADE, UNSIDED_TRADE } from '../core/market-event.ts';
import type { Survey } from '../engine/strategy.ts';
import { TapeCursor } from '../sim/tape-cursor.ts';
import type { TapeSource } from './tape-source.ts';

/** Shows every print of a tape to the surveys of a run's controls, in tape order, and returns what each found. */
export async function surveyTape(
  tape: TapeSource,
  surveys: readonly (Survey<unknown> | undefined)[],
  check: () => void,
): Promise<unknown[]> {
  const asked = surveys.filter((survey) => survey !== undefined);
  if (asked.length > 0) {
    const event = new MarketEvent();
    for await (const block of tape.blocks()) {
      check();
      for (let row = 0; row < block.length; row++) {
        TapeCursor.read(block, row, event);
        if (event.kind !== TRADE && event.kind !== UNSIDED_TRADE) continue;
        const { market, price, quantity, localTime, exchangeTime, sequence } = event;
        const takerSide = event.kind === TRADE ? event.side : null;
        const trade = { market, takerSide, price, quantity, localTime, exchangeTime, sequence };
        for (const survey of asked) survey.onTrade(trade);
      }
    }
  }
  return surveys.map((survey) => survey?.finish());
}
