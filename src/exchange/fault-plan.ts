/**
 * What the wire does to one request, before the exchange hears of it or after it has obeyed: `lost` drops the connection, `silent` keeps it
 * and never answers.
 */
export type RequestFault =
  | { readonly type: 'lost-before' | 'lost-after' | 'silent-before' | 'silent-after' }
  | { readonly type: 'answer'; readonly status: number; readonly body: unknown; readonly obeyed: boolean };

/** What the wire does to one frame of a subscription. A dropped frame has used up its sequence number. */
export type FrameFault = 'drop' | 'twice' | 'disconnect';

/** What goes wrong between the exchange and its guests, on purpose: asked before each request and each frame. Null is nothing. */
export interface FaultPlan {
  request(method: string, path: string): RequestFault | null;
  frame(type: string): FrameFault | null;
}

/** Nothing goes wrong. */
export const NO_FAULTS: FaultPlan = { request: () => null, frame: () => null };
