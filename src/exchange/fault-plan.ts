import type { Duration } from '../core/time.ts';
import type { Answer } from './route.ts';

/** What goes wrong with one request: whether the exchange obeys, and what the client gets to hear. */
export interface RequestFault {
  /** Whether the exchange hears of it: at once, never, or so many µs later. */
  readonly obeyed: boolean | Duration;
  /** `lost` breaks the connection, `silent` keeps it and never answers; else what is answered, from the true answer where it was obeyed. */
  readonly reply: 'lost' | 'silent' | ((answer: Answer | null) => Answer);
}

type Frame = Readonly<Record<string, unknown>>;

/**
 * What goes wrong with one frame of a subscription, whose number is used up in any case. `late` sends it after the next one, `disconnect` and
 * `half-open` end the connection, with the client knowing or not, a code ends the subscription.
 */
export type FrameFault =
  | { readonly type: 'drop' | 'twice' | 'late' | 'disconnect' | 'half-open' }
  | { readonly type: 'error'; readonly code: 10 | 25 }
  | { readonly type: 'change'; readonly change: (msg: Frame) => Frame };

/** What goes wrong between the exchange and its guests, on purpose: asked before each request and each frame. Null is nothing. */
export interface FaultPlan {
  request(method: string, path: string): RequestFault | null;
  frame(type: string): FrameFault | null;
}

/** Nothing goes wrong. */
export const NO_FAULTS: FaultPlan = { request: () => null, frame: () => null };
