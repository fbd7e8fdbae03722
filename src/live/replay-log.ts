import type { FeeChange } from '../core/fee-schedule.ts';
import type { MarketIndex } from '../core/market.ts';
import { DETAIL, MarketEvent, type MarketEventKind } from '../core/market-event.ts';
import type { Answer } from '../core/prediction.ts';
import type { Price } from '../core/price.ts';
import type { Quantity } from '../core/quantity.ts';
import type { Side } from '../core/side.ts';
import type { Time } from '../core/time.ts';
import type { VenueEvent } from '../core/venue-event.ts';
import type { LimitSettings } from '../engine/limits.ts';
import type { WrittenParams } from '../engine/params.ts';
import type { PredictionId } from '../engine/strategy.ts';
import { parseDetail } from '../tape/detail-json.ts';
import { type MarketRow, marketOf } from '../tape/market-table.ts';
import type { LoggedEngine } from './logged-engine.ts';
import type { LineSink, LogLine } from './session-log.ts';

/** An output in which a replay and the log part ways. */
export interface Difference {
  /** The number of the line of the log: the input after which they part. */
  readonly input: LogLine;
  /** What the log has there, and what the replay gave; null where it has nothing more. */
  readonly recorded: LogLine | null;
  readonly replayed: readonly unknown[] | null;
}

/** What a replay gives in place of a log: it keeps the outputs. */
export class OutputSink implements LineSink {
  readonly outputs: (readonly unknown[])[] = [];

  input(): void {}

  note(): void {}

  output(type: string, ...rest: readonly unknown[]): void {
    this.outputs.push([`>${type}`, ...rest]);
  }

  take(): (readonly unknown[])[] {
    return this.outputs.splice(0);
  }
}

/** What a replay found. */
export interface Replayed {
  readonly inputs: number;
  readonly outputs: number;
  /** The first difference; null where there is none. */
  readonly difference: Difference | null;
  /** What the engine asked for at the end, and the log has not: a process killed between the two. */
  readonly unlogged: readonly (readonly unknown[])[];
}

/**
 * Feeds the inputs of a log, its outputs stripped, to a fresh engine and compares what it asks for with what the log has, byte for byte. It ends at the
 * first difference. `sink` is the one that the engine writes to.
 */
export function replayLog(lines: readonly LogLine[], session: LoggedEngine, sink: OutputSink): Replayed {
  const event = new MarketEvent();
  let inputs = 0;
  let outputs = 0;
  let last: LogLine = [0, 'begin'];
  let given: (readonly unknown[])[] = [];
  for (const line of lines) {
    const [, type] = line;
    if (type.startsWith('#')) continue;
    if (type.startsWith('>')) {
      const replayed = given.shift() ?? null;
      if (replayed === null || JSON.stringify(replayed) !== JSON.stringify(line.slice(1))) {
        return { inputs, outputs, difference: { input: last, recorded: line, replayed }, unlogged: [] };
      }
      outputs++;
      continue;
    }
    const [replayed] = given;
    if (replayed !== undefined) {
      return { inputs, outputs, difference: { input: last, recorded: null, replayed }, unlogged: [] };
    }
    apply(line, session, event);
    last = line;
    inputs++;
    given = sink.take();
  }
  return { inputs, outputs, difference: null, unlogged: given };
}

function apply([, type, ...rest]: LogLine, session: LoggedEngine, event: MarketEvent): void {
  const { state } = session.engine;
  switch (type) {
    case 'begin':
      session.begin(rest[1] as Time);
      return;
    case 'market':
      session.market(marketOf(rest[0] as MarketRow));
      return;
    case 'fees':
      session.fee(rest[0] as FeeChange);
      return;
    case 'e':
    case 'd':
      session.event(eventOf(type, rest as never, { sequence: state.sequence, markets: state.markets.length }, event));
      return;
    case 'a':
      session.answer(rest[0] as VenueEvent);
      return;
    case 'w':
      session.wake(rest[0] as Time);
      return;
    case 'p':
      session.predicted(rest[0] as PredictionId, rest[1] as Answer, rest[2] as Time);
      return;
    case 'halt':
      session.halt(rest[0] as string, rest[1] as Time);
      return;
    case 'pause':
      session.pause(rest[0] as string, rest[1] as Time);
      return;
    case 'lift':
      session.lift(rest[0] as string, rest[1] as Time);
      return;
    case 'release':
      session.release(rest[0] as string, rest[1] as Time);
      return;
    case 'cancel-again':
      session.cancelAgain(rest[0] as Time);
      return;
    case 'limits':
      session.limits(rest[0] as LimitSettings, rest[1] as Time);
      return;
    case 'params':
      session.params(rest[0] as WrittenParams, rest[1] as Time);
      return;
    case 'stop':
      session.stop(rest[0] as Time);
  }
}

/** The event of a line, behind so many others and about one of so many markets; one object for all. */
export function eventOf(
  type: 'e' | 'd',
  rest: readonly never[],
  { sequence, markets }: { readonly sequence: number; readonly markets: number },
  event: MarketEvent,
): MarketEvent {
  event.sequence = sequence + 1;
  event.more = false;
  event.detail = null;
  if (type === 'd') {
    const [market, exchangeTime, localTime, text] = rest as unknown as [MarketIndex, Time, Time, string];
    event.kind = DETAIL;
    event.market = market;
    event.exchangeTime = exchangeTime;
    event.writtenTime = exchangeTime;
    event.localTime = localTime;
    event.detail = parseDetail(text, markets);
    return event;
  }
  const [kind, market, side, price, quantity, more, exchangeTime, localTime] = rest as unknown as [
    MarketEventKind,
    MarketIndex,
    Side,
    Price,
    Quantity,
    0 | 1,
    Time,
    Time,
  ];
  event.kind = kind;
  event.market = market;
  event.side = side;
  event.price = price;
  event.quantity = quantity;
  event.more = more === 1;
  event.exchangeTime = exchangeTime;
  event.writtenTime = exchangeTime;
  event.localTime = localTime;
  return event;
}
