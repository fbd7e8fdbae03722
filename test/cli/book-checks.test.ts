import { describe, expect, test } from 'vitest';
import { BookChecks } from '../../src/cli/book-checks.ts';
import { RECORDER } from '../../src/cli/recording-frames.ts';
import { RecordingRows } from '../../src/cli/recording-rows.ts';
import { SECOND, type Time } from '../../src/core/time.ts';

const KEY = 4_700 * 2;
const answer = (orderbook_fp: unknown) => ({ ticker: 'T', orderbook_fp }) as never;
const of = (size: string) => answer({ yes_dollars: [['0.4700', size]], no_dollars: [] });
const at = (seconds: number) => (seconds * SECOND) as Time;

/** Checks of the book of T, which has one bid of `size` hundredths of a contract. */
class Scene {
  size = 300;
  readonly checks = new BookChecks((ticker) => (ticker === 'T' ? new Map([[KEY, this.size]]) : new Map()));

  asked(body: never): void {
    this.checks.asking(['T']);
    this.checks.answered([body], at(0));
  }

  becomes(size: number, seconds: number): void {
    this.checks.heard(at(seconds));
    this.size = size;
    this.checks.changed('T', at(seconds));
  }

  counts(seconds: number) {
    this.checks.finish(at(seconds));
    return this.checks.counts;
  }
}

test('an answer that has not the form of a book is compared with nothing', () => {
  const scene = new Scene();
  const yes_dollars = [['0.4700', '3.00']];
  for (const body of [{ yes_dollars, no: [] }, { yes_dollars: 'none', no_dollars: [] }, null])
    scene.asked(answer(body));
  expect(scene.counts(60)).toEqual({ agreed: 0, differed: 0, untrusted: 3 });
});

describe('a book over REST', () => {
  test('agrees with the frames, or differs and says where', () => {
    const scene = new Scene();
    scene.asked(of('3.00'));
    scene.asked(of('4.00'));
    expect(scene.counts(2.1)).toEqual({ agreed: 1, differed: 1, untrusted: 0 });
    expect(scene.checks.differences).toEqual(['T: bid 0.4700 is 3.00 by the frames and 4.00 over REST']);
  });

  test('agrees with what was the book between the question and the answer', () => {
    const scene = new Scene();
    scene.checks.asking(['T']);
    scene.becomes(400, 0);
    scene.becomes(500, 0);
    scene.checks.answered([of('4.00')], at(0));
    expect(scene.counts(60)).toEqual({ agreed: 1, differed: 0, untrusted: 0 });
  });

  test('agrees with what the frames tell within two seconds of it, and not with what they tell later', () => {
    for (const [seconds, agreed] of [
      [1.9, 1],
      [2, 1],
      [2.1, 0],
    ] as const) {
      const scene = new Scene();
      scene.asked(of('4.00'));
      scene.becomes(400, seconds);
      expect(scene.counts(60)).toEqual({ agreed, differed: 1 - agreed, untrusted: 0 });
    }
  });

  test('is compared with nothing where the frames end before they must have told it', () => {
    const scene = new Scene();
    scene.asked(of('4.00'));
    expect(scene.counts(1.9)).toEqual({ agreed: 0, differed: 0, untrusted: 1 });
  });

  test('is compared with nothing where a message is missing around it', () => {
    const after = new Scene();
    after.asked(of('4.00'));
    after.checks.torn('T');
    expect(after.counts(60)).toEqual({ agreed: 0, differed: 0, untrusted: 1 });
    const within = new Scene();
    within.checks.asking(['T']);
    within.checks.torn('T');
    within.becomes(500, 0);
    within.checks.answered([of('4.00')], at(0));
    expect(within.counts(60)).toEqual({ agreed: 0, differed: 0, untrusted: 1 });
    const other = new Scene();
    other.asked(of('4.00'));
    other.checks.torn('U');
    expect(other.counts(60)).toEqual({ agreed: 0, differed: 1, untrusted: 0 });
  });
});

test('of an exchange whose clock runs faster, a book has two seconds of the recorder to be told, not of that clock', () => {
  for (const [lag, told, agreed] of [
    [1.5, true, 1],
    [2.5, true, 0],
    [2.5, false, 0],
  ] as const) {
    const begin = 1_700_000_000;
    const rows = new RecordingRows(new Map(), { event: () => {}, detail: () => {} }, at(begin));
    let seq = 0;
    const heard = (connection: number, seconds: number, json: unknown) => {
      const times = { wall: at(5_000_000 + seconds), monotonic: at(seconds) };
      rows.take({ type: 'frame', frame: { ...times, connection, text: JSON.stringify(json), n: seq } });
    };
    const frame = (seconds: number, type: string, msg: Record<string, unknown>) => {
      const ts_ms = 1_000 * (begin + 60 * seconds);
      heard(1, seconds, { type, sid: 1, seq: ++seq, msg: { market_id: 'm', ts_ms, ...msg } });
    };
    const market_ticker = 'T';
    frame(0, 'orderbook_snapshot', { market_ticker, yes_dollars_fp: [['0.4700', '3.00']], no_dollars_fp: [] });
    heard(RECORDER, 0.1, { type: 'tapedeck_asking', msg: {} });
    heard(RECORDER, 0.1, { type: 'tapedeck_books', msg: { orderbooks: [of('4.00')] } });
    if (told)
      frame(0.1 + lag, 'orderbook_delta', { market_ticker, price_dollars: '0.4700', delta_fp: '1.00', side: 'yes' });
    heard(RECORDER, 60, { type: 'tapedeck_closed', msg: { connection: 1 } });
    rows.finish();
    expect(rows.unreadable).toEqual([]);
    expect(rows.checks[0]!.counts).toEqual({ agreed, differed: 1 - agreed, untrusted: 0 });
  }
});
