import { Fault } from '../core/fault.ts';
import type { FeeChange } from '../core/fee-schedule.ts';
import type { Signal } from '../core/market-event.ts';
import type { Time } from '../core/time.ts';
import { scheduledFees, seriesFees } from '../kalshi/decode-fees.ts';
import { type DecodedMarket, decodeMarket } from '../kalshi/decode-market.ts';
import { optionalInteger, type WireObject, wireList, wireObject, wireText } from '../kalshi/wire.ts';

/** What the recorder itself writes into a recording, as frames of connection 0: what the venue's frames do not tell. */
export type RecorderFrame =
  /** Where the recording is made. */
  | { readonly type: 'tapedeck_recording'; readonly environment: string }
  /** A connection begins or has ended: sids and sequence numbers begin anew with each. */
  | { readonly type: 'tapedeck_connected' | 'tapedeck_closed'; readonly connection: number }
  /** A market's record as the venue had it then. */
  | { readonly type: 'tapedeck_market'; readonly market: DecodedMarket }
  /** A series' fee schedule as the venue had it then, and a change of it that was announced. */
  | { readonly type: 'tapedeck_series' | 'tapedeck_fee_change'; readonly fees: FeeChange }
  /** A forecast, an official high or a reading, as a public service told it. */
  | { readonly type: 'tapedeck_signal'; readonly signal: Signal }
  /** The books are asked for over REST. */
  | { readonly type: 'tapedeck_asking' }
  /** They were answered: the bodies, by ticker. */
  | { readonly type: 'tapedeck_books'; readonly books: readonly WireObject[] };

/** Connection number of the recorder's own frames. */
export const RECORDER = 0;

/** A frame of the recorder's own as text; read back by {@link readRecorderFrame}. */
export function recorderFrame(type: RecorderFrame['type'], msg: unknown): string {
  return JSON.stringify({ type, msg });
}

/** Reads one of the recorder's own frames, null for a kind that this program does not know. Throws a Fault (`malformed-input`). */
export function readRecorderFrame(json: unknown, time: Time): RecorderFrame | null {
  const from = wireObject(json, 'recorder frame');
  const type = wireText(from, 'type') as RecorderFrame['type'];
  if (type === 'tapedeck_asking') return { type };
  const msg = wireObject(from.msg, type);
  switch (type) {
    case 'tapedeck_recording':
      return { type, environment: wireText(msg, 'environment') };
    case 'tapedeck_connected':
    case 'tapedeck_closed':
      return { type, connection: optionalInteger(msg, 'connection') ?? 0 };
    case 'tapedeck_market':
      return { type, market: decodeMarket(msg, null) };
    case 'tapedeck_series':
      return { type, fees: seriesFees(msg, time) };
    case 'tapedeck_fee_change':
      return { type, fees: scheduledFees(msg) };
    case 'tapedeck_signal':
      return { type, signal: signalOf(msg, time) };
    case 'tapedeck_books':
      return { type, books: wireList(msg.orderbooks, 'orderbooks').map((book) => wireObject(book, 'order book')) };
    default:
      return null;
  }
}

/** Throws a Fault (`malformed-input`) for a signal from the future: whoever wrote it had a clock that was wrong. */
function signalOf(msg: WireObject, received: Time): Signal {
  const { value, issueTime } = msg as { readonly value: unknown; readonly issueTime: unknown };
  const name = wireText(msg, 'name');
  if (typeof value !== 'number' || !Number.isFinite(value) || !Number.isSafeInteger(issueTime))
    throw new Fault('malformed-input', `a signal ${name} without a number or a time`);
  if ((issueTime as number) > received) throw new Fault('malformed-input', `a signal ${name} that is not issued yet`);
  return { name, value, unit: wireText(msg, 'unit'), issueTime: issueTime as Time, about: wireText(msg, 'about') };
}
