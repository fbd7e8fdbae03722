/** What the wire does to one request. `lost-before` drops the connection before the exchange hears of it, `lost-after` once it has obeyed. */
export type RequestFault =
  | { readonly type: 'lost-before' }
  | { readonly type: 'lost-after' }
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
