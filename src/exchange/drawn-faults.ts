import { Random } from '../core/random.ts';
import { type Duration, SECOND } from '../core/time.ts';
import type { FaultPlan, FrameFault, RequestFault } from './fault-plan.ts';
import { changedField, withNewField } from './field-changes.ts';
import type { Answer } from './route.ts';

type Fault = RequestFault | FrameFault;

/** Which requests a fault may befall: `write` changes something, `cancel` is a DELETE of one order, `create` a new order. */
type Befalls = 'all' | 'read' | 'write' | 'cancel' | 'create' | 'frame';

interface FaultKind {
  readonly befalls: Befalls;
  readonly fault: (random: Random) => Fault;
}

/** A request that is obeyed later than this would be too old: its timestamp is valid for five seconds. */
const MOST_LATE = 4.5 * SECOND;

const answers = (status: number, body: unknown) => (): Answer => ({ status, body });
const error = (code: string) => ({ error: { code, message: code.replaceAll('_', ' ') } });
const HTML = '<html><body><h1>502 Bad Gateway</h1></body></html>';
const change = (by: (msg: Frame, random: Random) => Frame) => (random: Random) =>
  ({ type: 'change', change: (msg: Frame) => by(msg, random) }) as const;

type Frame = Readonly<Record<string, unknown>>;

const KINDS = {
  /** The connection breaks once it was obeyed, or before. */
  lostAnswers: { befalls: 'write', fault: () => ({ obeyed: true, reply: 'lost' }) },
  lostRequests: { befalls: 'write', fault: () => ({ obeyed: false, reply: 'lost' }) },
  lostReads: { befalls: 'read', fault: () => ({ obeyed: false, reply: 'lost' }) },
  /** No answer ever comes, though it was obeyed, or was not. */
  silentAnswers: { befalls: 'write', fault: () => ({ obeyed: true, reply: 'silent' }) },
  silentRequests: { befalls: 'all', fault: () => ({ obeyed: false, reply: 'silent' }) },
  /** The connection breaks, and the request is obeyed some seconds later all the same. */
  lateRequests: {
    befalls: 'write',
    fault: (random) => ({ obeyed: (1 + random.below(MOST_LATE)) as Duration, reply: 'lost' }),
  },
  /** Obeyed, and answered by a success without content. */
  emptyAnswers: { befalls: 'write', fault: () => ({ obeyed: true, reply: answers(201, {}) }) },
  unavailable: { befalls: 'all', fault: () => ({ obeyed: false, reply: answers(503, error('service_unavailable')) }) },
  unavailableAfter: {
    befalls: 'write',
    fault: () => ({ obeyed: true, reply: answers(503, error('service_unavailable')) }),
  },
  badGateway: { befalls: 'all', fault: () => ({ obeyed: false, reply: answers(502, HTML) }) },
  badGatewayAfter: { befalls: 'write', fault: () => ({ obeyed: true, reply: answers(502, HTML) }) },
  rateLimited: {
    befalls: 'all',
    fault: () => ({ obeyed: false, reply: answers(429, { error: 'too many requests' }) }),
  },
  /** The clocks differ: refused for its timestamp. */
  skew: { befalls: 'all', fault: () => ({ obeyed: false, reply: answers(401, error('header_timestamp_expired')) }) },
  /** A cancel that was obeyed is answered as one of an order that is not there. */
  falseNotFound: { befalls: 'cancel', fault: () => ({ obeyed: true, reply: answers(404, error('not_found')) }) },
  /** The answer is about another order, as it was for some hours in May 2026. */
  otherOrder: { befalls: 'write', fault: () => ({ obeyed: true, reply: otherOrder }) },
  /** Obeyed; the answer has a field more. */
  newFields: {
    befalls: 'all',
    fault: (random) => ({ obeyed: true, reply: (answer) => changed(answer, withNewField, random) }),
  },
  /** Obeyed; a field of the answer is missing, renamed or of another type. */
  retypedFields: {
    befalls: 'all',
    fault: (random) => ({ obeyed: true, reply: (answer) => changed(answer, changedField, random) }),
  },
  droppedFrames: { befalls: 'frame', fault: () => ({ type: 'drop' }) },
  doubledFrames: { befalls: 'frame', fault: () => ({ type: 'twice' }) },
  lateFrames: { befalls: 'frame', fault: () => ({ type: 'late' }) },
  disconnects: { befalls: 'frame', fault: () => ({ type: 'disconnect' }) },
  halfOpen: { befalls: 'frame', fault: () => ({ type: 'half-open' }) },
  channelErrors: { befalls: 'frame', fault: () => ({ type: 'error', code: 10 }) },
  overflows: { befalls: 'frame', fault: () => ({ type: 'error', code: 25 }) },
  newFrameFields: { befalls: 'frame', fault: change(withNewField) },
  retypedFrameFields: { befalls: 'frame', fault: change(changedField) },
} satisfies Record<string, FaultKind>;

export type FaultName = keyof typeof KINDS;

/** How often each thing goes wrong: shares from 0 to 1 of the requests, or frames, that it can befall. */
export type FaultShares = Readonly<Record<FaultName, number>>;

/** The names of {@link FaultShares}. */
export const FAULT_NAMES = Object.keys(KINDS) as readonly FaultName[];

/** One fault by name, and whether it befalls frames. */
export function faultNamed(name: FaultName, random: Random): { fault: Fault; onFrames: boolean } {
  const kind: FaultKind = KINDS[name];
  return { fault: kind.fault(random), onFrames: kind.befalls === 'frame' };
}

/** A plan that counts what it did. */
export interface CountedFaults extends FaultPlan {
  readonly counts: Record<FaultName, number>;
}

/** Faults drawn from a seed, each by its share; what is not named does not happen. */
export function drawnFaults(shares: Partial<FaultShares>, seed: string): CountedFaults {
  const random = new Random(seed).fork('faults');
  const counts = Object.fromEntries(FAULT_NAMES.map((name) => [name, 0])) as Record<FaultName, number>;
  const draw = (befalls: (kind: Befalls) => boolean): Fault | null => {
    let drawn = random.uniform();
    for (const name of FAULT_NAMES) {
      const kind: FaultKind = KINDS[name];
      const share = shares[name] ?? 0;
      if (share === 0 || !befalls(kind.befalls)) continue;
      if (drawn < share) {
        counts[name]++;
        return kind.fault(random);
      }
      drawn -= share;
    }
    return null;
  };
  return {
    counts,
    request: (method, path) => {
      const order = /\/portfolio\/events\/orders(\/[^/]+)?$/.test(path);
      return draw((kind) => {
        if (kind === 'all') return true;
        if (method === 'GET') return kind === 'read';
        if (kind === 'cancel') return method === 'DELETE' && order;
        return kind === 'write' || (kind === 'create' && method === 'POST' && order);
      }) as RequestFault | null;
    },
    frame: () => draw((kind) => kind === 'frame') as FrameFault | null,
  };
}

function otherOrder(answer: Answer | null): Answer {
  const { status, body } = answer!;
  if (typeof body !== 'object' || body === null || !('order_id' in body)) return { status, body };
  return {
    status,
    body: { ...body, order_id: '00000000-0000-4000-8000-000000000000', client_order_id: 'somebody-elses' },
  };
}

/** Changes a record within an answer that has one; others pass as they are. */
function changed(answer: Answer | null, by: (record: Frame, random: Random) => Frame, random: Random): Answer {
  const { status, body } = answer!;
  if (status >= 300 || typeof body !== 'object' || body === null) return { status, body };
  const entries = Object.entries(body);
  const list = entries.find(([, value]) => Array.isArray(value) && typeof value[0] === 'object');
  if (list === undefined) return { status, body: by(body as Frame, random) };
  const [name, rows] = list as [string, Frame[]];
  const at = random.below(rows.length);
  return { status, body: { ...body, [name]: rows.map((row, index) => (index === at ? by(row, random) : row)) } };
}
