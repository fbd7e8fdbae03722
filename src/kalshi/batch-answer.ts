import { type Cancelled, decodeCancelled, decodePlaced, type Placed } from './decode-order-answer.ts';
import type { DriftSentinel } from './drift.ts';
import type { NewOrder } from './order-body.ts';
import * as fields from './order-fields.ts';
import { readRefusal, type WriteOutcome } from './rest-answer.ts';
import { type WireObject, wireList, wireObject } from './wire.ts';

/** What one batch answer says of each of `sent`, in that order. What it does not plainly say of one is unknown. */
interface BatchRead<Sent, Answer> {
  readonly sent: readonly Sent[];
  /** The wire's name of the id, and the id that was sent. */
  readonly idField: string;
  idOf(sent: Sent): string;
  decode(item: WireObject, sent: Sent): Answer;
}

export function batchPlaced(
  sent: readonly NewOrder[],
  outcome: WriteOutcome<unknown>,
  drift: DriftSentinel,
): WriteOutcome<Placed>[] {
  return batchOutcomes(outcome, {
    sent,
    idField: 'client_order_id',
    idOf: (order) => order.clientOrderId,
    decode: (item, order) => decodePlaced(item, order, drift, fields.BATCH_CREATE_ITEM),
  });
}

export function batchCancelled(
  sent: readonly { orderId: string }[],
  outcome: WriteOutcome<unknown>,
  drift: DriftSentinel,
): WriteOutcome<Cancelled>[] {
  return batchOutcomes(outcome, {
    sent,
    idField: 'order_id',
    idOf: ({ orderId }) => orderId,
    decode: (item, { orderId }) => decodeCancelled(item, orderId, drift, fields.BATCH_CANCEL_ITEM),
  });
}

function batchOutcomes<Sent, Answer>(
  outcome: WriteOutcome<unknown>,
  read: BatchRead<Sent, Answer>,
): WriteOutcome<Answer>[] {
  if (outcome.kind !== 'answered') return read.sent.map(() => outcome);
  let items: WireObject[];
  try {
    items = wireList(wireObject(outcome.answer, 'batch answer').orders, 'orders').map((item) =>
      wireObject(item, 'batch item'),
    );
  } catch (error) {
    return read.sent.map(() => unreadable(error));
  }
  const places = read.sent.map((sent) => items.filter((item) => item[read.idField] === read.idOf(sent)));
  const inOrder =
    items.length === read.sent.length &&
    items.every((item, at) => item[read.idField] == null || item[read.idField] === read.idOf(read.sent[at]!));
  return read.sent.map((sent, at) => {
    const found = places[at]!;
    // An item that failed may lack its id; its place counts only where no other item is out of place.
    const item = found.length === 1 ? found[0] : found.length === 0 && inOrder ? items[at] : undefined;
    return item === undefined ? unreadable('the batch answer does not name it once') : itemOutcome(item, sent, read);
  });
}

function itemOutcome<Sent, Answer>(item: WireObject, sent: Sent, read: BatchRead<Sent, Answer>): WriteOutcome<Answer> {
  if (item.error !== undefined && item.error !== null) {
    const refusal = readRefusal(400, { error: item.error });
    return refusal === null ? unreadable('an error of an unknown form') : { kind: 'refused', refusal };
  }
  if (item[read.idField] !== read.idOf(sent)) return unreadable(`it has no ${read.idField}`);
  try {
    return { kind: 'answered', answer: read.decode(item, sent) };
  } catch (error) {
    return unreadable(error);
  }
}

function unreadable(error: unknown): WriteOutcome<never> {
  return { kind: 'unknown', why: 'unreadable', detail: error instanceof Error ? error.message : String(error) };
}
