import type { Market } from '../core/market.ts';
import type { Time } from '../core/time.ts';
import type { VenueEvent } from '../core/venue-event.ts';

/** What a session tells whoever watches it: a person, a page, an alert. */
export type SessionNews =
  | { readonly type: 'halted'; readonly reason: string; readonly time: Time }
  | { readonly type: 'released'; readonly reason: string; readonly time: Time }
  | { readonly type: 'trouble'; readonly message: string; readonly next: string; readonly time: Time }
  | { readonly type: 'answer'; readonly event: VenueEvent; readonly time: Time }
  | { readonly type: 'market'; readonly market: Market; readonly time: Time }
  | { readonly type: 'connection'; readonly open: boolean; readonly time: Time }
  | { readonly type: 'agreed'; readonly time: Time };
