import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { FeedMachine } from '../../src/kalshi/feed-machine.ts';
import { describeReal } from '../real-data.ts';

/** Plays recorded lines to a machine that subscribed as the recording did. */
function play(lines: readonly string[], channels: readonly string[]) {
  const faults: string[] = [];
  const told = { snapshots: 0, deltas: 0, trades: 0 };
  const nothing = () => {};
  const tickers = [...new Set(lines.flatMap((line) => /"market_ticker":"([^"]+)"/.exec(line)?.[1] ?? []))];
  const machine = new FeedMachine({
    channels,
    tickers,
    random: () => 0,
    sink: {
      snapshot: () => told.snapshots++,
      delta: () => told.deltas++,
      trade: () => told.trades++,
      message: nothing,
      missed: nothing,
      coverage: nothing,
      fault: (fault) => faults.push(`${fault.code}: ${fault.message}`),
    },
  });
  machine.tick(0);
  const ids = new Map(
    machine.opened(0).flatMap((action) => {
      if (action.do !== 'send') return [];
      const { id, params } = JSON.parse(action.text);
      return [[params.channels[0], id] as const];
    }),
  );
  for (const line of lines) {
    const json = JSON.parse(line);
    if (json.type === 'subscribed') json.id = ids.get(json.msg.channel) ?? json.id;
    else if (json.id !== undefined) json.id += 1_000;
    machine.frame(JSON.stringify(json), 1);
  }
  return { machine, tickers, faults, told };
}

describeReal('kalshi-ws-frames', 'the feed over a recorded session', (folder) => {
  test('in NO prices is refused: no book is ever readable', () => {
    const text = gunzipSync(readFileSync(join(folder, 'session-2026-07-01.jsonl.gz'))).toString();
    const lines = text.split('\n').filter((line) => line.startsWith('{'));
    const { machine, tickers, faults } = play(lines, ['orderbook_delta']);
    expect(tickers.some((ticker) => machine.readable(ticker))).toBe(false);
    expect(faults[0]).toMatch(/^crossed-book/);
  });
});

describeReal('../kalshi/demo-fixtures', 'the feed over recorded demo frames', (folder) => {
  const read = (name: string) =>
    readFileSync(join(folder, name), 'utf8')
      .split('\n')
      .filter((line) => line.startsWith('{'));

  test('in YES prices reads every book, without a gap', () => {
    const { machine, tickers, faults, told } = play(read('ws__orderbook_trade_yes.jsonl'), [
      'orderbook_delta',
      'trade',
    ]);
    expect(faults).toEqual([]);
    expect(machine.counts).toMatchObject({ gaps: 0, duplicates: 0, negative: 0, unknownFields: 0 });
    expect(told.snapshots).toBeGreaterThan(0);
    expect(tickers.filter((ticker) => machine.readable(ticker)).length).toBeGreaterThan(0);
  });
});
