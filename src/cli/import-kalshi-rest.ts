import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { Fault } from '../core/fault.ts';
import { type DecodedMarket, decodeMarket, marketBodies } from '../kalshi/decode-market.ts';
import { decodeTrade, tradeBodies } from '../kalshi/decode-trade.ts';
import { Findings } from '../tape/import/findings.ts';
import type { ImportProgress } from '../tape/import/prepare-mapped.ts';
import { naming, readJson, sourceFiles } from './import-source.ts';
import type { ImportedTape } from './imported-tape.ts';
import { restTape, TradeShelf } from './rest-tape.ts';

const CLAIM = 'every public trade from open to close';
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
  const origin = 'Kalshi REST: GET /markets/trades and GET /events, saved as JSON';
  return restTape({ markets: decoded, trades, claim: CLAIM, origin }, findings);
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
