import { describe, expect, it } from 'vitest';
import { decodeMarket, marketBodies } from '../../src/kalshi/decode-market.ts';
import { parseTicker, seriesToday } from '../../src/kalshi/ticker.ts';

const event = { event_ticker: 'KXHIGHCHI-26SEP15', series_ticker: 'KXHIGHCHI', mutually_exclusive: true };
const market = {
  ticker: 'KXHIGHCHI-26SEP15-B84.5',
  event_ticker: 'KXHIGHCHI-26SEP15',
  yes_sub_title: '84° to 85°',
  status: 'finalized',
  strike_type: 'between',
  floor_strike: 84,
  cap_strike: 85,
  open_time: '2026-09-14T14:00:00Z',
  close_time: '2026-09-16T06:00:00Z',
  result: 'yes',
  settlement_value_dollars: '1.0000',
  settlement_ts: '2026-09-16T14:10:00.5Z',
  price_level_structure: 'linear_cent',
  price_ranges: [{ start: '0.0000', end: '1.0000', step: '0.0100' }],
};

describe('a market record', () => {
  it('gives facts, grid and result', () => {
    const { facts, settlement, settlementTime, gridStated } = decodeMarket(market, event);
    expect(facts).toMatchObject({
      ticker: 'KXHIGHCHI-26SEP15-B84.5',
      event: 'KXHIGHCHI-26SEP15',
      series: 'KXHIGHCHI',
      title: '84° to 85°',
      strike: { type: 'between', floor: 84, cap: 85 },
      day: '2026-09-15',
      mutuallyExclusive: true,
    });
    expect(facts.grid.size).toBe(99);
    expect(gridStated).toBe(true);
    expect(settlement).toEqual({ outcome: 'yes', value: 10_000 });
    expect(settlementTime).toBe(Date.UTC(2026, 8, 16, 14, 10, 0, 500) * 1_000);
  });

  it('obeys the price ranges, not the label', () => {
    const odd = { ...market, price_ranges: [{ start: '0.0000', end: '1.0000', step: '0.0010' }] };
    expect(decodeMarket(odd, event).facts.grid.size).toBe(999);
  });

  it('of the past states no grid and no settlement time, and names the old series', () => {
    const old = {
      ticker: 'HIGHCHI-24OCT01-T68',
      result: 'no',
      strike_type: 'less',
      cap_strike: 68,
      close_time: '2024-10-02T03:59:00Z',
    };
    const decoded = decodeMarket(old, null);
    expect(decoded.facts).toMatchObject({
      event: 'HIGHCHI-24OCT01',
      series: 'KXHIGHCHI',
      day: '2024-10-01',
      openTime: null,
    });
    expect(decoded).toMatchObject({ gridStated: false, settlementTime: null, settlement: { outcome: 'no', value: 0 } });
  });

  it('without a result is not settled, and a scalar one pays its value', () => {
    expect(decodeMarket({ ...market, result: '' }, event).settlement).toBeNull();
    expect(decodeMarket({ ...market, result: 'scalar', settlement_value_dollars: '0.4200' }, event).settlement).toEqual(
      {
        outcome: 'scalar',
        value: 4_200,
      },
    );
    expect(() => decodeMarket({ ...market, result: 'scalar', settlement_value_dollars: null }, event)).toThrow(
      'settlement value',
    );
    expect(() => decodeMarket({ ...market, result: 'perhaps' }, event)).toThrow('perhaps');
  });

  it('is found in every wrapping the venue uses', () => {
    expect(marketBodies({ event, markets: [market] })).toEqual([{ market, event }]);
    expect(marketBodies({ event: { ...event, markets: [market] } })[0]?.market).toBe(market);
    expect(marketBodies({ events: [{ ...event, markets: [market] }] })[0]?.event).toMatchObject(event);
    expect(marketBodies({ markets: [market], cursor: '' })).toEqual([{ market, event: null }]);
    expect(marketBodies({ market })).toEqual([{ market, event: null }]);
    expect(() => marketBodies({ nothing: 1 })).toThrow('neither an event nor a market');
  });
});

describe('a ticker', () => {
  it('names series, event, strike and day', () => {
    expect(parseTicker('KXHIGHNY-26JUN15-T78')).toEqual({
      series: 'KXHIGHNY',
      event: 'KXHIGHNY-26JUN15',
      strike: 'T78',
      day: '2026-06-15',
    });
    expect(parseTicker('KXNEXTTEAMNBA-26LJAM-MIA').day).toBeNull();
    expect(parseTicker('KXBTCD-26JUL0317-T60499.99')).toMatchObject({ strike: 'T60499.99', day: '2026-07-03' });
  });

  it('keeps the sign of a strike below zero', () => {
    expect(parseTicker('HIGHCHI-24JAN14-B-0.5')).toMatchObject({ event: 'HIGHCHI-24JAN14', strike: 'B-0.5' });
    expect(parseTicker('HIGHCHI-24JAN14-T-1').strike).toBe('T-1');
  });

  it('of a renamed series gives the series of today', () => {
    expect(seriesToday('HIGHCHI')).toBe('KXHIGHCHI');
    expect(seriesToday('KXHIGHCHI')).toBe('KXHIGHCHI');
    expect(seriesToday('KXBTCD')).toBe('KXBTCD');
  });
});
