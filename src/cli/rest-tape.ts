import type { MarketIndex } from '../core/market.ts';
import { TRADE, UNSIDED_TRADE } from '../core/market-event.ts';
import { BID } from '../core/side.ts';
import { after, type Duration, HOUR, NEVER, type Time } from '../core/time.ts';
import type { DecodedMarket } from '../kalshi/decode-market.ts';
import type { DecodedTrade } from '../kalshi/decode-trade.ts';
import type { Findings } from '../tape/import/findings.ts';
import { type ImportedMarket, type ImportedRow, type ImportedTape, lifeRows, numberMarkets } from './imported-tape.ts';

/** A market whose payment time the venue did not record settles this long after its close. */
const SETTLED_AFTER_CLOSE = (12 * HOUR) as Duration;

/** What a tape of prints is made of. */
export interface RestTape {
  readonly markets: ReadonlyMap<string, DecodedMarket>;
  readonly trades: TradeShelf;
  /** What is claimed of the trades between a market's opening and its close. */
  readonly claim: string;
  readonly origin: string;
  /** Nothing is known from then on. Default never. */
  readonly until?: Time;
}

/** A tape of public trades with the life of their markets around them: every market is on it, with its settlement. */
export function restTape(
  { markets, trades, claim, origin, until = NEVER }: RestTape,
  findings: Findings,
): ImportedTape {
  const numbered = numberMarkets([...markets.values()].map((one) => importedMarket(one)));
  tellOfMarkets(findings, [...markets.values()]);
  trades.tell(findings);
  const index = new Map(numbered.map(({ market }) => [market.ticker, market.index]));
  const rows = trades.kept.map(
    (trade): ImportedRow => ({
      exchangeTime: trade.time,
      localTime: trade.time,
      kind: trade.side === null ? UNSIDED_TRADE : TRADE,
      market: index.get(trade.ticker) as MarketIndex,
      side: trade.side ?? BID,
      price: trade.price,
      quantity: trade.quantity,
      more: false,
      tradeId: trade.id,
      detail: null,
    }),
  );
  return {
    markets: numbered,
    rows: lifeRows(numbered, rows, `declared: ${claim}`, findings, until),
    origin,
    licence: null,
    grade: { depth: 'none', trades: true, sampling: 'continuous' },
    timeResolutionUs: 0,
    sizesRecorded: true,
    notes: findings.notes,
  };
}

function importedMarket({ facts, settlement, settlementTime, expectedExpiration }: DecodedMarket): ImportedMarket {
  const close = facts.closeTime;
  const expected =
    expectedExpiration !== null && (close === null || expectedExpiration >= close) ? expectedExpiration : null;
  const assumed = expected ?? (close === null ? null : after(close, SETTLED_AFTER_CLOSE));
  return {
    facts,
    result: settlement === null ? null : { ...settlement, time: settlementTime ?? assumed },
  };
}

function tellOfMarkets(findings: Findings, markets: readonly DecodedMarket[]): void {
  const count = (holds: (one: DecodedMarket) => boolean) => markets.filter(holds).length;
  findings.add(
    'markets whose record states no price grid',
    count((one) => !one.gridStated),
    'whole cents, the only grid of that time',
  );
  findings.add(
    'settled markets without a settlement time',
    count((one) => one.settlement !== null && one.settlementTime === null),
    'settled at their expected expiration, or else 12 h after the close',
  );
  findings.add(
    'markets without a result',
    count((one) => one.settlement === null),
    'unsettled on this tape',
  );
}

/** Trades as they come, each kept once, those that cannot be on the tape counted. */
export class TradeShelf {
  readonly kept: DecodedTrade[] = [];
  readonly #markets: ReadonlyMap<string, DecodedMarket>;
  readonly #seen = new Set<string>();
  readonly #counts = { repeated: 0, unlisted: 0, block: 0, unsided: 0, fell: 0, early: 0, late: 0 };
  readonly #unlisted = new Set<string>();

  constructor(markets: ReadonlyMap<string, DecodedMarket>) {
    this.#markets = markets;
  }

  addAll(trades: readonly DecodedTrade[]): void {
    let before: Time | null = null;
    for (const trade of trades) {
      if (before !== null && trade.time < before) this.#counts.fell++;
      before = trade.time;
      this.#add(trade);
    }
  }

  #add(trade: DecodedTrade): void {
    const market = this.#markets.get(trade.ticker);
    if (market === undefined) {
      this.#counts.unlisted++;
      this.#unlisted.add(trade.ticker);
    } else if (this.#seen.has(trade.id)) this.#counts.repeated++;
    else if (trade.block) this.#counts.block++;
    else {
      this.#seen.add(trade.id);
      const { openTime, closeTime } = market.facts;
      if (trade.side === null) this.#counts.unsided++;
      if (openTime !== null && trade.time < openTime) this.#counts.early++;
      if (closeTime !== null && trade.time > closeTime) this.#counts.late++;
      market.facts.grid.levelOf(trade.price);
      this.kept.push(trade);
    }
  }

  tell(findings: Findings): void {
    const { repeated, unlisted, block, unsided, fell, early, late } = this.#counts;
    findings.add('trades earlier than the trade before them in their file', fell, 'put in order of time');
    findings.add('trades whose id was there before', repeated, 'left out');
    findings.add(`trades of ${this.#unlisted.size} markets that no event describes`, unlisted, 'left out');
    findings.add('block trades', block, 'left out: agreed off the book, nobody else could have traded there');
    findings.add('trades without a taker side', unsided, 'kept as unsided: they tell a price, never who took');
    findings.add('trades before the recorded opening of their market', early, 'kept');
    findings.add('trades after the close of their market', late, 'kept, but not covered: nothing fills on them');
  }
}
