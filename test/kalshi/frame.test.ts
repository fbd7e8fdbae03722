import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { decodeFrame, parseFrame, type WireFrame } from '../../src/kalshi/frame.ts';
import { FrameSession, type SessionSink } from '../../src/kalshi/frame-session.ts';
import { detectPricing } from '../../src/kalshi/leg-pricing.ts';
import { describeReal } from '../real-data.ts';

const M = 'KXHIGHCHI-26SEP15-B84.5';
const snapshot = (seq: number, yes: [string, string][], no: [string, string][], ticker = M) =>
  decodeFrame({
    type: 'orderbook_snapshot',
    sid: 1,
    seq,
    msg: {
      market_ticker: ticker,
      ...(yes.length > 0 && { yes_dollars_fp: yes }),
      ...(no.length > 0 && { no_dollars_fp: no }),
    },
  });
const delta = (seq: number, side: string, price: string, change: string, second = seq, ticker = M) =>
  decodeFrame({
    type: 'orderbook_delta',
    sid: 1,
    seq,
    msg: {
      market_ticker: ticker,
      side,
      price_dollars: price,
      delta_fp: change,
      ts: `2026-09-15T15:00:${String(second).padStart(2, '0')}.000001Z`,
    },
  });
const ok = (seq: number) => decodeFrame({ type: 'ok', id: 3, sid: 1, seq, msg: { market_tickers: [M] } });

function follow(frames: WireFrame[], pricing: 'no-prices' | 'yes-prices' = 'no-prices') {
  const said: string[] = [];
  const sink: SessionSink = {
    snapshot: (ticker, levels, time, local) => {
      said.push(
        `book ${ticker === M ? '' : ticker}${levels.map((l) => `${'ba'[l.side]}${l.price}x${l.quantity}`).join(' ')} ${time % 60_000_000} ${local % 60_000_000}`,
      );
    },
    delta: (_, l) => said.push(`${'ba'[l.side]}${l.price}${l.quantity < 0 ? '' : '+'}${l.quantity}`),
    trade: (trade) => said.push(`trade ${trade.price}`),
    coverage: (ticker, covered, reason) =>
      said.push(`${covered ? 'covered' : 'torn'} ${ticker === M ? '' : ticker}${covered ? '' : reason}`.trim()),
  };
  const session = new FrameSession(sink, pricing);
  for (const frame of frames) session.accept(frame, null);
  return { said, counts: session.counts, lost: session.finish() };
}

describe('frames of a session', () => {
  it('give the YES book: a NO bid at q is an ask at one dollar less q', () => {
    const { said } = follow([
      snapshot(1, [['0.3100', '120.00']], [['0.6700', '55.00']]),
      delta(2, 'no', '0.6700', '-5.00'),
    ]);
    expect(said).toEqual(['covered', 'book b3100x12000 a3300x5500 2000001 2000001', 'a3300-500']);
  });

  it('give a snapshot without a time the time of the next message of its subscription', () => {
    const { said, counts } = follow([snapshot(1, [], []), delta(2, 'yes', '0.3100', '1.00', 7)]);
    expect(said[1]).toBe('book  7000001 7000001');
    expect(counts.untimedSnapshots).toBe(1);
  });

  it('count acknowledgements in the sequence', () => {
    const { counts } = follow([snapshot(1, [], []), ok(2), ok(3), delta(4, 'yes', '0.3000', '1.00')]);
    expect(counts).toMatchObject({ gaps: 0, acknowledgements: 2 });
  });

  it('tear every book of the subscription at a gap, and drop what comes until a snapshot', () => {
    const { said, counts } = follow([
      snapshot(1, [], []),
      snapshot(2, [], [], 'N'),
      delta(3, 'yes', '0.3000', '1.00'),
      delta(6, 'yes', '0.3100', '1.00'),
      snapshot(7, [['0.3100', '2.00']], []),
      delta(8, 'yes', '0.3100', '1.00'),
    ]);
    expect(said.slice(4)).toEqual([
      'b3000+100',
      'torn sequence gap: 3 then 6',
      'torn Nsequence gap: 3 then 6',
      'covered',
      'book b3100x200 8000001 8000001',
      'b3100+100',
    ]);
    expect(counts).toMatchObject({ gaps: 1, missingMessages: 2, deltasWithoutBook: 1 });
  });

  it('leave out a message that was there before', () => {
    const { said, counts } = follow([snapshot(1, [], []), delta(2, 'yes', '0.3', '1'), delta(2, 'yes', '0.3', '1')]);
    expect(said.filter((line) => line === 'b3000+100')).toHaveLength(1);
    expect(counts.duplicates).toBe(1);
  });

  it('tear a book whose level would fall below zero', () => {
    const { said, counts } = follow([
      snapshot(1, [['0.3000', '1.00']], []),
      delta(2, 'yes', '0.3000', '-2.00'),
      delta(3, 'yes', '0.3000', '1.00'),
    ]);
    expect(said[2]).toContain('torn a level would be less than empty');
    expect(counts).toMatchObject({ negativeLevels: 1, deltasWithoutBook: 1 });
  });

  it('never let local time fall, while the venue time stays as it was', () => {
    const { counts } = follow([snapshot(1, [], []), delta(2, 'yes', '0.3', '1', 9), delta(3, 'yes', '0.3', '1', 8)]);
    expect(counts.timesMovedUp).toBe(1);
  });

  it('refuse a snapshot that the stated pricing of the NO leg crosses', () => {
    const frames = [snapshot(1, [['0.4700', '1.00']], [['0.5200', '1.00']]), delta(2, 'yes', '0.1', '1')];
    expect(() =>
      follow([snapshot(1, [['0.4700', '1.00']], [['0.5400', '1.00']]), delta(2, 'yes', '0.1', '1')]),
    ).toThrow(expect.objectContaining({ code: 'crossed-book' }));
    expect(follow(frames).said[1]).toBe('book b4700x100 a4800x100 2000001 2000001');
    expect(follow(frames, 'yes-prices').said[1]).toBe('book b4700x100 a5200x100 2000001 2000001');
  });
});

describe('the pricing of the NO leg', () => {
  it('is the one in which no snapshot is crossed', () => {
    expect(
      detectPricing([
        snapshot(
          1,
          [['0.4700', '1']],
          [
            ['0.0500', '1'],
            ['0.5200', '1'],
          ],
        ),
      ]),
    ).toBe('no-prices');
    expect(
      detectPricing([
        snapshot(
          1,
          [['0.4700', '1']],
          [
            ['0.6000', '1'],
            ['0.9900', '1'],
          ],
        ),
      ]),
    ).toBe('yes-prices');
  });

  it('is asked for when the snapshots fit both, or neither', () => {
    expect(() => detectPricing([snapshot(1, [['0.1000', '1']], [['0.7000', '1']])])).toThrow('fit both');
    expect(() =>
      detectPricing([
        snapshot(
          1,
          [['0.5000', '1']],
          [
            ['0.3000', '1'],
            ['0.6000', '1'],
          ],
        ),
      ]),
    ).toThrow('crossed in NO prices and');
  });
});

describe('one frame', () => {
  it('of the past, in whole cents, is read as such', () => {
    expect(
      decodeFrame({
        type: 'orderbook_delta',
        sid: 1,
        seq: 2,
        msg: { market_ticker: M, side: 'yes', price: 5, delta: -3, ts: '2024-01-01T00:00:00Z' },
      }),
    ).toMatchObject({
      price: 500,
      change: -300,
    });
  });

  it('that is no JSON, or lacks a field, is refused', () => {
    expect(() => parseFrame('{"type":"orderb')).toThrow(expect.objectContaining({ code: 'malformed-input' }));
    expect(() => parseFrame('{"type":"orderbook_delta","sid":1,"seq":1,"msg":{}}')).toThrow('side is missing');
  });

  it('that lists subscriptions counts in none', () => {
    expect(decodeFrame({ type: 'ok', id: 3, msg: [{ channel: 'trade', sid: 2 }] })).toMatchObject({
      type: 'other',
      seq: null,
    });
  });
});

describeReal('kalshi-ws-frames', 'a recorded session of 2,896 frames', (folder) => {
  const lines = () =>
    gunzipSync(readFileSync(`${folder}/session-2026-07-01.jsonl.gz`))
      .toString('utf8')
      .trimEnd()
      .split('\n')
      .map(parseFrame);

  it('prices its NO leg in NO prices', () => {
    expect(detectPricing(lines())).toBe('no-prices');
  });

  it('rebuilds five books through 2,885 deltas without a negative, crossed or skipped state', () => {
    const books = new Map<string, [Map<number, number>, Map<number, number>]>();
    let deltas = 0;
    let crossed = 0;
    const sink: SessionSink = {
      snapshot: (ticker, levels) => {
        const sides: [Map<number, number>, Map<number, number>] = [new Map(), new Map()];
        for (const level of levels) sides[level.side].set(level.price, level.quantity);
        books.set(ticker, sides);
      },
      delta: (ticker, { side, price, quantity }) => {
        deltas++;
        const [bids, asks] = books.get(ticker)!;
        const levels = side === 0 ? bids : asks;
        const left = (levels.get(price) ?? 0) + quantity;
        expect(left).toBeGreaterThanOrEqual(0);
        if (left === 0) levels.delete(price);
        else levels.set(price, left);
        if (bids.size > 0 && asks.size > 0 && Math.max(...bids.keys()) >= Math.min(...asks.keys())) crossed++;
      },
      trade: () => {},
      coverage: (_, covered) => expect(covered).toBe(true),
    };
    const session = new FrameSession(sink, 'no-prices');
    for (const frame of lines()) session.accept(frame, null);
    expect(session.finish()).toBe(0);
    expect({ deltas, crossed, books: books.size }).toEqual({ deltas: 2_885, crossed: 0, books: 5 });
    expect(session.counts).toMatchObject({
      gaps: 0,
      duplicates: 0,
      negativeLevels: 0,
      acknowledgements: 6,
      untimedSnapshots: 5,
      timesMovedUp: 0,
    });
  });
});
