import { describe, expect, it } from 'vitest';
import { formatTime } from '../../src/core/time.ts';
import { decodeTrade, tradeBodies } from '../../src/kalshi/decode-trade.ts';

const today = {
  trade_id: 'a1',
  ticker: 'KXHIGHCHI-26SEP15-B84.5',
  count_fp: '12.50',
  yes_price_dollars: '0.3100',
  no_price_dollars: '0.6900',
  taker_side: 'yes',
  taker_outcome_side: 'yes',
  taker_book_side: 'bid',
  created_time: '2026-09-15T15:00:00.123456Z',
  is_block_trade: false,
};
const past = {
  trade_id: 'b2',
  ticker: 'HIGHCHI-24OCT01-T68',
  count: 50,
  created_time: '2024-10-01T12:00:02.073274Z',
  yes_price: 1,
  no_price: 99,
  taker_side: 'no',
};

describe('a public trade', () => {
  it('is read in the form of today: dollar strings, hundredths of a contract, book side', () => {
    const trade = decodeTrade(today);
    expect(trade).toMatchObject({ id: 'a1', price: 3_100, quantity: 1_250, side: 0, block: false });
    expect(formatTime(trade.time)).toBe('2026-09-15T15:00:00.123456Z');
  });

  it('is read in the form of the past: whole cents, whole contracts, taker leg', () => {
    expect(decodeTrade(past)).toMatchObject({ price: 100, quantity: 5_000, side: 1 });
  });

  it('is read from the trade channel, which names the market ticker and milliseconds', () => {
    const { created_time: _, ticker: __, ...rest } = today;
    const trade = decodeTrade({ ...rest, market_ticker: 'M', ts: 1_789_484_400, ts_ms: 1_789_484_400_123 });
    expect(trade).toMatchObject({ ticker: 'M', time: 1_789_484_400_123_000 });
  });

  it('reads one cent and one dollar of the past apart from fractions of a dollar', () => {
    expect(decodeTrade({ ...past, yes_price: 99, no_price: 1 }).price).toBe(9_900);
    expect(decodeTrade({ ...past, yes_price: '0.0500', no_price: '0.9500' }).price).toBe(500);
  });

  it('has no side where the wire does not say who took', () => {
    const { taker_side: _, ...unsided } = past;
    expect(decodeTrade(unsided).side).toBeNull();
  });

  it.each([
    ['two different taker sides', { ...today, taker_side: 'no' }],
    ['prices that do not sum to one dollar', { ...today, no_price_dollars: '0.6800' }],
    ['no size', { ...today, count_fp: '0.00' }],
    ['a price finer than the venue has', { ...today, yes_price_dollars: '0.31001', no_price_dollars: '0.68999' }],
    ['no price', { trade_id: 'x', ticker: 'M', count: 1, created_time: past.created_time }],
    ['a taker that is neither yes nor no', { ...past, taker_side: 'maybe' }],
    ['no time', { ...past, created_time: null }],
  ])('is refused when it has %s', (_, body) => {
    expect(() => decodeTrade(body)).toThrow(expect.objectContaining({ name: 'Fault' }));
  });

  it('is found in an API page, in a plain list and in lists by ticker', () => {
    expect(tradeBodies({ trades: [today], cursor: '' })).toEqual([today]);
    expect(tradeBodies([today, past])).toEqual([today, past]);
    expect(tradeBodies({ A: [today], B: [past] })).toEqual([today, past]);
    expect(() => tradeBodies({ A: 1 })).toThrow('trades of A');
  });
});
