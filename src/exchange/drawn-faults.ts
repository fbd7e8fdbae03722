import { Random } from '../core/random.ts';
import type { FaultPlan, FrameFault, RequestFault } from './fault-plan.ts';

/** How often each thing goes wrong: shares from 0 to 1 of requests that change something, of all requests, and of frames. */
export interface FaultShares {
  /** Of requests that change something: the connection breaks once it was obeyed, or before. */
  readonly lostAnswers: number;
  readonly lostRequests: number;
  /** Of requests that change something: no answer ever comes, though it was obeyed, or was not. */
  readonly silentAnswers: number;
  readonly silentRequests: number;
  /** Of requests that change something: obeyed, and answered 201 without a body. */
  readonly emptyAnswers: number;
  /** Of all requests: not obeyed, and answered by 503 or 429. */
  readonly unavailable: number;
  readonly rateLimited: number;
  /** Of frames. */
  readonly droppedFrames: number;
  readonly doubledFrames: number;
  readonly disconnects: number;
}

/** The names of {@link FaultShares}. */
export const FAULT_NAMES: readonly (keyof FaultShares)[] = [
  'lostAnswers',
  'lostRequests',
  'silentAnswers',
  'silentRequests',
  'emptyAnswers',
  'unavailable',
  'rateLimited',
  'droppedFrames',
  'doubledFrames',
  'disconnects',
];

const UNAVAILABLE: RequestFault = {
  type: 'answer',
  status: 503,
  body: { error: { code: 'service_unavailable', message: 'service unavailable' } },
  obeyed: false,
};
const RATE_LIMITED: RequestFault = {
  type: 'answer',
  status: 429,
  body: { error: 'too many requests' },
  obeyed: false,
};
const EMPTY: RequestFault = { type: 'answer', status: 201, body: {}, obeyed: true };

/** Faults drawn from a seed, each by its share; what is not named does not happen. */
export function drawnFaults(shares: Partial<FaultShares>, seed: string): FaultPlan {
  const random = new Random(seed).fork('faults');
  const draw = <T>(choices: readonly (readonly [number | undefined, T])[]): T | null => {
    let drawn = random.uniform();
    for (const [share = 0, fault] of choices) {
      if (drawn < share) return fault;
      drawn -= share;
    }
    return null;
  };
  return {
    request: (method) =>
      draw<RequestFault>([
        [shares.unavailable, UNAVAILABLE],
        [shares.rateLimited, RATE_LIMITED],
        ...(method === 'GET'
          ? []
          : ([
              [shares.lostAnswers, { type: 'lost-after' }],
              [shares.lostRequests, { type: 'lost-before' }],
              [shares.silentAnswers, { type: 'silent-after' }],
              [shares.silentRequests, { type: 'silent-before' }],
              [shares.emptyAnswers, EMPTY],
            ] as const)),
      ]),
    frame: () =>
      draw<FrameFault>([
        [shares.droppedFrames, 'drop'],
        [shares.doubledFrames, 'twice'],
        [shares.disconnects, 'disconnect'],
      ]),
  };
}
