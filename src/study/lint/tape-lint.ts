import type { Market } from '../../core/market.ts';
import { DETAIL } from '../../core/market-event.ts';
import type { TapeBlock } from '../../core/tape-block.ts';
import { cityOfSeries } from '../../weather/cities.ts';
import { climateDayEnd } from '../../weather/climate-day.ts';
import type { TapeFacts } from '../store/run-result.ts';
import type { Finding } from './finding.ts';
import { PrintLint } from './print-lint.ts';
import { SignalLint } from './signal-lint.ts';

/** Walks a tape once and says what about it would make a phantom of an edge. */
export class TapeLint {
  readonly #markets: readonly Market[];
  readonly #signals: SignalLint;
  readonly #prints: PrintLint;
  readonly #early: string[] = [];

  constructor(markets: readonly Market[], facts: Pick<TapeFacts, 'grade'>) {
    this.#markets = markets;
    this.#signals = new SignalLint(markets);
    this.#prints = new PrintLint(markets, facts.grade.depth === 'L1');
  }

  feed(block: TapeBlock): void {
    this.#prints.feed(block);
    for (const [row, detail] of block.details) {
      if (((block.key[row]! >>> 1) & 7) !== DETAIL) continue;
      if (detail.type === 'signal') this.#signals.hear(detail.signal);
      else if (detail.type === 'settlement') {
        this.#signals.settled(detail.settlement);
        const market = this.#markets[detail.settlement.market]!;
        const city = cityOfSeries(market.series);
        // A high is not known before its day is over; other markets may be decided at any time, but not by the venue while they trade.
        const known = city === undefined ? market.closeTime : climateDayEnd(city, market.day);
        if (known !== null && block.baseTime + block.localOffset[row]! < known) this.#early.push(market.ticker);
      }
    }
  }

  findings(): Finding[] {
    const [first] = this.#early;
    const early: Finding[] =
      first === undefined
        ? []
        : [
            {
              code: 'settled-early',
              text: `${this.#early.length === 1 ? `${first} is` : `${this.#early.length} markets (${first} first) are`} settled on the tape before the outcome could be known: whatever was learnt from that settlement was learnt from the future.`,
            },
          ];
    return [...early, ...this.#signals.findings(), ...this.#prints.findings()];
  }
}
