import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import type { Market, MarketIndex } from '../../src/core/market.ts';
import { DELTA, DETAIL, type Detail, type MarketEventKind, TRADE } from '../../src/core/market-event.ts';
import type { Price } from '../../src/core/price.ts';
import { CENT_GRID } from '../../src/core/price-grid.ts';
import type { Quantity } from '../../src/core/quantity.ts';
import type { Side } from '../../src/core/side.ts';
import type { TapeBlock } from '../../src/core/tape-block.ts';
import type { Time } from '../../src/core/time.ts';
import type { TapeFacts } from '../../src/tape/manifest.ts';
import type { Tape } from '../../src/tape/open-tape.ts';
import type { SealedTape } from '../../src/tape/seal-tape.ts';
import { TapeBuilder, type TapeBuilderOptions } from '../../src/tape/tape-builder.ts';

export const START = 1_759_276_800_000_000;

export const FACTS: TapeFacts = {
  synthetic: true,
  origin: 'a test',
  licence: null,
  grade: { depth: 'L2', trades: true, sampling: 'continuous' },
  timeResolutionUs: 0,
  sizesRecorded: true,
  importReport: { notes: [{ what: 'duplicate rows', count: 2, action: 'left out' }] },
  createdBy: 'a test',
};

/** A tape row as a plain object. */
export interface Row {
  readonly exchangeTime: number;
  readonly localTime: number;
  readonly kind: MarketEventKind;
  readonly market: number;
  readonly side: number;
  readonly price: number;
  readonly quantity: number;
  readonly more: boolean;
  readonly detail: Detail | null;
}

/** A fresh data folder, removed after the test. */
export function dataFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'tapedeck-test-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

export function marketFacts(ticker: string, changes: Partial<Market> = {}): Omit<Market, 'index'> {
  return {
    ticker,
    event: 'KXHIGHCHI-25OCT01',
    series: 'KXHIGHCHI',
    title: 'High in Chicago?',
    strike: { type: 'between', floor: 70, cap: 71 },
    grid: CENT_GRID,
    openTime: null,
    closeTime: null,
    day: '2025-10-01',
    mutuallyExclusive: true,
    ...changes,
  };
}

/** A row with plain defaults: a delta of one contract at 50 cents on market 0. */
export function row(changes: Partial<Row> & { readonly localTime: number }): Row {
  return {
    exchangeTime: changes.localTime,
    kind: DELTA,
    market: 0,
    side: 0,
    price: 5_000,
    quantity: 100,
    more: false,
    detail: null,
    ...changes,
  };
}

/** A detail row; `market` is that of its detail, 0 where it has none. */
export function detailRow(localTime: number, detail: Detail, market = 0): Row {
  return row({ localTime, kind: DETAIL, price: 0, quantity: 0, market, detail });
}

export function coverageRow(localTime: number, market: number, covered: boolean, reason = 'a test'): Row {
  return detailRow(localTime, { type: 'coverage', change: { market: market as MarketIndex, covered, reason } }, market);
}

/** `count` trades, one a second, on one market. */
export function trades(count: number): Row[] {
  return Array.from({ length: count }, (_, index) =>
    row({ localTime: START + index * 1_000_000, kind: TRADE, quantity: 100 + index }),
  );
}

export function addRow(builder: TapeBuilder, { exchangeTime, localTime, detail, ...rest }: Row): void {
  if (detail !== null) builder.detail(exchangeTime as Time, localTime as Time, detail);
  else {
    builder.event(
      exchangeTime as Time,
      localTime as Time,
      rest.kind,
      rest.market as MarketIndex,
      rest.side as Side,
      rest.price as Price,
      rest.quantity as Quantity,
      rest.more,
    );
  }
}

export async function sealRows(
  folder: string,
  rows: readonly Row[],
  options: Partial<TapeBuilderOptions> & {
    facts?: Partial<TapeFacts>;
    markets?: readonly Omit<Market, 'index'>[];
  } = {},
): Promise<SealedTape> {
  const { facts, markets = [marketFacts('A'), marketFacts('B'), marketFacts('C')], ...rest } = options;
  const builder = await TapeBuilder.create({ folder, name: 'test', ...rest });
  for (const market of markets) builder.addMarket(market);
  for (const each of rows) addRow(builder, each);
  return builder.seal({ ...FACTS, ...facts });
}

/** A block's rows as plain objects. */
export function rowsOf(block: TapeBlock): Row[] {
  return Array.from({ length: block.length }, (_, index) => {
    const key = block.key[index]!;
    const localTime = block.baseTime + block.localOffset[index]!;
    return {
      localTime,
      exchangeTime: localTime - (block.delay === null ? block.constantDelay : block.delay[index]!),
      kind: ((key >> 1) & 7) as MarketEventKind,
      market: key >>> 5,
      side: key & 1,
      more: (key & 16) !== 0,
      price: block.price[index]!,
      quantity: block.quantity[index]!,
      detail: block.details.get(index) ?? null,
    };
  });
}

export async function readRows(tape: Tape, rows?: number): Promise<Row[]> {
  const all: Row[] = [];
  for await (const block of tape.blocks(rows === undefined ? {} : { rows })) all.push(...rowsOf(block));
  return all;
}
