import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { expect, it } from 'vitest';
import { Book } from '../../src/book/book.ts';
import { OPEN } from '../../src/book/book-state.ts';
import { noBook } from '../../src/book/no-book.ts';
import { complement, type NoPrice, parsePrice } from '../../src/core/price.ts';
import { CENT_GRID } from '../../src/core/price-grid.ts';
import { parseQuantity } from '../../src/core/quantity.ts';
import { ASK, BID, type Side } from '../../src/core/side.ts';
import { describeReal } from '../real-data.ts';

type Rows = readonly (readonly [string, string])[];

interface Frame {
  readonly type: string;
  readonly sid?: number;
  readonly seq?: number;
  readonly msg: {
    readonly market_ticker: string;
    readonly yes_dollars_fp?: Rows;
    readonly no_dollars_fp?: Rows;
    readonly price_dollars: string;
    readonly delta_fp: string;
    readonly side: 'yes' | 'no';
  };
}

/** In this recording a NO level stands at its NO price, so that it is an ask of the YES book at 1 − p. */
function yesSide(leg: 'yes' | 'no', dollars: string) {
  const price = parsePrice(dollars);
  return leg === 'yes'
    ? { side: BID as Side, price }
    : { side: ASK as Side, price: complement(price as number as NoPrice) };
}

function applySnapshot(book: Book, { msg }: Frame): void {
  book.beginSnapshot();
  for (const leg of ['yes', 'no'] as const) {
    for (const [dollars, count] of msg[`${leg}_dollars_fp`] ?? []) {
      const { side, price } = yesSide(leg, dollars);
      book.setLevel(side, price, parseQuantity(count));
    }
  }
  book.endSnapshot();
}

describeReal('kalshi-ws-frames', 'the recorded session of 2026-07-01', (folder) => {
  const read = () =>
    gunzipSync(readFileSync(join(folder, 'session-2026-07-01.jsonl.gz')))
      .toString('utf8')
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as Frame);

  it('numbers its frames without a gap when acknowledgements count too', () => {
    const numbered = read().filter(({ sid, seq }) => sid === 1 && seq !== undefined);
    expect(numbered.map(({ seq }) => seq)).toEqual(numbered.map((_, index) => index + 1));
    expect(numbered.filter(({ type }) => type === 'ok')).toHaveLength(4);
    const withoutOk = numbered.filter(({ type }) => type !== 'ok').map(({ seq }) => seq!);
    expect(withoutOk.some((seq, index) => index > 0 && seq !== withoutOk[index - 1]! + 1)).toBe(true);
  });

  it('gives NO levels in NO prices: so read every market is one cent wide, as YES prices one would be crossed', () => {
    const snapshots = read().filter(({ type }) => type === 'orderbook_snapshot');
    const widths = snapshots.map(({ msg }) => {
      const yes = (msg.yes_dollars_fp ?? []).map(([dollars]) => parsePrice(dollars) as number);
      const no = (msg.no_dollars_fp ?? []).map(([dollars]) => parsePrice(dollars) as number);
      return { asNo: 10_000 - Math.max(...no) - Math.max(...yes), asYes: Math.min(...no) - Math.max(...yes) };
    });
    expect(widths.map(({ asNo }) => asNo)).toEqual([100, 100, 100, 100, 100]);
    expect(Math.min(...widths.map(({ asYes }) => asYes))).toBe(-4_200);
  });

  it('rebuilds every book with no negative, crossed, locked or skipped state', () => {
    const books = new Map<string, Book>();
    const naive = new Map<string, Map<string, number>>();
    let deltas = 0;
    for (const frame of read()) {
      if (frame.type !== 'orderbook_snapshot' && frame.type !== 'orderbook_delta') continue;
      const { msg } = frame;
      const book = books.get(msg.market_ticker) ?? new Book(CENT_GRID);
      const levels = naive.get(msg.market_ticker) ?? new Map<string, number>();
      books.set(msg.market_ticker, book);
      naive.set(msg.market_ticker, levels);
      if (frame.type === 'orderbook_snapshot') {
        applySnapshot(book, frame);
        levels.clear();
        for (const [dollars, count] of msg.yes_dollars_fp ?? []) levels.set(`yes ${dollars}`, parseQuantity(count));
        for (const [dollars, count] of msg.no_dollars_fp ?? []) levels.set(`no ${dollars}`, parseQuantity(count));
      } else {
        const { side, price } = yesSide(msg.side, msg.price_dollars);
        const key = `${msg.side} ${msg.price_dollars}`;
        const size = (levels.get(key) ?? 0) + parseQuantity(msg.delta_fp);
        levels.set(key, size);
        expect(book.applyDelta(side, price, parseQuantity(msg.delta_fp))).toBe(size);
        deltas++;
      }
      expect(book.state).toBe(OPEN);
    }
    expect([books.size, deltas]).toEqual([5, 2_885]);
    for (const [ticker, book] of books) {
      expect([book.ignored, book.tears]).toEqual([0, 0]);
      const no = noBook(book.readable()!);
      for (const [key, size] of naive.get(ticker)!) {
        const [leg, dollars] = key.split(' ') as ['yes' | 'no', string];
        const price = parsePrice(dollars);
        const shown = leg === 'yes' ? book.readable()?.sizeAt(BID, price) : no.sizeAt(BID, price as number as NoPrice);
        expect(shown).toBe(size);
      }
    }
  });
});
