import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { Fault } from '../core/fault.ts';
import type { MarketIndex } from '../core/market.ts';
import { TRADE, UNSIDED_TRADE } from '../core/market-event.ts';
import { BID } from '../core/side.ts';
import { after, type Duration, HOUR, type Time } from '../core/time.ts';
import { type DecodedMarket, decodeMarket, marketBodies } from '../kalshi/decode-market.ts';
import { type DecodedTrade, decodeTrade, tradeBodies } from '../kalshi/decode-trade.ts';
import { Findings } from '../tape/import/findings.ts';
import type { ImportProgress } from '../tape/import/prepare-mapped.ts';
import { naming, readJson, sourceFiles } from './import-source.ts';
import { type ImportedMarket, type ImportedRow, type ImportedTape, lifeRows, numberMarkets } from './imported-tape.ts';

const CLAIM = 'every public trade from open to close';
/** A market whose payment time the venue did not record settles this long after its close. */
const SETTLED_AFTER_CLOSE = (12 * HOUR) as Duration;

/**
 * Reads a folder of saved REST bodies, `trades/*.json[.gz]` and `events/*.json[.gz]`, in today's form or the past's. Every market
 * of the events is on the tape, with its settlement; trades are put in order of time, kept once by id.
 */
export function importKalshiRest(folder: string, onProgress: ImportProgress): ImportedTape {
  const findings = new Findings();
  findings.add(`coverage claimed, not proven: ${CLAIM}`, 1, 'as saved bodies of the trades endpoint hold it');
  const eventFiles = jsonFiles(folder, 'events');
  const tradeFiles = jsonFiles(folder, 'trades');
  const total = eventFiles.length + tradeFiles.length;
  let done = 0;
  const decoded = new Map<string, DecodedMarket>();
  let again = 0;
  for (const path of eventFiles) {
    naming(path, () => {
      for (const { market, event } of marketBodies(readJson(path))) {
        const one = decodeMarket(market, event);
        if (decoded.has(one.facts.ticker)) again++;
        decoded.set(one.facts.ticker, one);
      }
    });
    onProgress(++done, total, path);
  }
  findings.add('markets described more than once', again, 'the last description stands');
  const trades = new TradeShelf(decoded);
  for (const path of tradeFiles) {
    naming(path, () => trades.addAll(tradeBodies(readJson(path)).map(decodeTrade)));
    onProgress(++done, total, path);
  }
  const markets = numberMarkets([...decoded.values()].map((one) => importedMarket(one)));
  tellOfMarkets(findings, [...decoded.values()]);
  trades.tell(findings);
  const index = new Map(markets.map(({ market }) => [market.ticker, market.index]));
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
    markets,
    rows: lifeRows(markets, rows, `declared: ${CLAIM}`, findings),
    origin: 'Kalshi REST: GET /markets/trades and GET /events, saved as JSON',
    licence: null,
    grade: { depth: 'none', trades: true, sampling: 'continuous' },
    timeResolutionUs: 0,
    sizesRecorded: true,
    notes: findings.notes,
  };
}

function jsonFiles(folder: string, part: string): string[] {
  const path = join(folder, part);
  if (!existsSync(path)) {
    throw new Fault('missing-file', `${folder} has no folder "${part}"`, {
      next: 'A REST import needs trades/*.json and events/*.json, as the venue sent them; either may be packed with gzip.',
    });
  }
  return sourceFiles(path, /\.json(\.gz)?$/);
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
class TradeShelf {
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
