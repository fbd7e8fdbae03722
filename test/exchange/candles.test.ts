import { describe, expect, it } from 'vitest';
import type { Price } from '../../src/core/price.ts';
import { contracts } from '../../src/core/quantity.ts';
import { parseTime, type Time } from '../../src/core/time.ts';
import { candleFacts, candleRange } from '../../src/exchange/candle-facts.ts';
import { Candles } from '../../src/exchange/candles.ts';
import type { MarketRecord } from '../../src/exchange/market-record.ts';
import { Query } from '../../src/exchange/query.ts';
import { Refusal } from '../../src/exchange/refusal.ts';

const NOON = parseTime('2030-01-05T12:00:00Z');
const second = (count: number): Time => (NOON + count * 1_000_000) as Time;
const from = NOON / 1e6;

/** Two prints in the first minute, one in the second, a quote in the ninetieth. */
function candles(): Candles {
  const made = new Candles();
  made.quote(second(1), 4_000, 4_400);
  made.trade(second(2), 4_400 as Price, contracts(3), 300);
  made.quote(second(3), 4_100, 4_500);
  made.trade(second(50), 4_100 as Price, contracts(1), 400);
  made.trade(second(61), 4_500 as Price, contracts(2), 600);
  made.quote(second(90 * 60 + 5), 3_900, 4_500);
  return made;
}

describe('candles', () => {
  it('open with the close before them, and hold what lay between', () => {
    const [first, next, last] = candles().between(from, from + 7_200, 1);
    expect(first).toMatchObject({
      end: from + 60,
      bid: { open: 0, low: 0, high: 4_100, close: 4_100 },
      ask: { open: 10_000, low: 4_400, high: 10_000, close: 4_500 },
      price: { open: 4_400, low: 4_100, high: 4_400, close: 4_100 },
      volume: 400,
      openInterest: 400,
      previous: null,
    });
    expect(next).toMatchObject({ end: from + 120, bid: { open: 4_100, close: 4_100 }, volume: 200, previous: 4_100 });
    expect(last).toMatchObject({ end: from + 91 * 60, price: null, volume: 0, openInterest: 600, previous: 4_500 });
  });

  it('join into hours without changing the minutes', () => {
    const made = candles();
    for (let again = 0; again < 2; again++) {
      const hours = made.between(from, from + 7_200, 60);
      expect(hours.map(({ end, volume }) => [end - from, volume])).toEqual([
        [3_600, 600],
        [7_200, 0],
      ]);
      expect(hours[0]!.price).toEqual({ open: 4_400, low: 4_100, high: 4_500, close: 4_500 });
    }
    expect(made.volumeSince(second(60))).toBe(200);
  });

  it('on the wire begin, where asked, with the last before the range, as if nothing had happened since', () => {
    const record = { candles: candles() } as unknown as MarketRecord;
    const range = { from: from + 3_600, to: from + 3 * 3_600, minutes: 60, withLatest: true };
    const [latest, ...rest] = candleFacts(record, { ...range, from: from + 3_601, minutes: 1 });
    expect(latest).toMatchObject({
      end_period_ts: from + 3_660,
      price: { open_dollars: null, previous_dollars: '0.4500' },
      volume_fp: '0.00',
    });
    expect(rest).toHaveLength(1);
    expect(rest[0]!.price).toEqual({ previous_dollars: '0.4500' });
    const [whole] = candleFacts(record, { ...range, from, to: from + 3_600, withLatest: false });
    // 3 at 44, 1 at 41 and 2 at 45 cents.
    expect(whole).toMatchObject({ price: { mean_dollars: '0.4383', min_dollars: '0.4100', max_dollars: '0.4500' } });
  });

  it('come by the minute, the hour or the day only', () => {
    const ask = (text: string) => () => candleRange(new Query('GetMarketCandlesticks', text));
    expect(ask('start_ts=1&end_ts=9&period_interval=60')()).toEqual({ from: 1, to: 9, minutes: 60, withLatest: false });
    for (const text of [
      'start_ts=1&end_ts=9',
      'start_ts=1&end_ts=9&period_interval=5',
      'start_ts=9&end_ts=1&period_interval=1',
    ]) {
      expect(ask(text), text).toThrow(Refusal);
    }
  });
});
