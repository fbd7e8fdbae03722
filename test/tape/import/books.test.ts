import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { prepare, QUOTES, TRADES } from './small-source.ts';

const T = 1_727_784_000;
const refused = (code: string) => expect.objectContaining({ name: 'Fault', code });

describe('best bids and asks', () => {
  const quotes = (...rows: string[]) => ({
    'quotes.csv': `ticker,ts,bid,ask\n${rows.map((row) => `S-E-A,${row}\n`).join('')}`,
  });

  it('give one update of two rows: bid, then ask', async () => {
    const tape = await prepare(QUOTES, quotes(`${T},47,49`));
    expect(tape.rowsOf('quote')).toMatchObject([
      { side: 'bid', price_e4: 4_700, quantity_e2: null, more: true },
      { side: 'ask', price_e4: 4_900, quantity_e2: null, more: false },
    ]);
    expect(tape.sizesRecorded).toBe(false);
  });

  it('of 0 and 100, or of nothing at all, are empty sides', async () => {
    const tape = await prepare(QUOTES, quotes(`${T},0,49`, `${T + 1},47,100`, `${T + 2},,`));
    expect(tape.rowsOf('quote').map((row) => row.price_e4)).toEqual([0, 4_900, 4_700, 0, 0, 0]);
    expect([tape.told('without a bid'), tape.told('without an ask'), tape.told('without bid and ask')]).toEqual([
      1, 1, 1,
    ]);
  });

  it('turn a NO bid into the YES ask', async () => {
    const { ask: _, ...rest } = QUOTES;
    const tape = await prepare(
      { ...rest, noBid: { column: 'ask', unit: 'cents' } },
      quotes(`${T},47,51`, `${T + 1},47,0`),
    );
    expect(tape.rowsOf('quote').map((row) => row.price_e4)).toEqual([4_700, 4_900, 4_700, 0]);
  });

  it('that cross are refused, kept or left out, as the mapping says; locked ones are counted', async () => {
    const files = quotes(`${T},50,49`, `${T + 1},49,49`);
    await expect(prepare(QUOTES, files)).rejects.toThrow(refused('crossed-book'));
    const kept = await prepare({ ...QUOTES, crossed: 'keep' }, files);
    expect([kept.rowsOf('quote').length, kept.told('bid above the ask'), kept.told('at one price')]).toEqual([4, 1, 1]);
    const left = await prepare({ ...QUOTES, crossed: 'leave-out' }, files);
    expect(left.rowsOf('quote')).toHaveLength(2);
  });

  it('that are no number are not taken for an empty side', async () => {
    await expect(prepare(QUOTES, quotes(`${T},n/a,49`))).rejects.toThrow('no readable "bid"');
  });

  it('sampled now and then cover their market only so long after each sample', async () => {
    const coverage = { basis: 'declared', claim: 'samples', span: 'samples', staleAfterSeconds: 10 };
    const { details, told } = await prepare(
      { ...QUOTES, coverage },
      quotes(`${T},1,2`, `${T + 5},1,2`, `${T + 60},1,2`),
    );
    const said = details.filter((detail) => detail.type === 'coverage');
    expect(
      said.map((detail) => [(detail.change as { covered: boolean }).covered, Number(detail.at) / 1e6 - T]),
    ).toEqual([
      [true, 0],
      [false, 15],
      [true, 60],
      [false, 70],
    ]);
    expect(told('gaps between samples')).toBe(1);
  });

  it('of one event end their coverage together, at the last row of the event', async () => {
    const files = { 'quotes.csv': `ticker,ts,bid,ask\nS-E-A,${T},1,2\nS-E-B,${T + 9},1,2\n` };
    const { details } = await prepare(QUOTES, files);
    const ends = details.filter((detail) => JSON.stringify(detail).includes('"covered":false'));
    expect(ends.map((detail) => detail.at)).toEqual([(T + 9) * 1e6]);
  });
});

describe('candles', () => {
  const { ...rest } = QUOTES;
  const candles = { ...rest, rows: 'candles', periodMinutes: 'minutes', filledForward: 'filled' };
  const files = {
    'quotes.csv': `ticker,ts,bid,ask,minutes,filled\nS-E-A,${T},47,49,1,false\nS-E-A,${T + 60},47,49,1,true\nS-E-A,${T + 120},48,50,1,false\n`,
  };

  it('are known at the end of their period, never at its start', async () => {
    const tape = await prepare(candles, files);
    expect(tape.rowsOf('quote').map((row) => Number(row.local_time_us) / 1e6 - T)).toEqual([60, 60, 180, 180]);
  });

  it('that the source filled forward are no rows', async () => {
    expect((await prepare(candles, files)).told('filled forward')).toBe(1);
  });
});

describe('books of full depth', () => {
  const { price: _, quantity: __, takerSide: ___, ...rest } = TRADES;
  const books = {
    ...rest,
    rows: 'books',
    source: { format: 'jsonl', files: 'books.jsonl' },
    time: { column: 'at', unit: 'iso' },
    yesBids: { column: 'yes', unit: 'dollars' },
    noBids: { column: 'no', unit: 'dollars' },
    sweep: 'sweep',
    localDelaySeconds: 120,
    grade: { depth: 'L2', trades: false, sampling: 'sampled' },
    coverage: { basis: 'declared', claim: 'books', span: 'samples', staleAfterSeconds: 60 },
  };
  const book = (yes: number[][], no: number[][], ticker = 'S-E-A') =>
    `${JSON.stringify({ ticker, at: '2024-10-01T12:00:00Z', yes, no, sweep: 'one' })}\n`;
  const file = (...lines: string[]) => ({ 'books.jsonl': lines.join('') });

  it('are one group of levels each, NO bids turned into YES asks', async () => {
    const tape = await prepare(
      books,
      file(
        book(
          [
            [0.47, 2.5],
            [0.46, 1],
          ],
          [[0.5, 7]],
        ),
        book([], [[0.9, 1]], 'S-E-B'),
      ),
    );
    expect(
      tape
        .rowsOf('snapshot')
        .map(({ market, side, price_e4, quantity_e2, more }) => [market, side, price_e4, quantity_e2, more]),
    ).toEqual([
      [0, 'bid', 4_700, 250, true],
      [0, 'bid', 4_600, 100, true],
      [0, 'ask', 5_000, 700, false],
      [1, 'ask', 1_000, 100, false],
    ]);
    expect(tape.told('one side empty')).toBe(1);
    expect(tape.sizesRecorded).toBe(true);
  });

  it('of one capture time for many markets are told, and known only after the sweep', async () => {
    const tape = await prepare(books, file(book([[0.47, 1]], []), book([[0.47, 1]], [], 'S-E-B')));
    expect(tape.told('one capture time for many markets')).toBe(2);
    const [first] = tape.rowsOf('snapshot');
    expect(Number(first?.local_time_us) - Number(first?.exchange_time_us)).toBe(120e6);
  });

  it('without a level are a row that says so', async () => {
    const tape = await prepare(books, file(book([], []), book([[0.47, 0]], [])));
    expect(tape.rowsOf('snapshot')).toMatchObject([
      { price_e4: 0, quantity_e2: 0, more: false },
      { price_e4: 0, quantity_e2: 0, more: false },
    ]);
    expect([tape.told('both sides empty'), tape.told('size zero')]).toEqual([1, 1]);
  });

  it('that cross, or hold a level off the grid, are refused', async () => {
    await expect(prepare(books, file(book([[0.6, 1]], [[0.5, 1]])))).rejects.toThrow(refused('crossed-book'));
    await expect(prepare(books, file(book([[0.605, 1]], [])))).rejects.toThrow(refused('off-grid-price'));
    await expect(prepare(books, file(book([[0.6, 0.005]], [])))).rejects.toThrow(refused('unsupported-precision'));
  });

  it('lose a torn last line, counted, and are refused with a broken one in the middle', async () => {
    const whole = book([[0.47, 1]], []);
    const tape = await prepare(books, file(whole, whole.slice(0, 30)));
    expect([tape.rowsOf('snapshot').length, tape.told('torn last line')]).toEqual([1, 1]);
    await expect(prepare(books, file(whole, '{"ticker":\n', whole))).rejects.toThrow(
      /books.jsonl, line 2: it is not JSON/,
    );
  });
});

describe('the example of books in docs/import.md', () => {
  it('imports as it says', async () => {
    const text = readFileSync('docs/import.md', 'utf8');
    const section = text.slice(text.indexOf('## Books'), text.indexOf('## Fields'));
    const mapping = /```json\n([\s\S]*?)```/.exec(section)?.[1] ?? '';
    const lines = [...section.matchAll(/\{"at": .*\}\n/g)].map(([line]) => line);
    expect(lines).toHaveLength(2);
    const tape = await prepare(JSON.parse(mapping), { 'books.jsonl': lines.join('') });
    expect(tape.rowsOf('snapshot').map((row) => [row.side, row.price_e4, row.quantity_e2])).toEqual([
      ['bid', 4_600, 12_000],
      ['bid', 4_500, 8_000],
      ['ask', 4_800, 6_000],
      ['bid', 4_600, 9_000],
    ]);
    expect(tape.details.filter(({ type }) => type === 'coverage')).not.toEqual([]);
  });
});
