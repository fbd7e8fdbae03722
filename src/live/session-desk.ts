import type { Fault } from '../core/fault.ts';
import type { Market } from '../core/market.ts';
import type { MarketEvent } from '../core/market-event.ts';
import type { Money } from '../core/money.ts';
import type { OrderId } from '../core/order.ts';
import type { VenueEvent } from '../core/venue-event.ts';
import type { Execution } from '../engine/execution.ts';
import type { ChannelMessage } from '../kalshi/channel-message.ts';
import type { Resumed } from '../kalshi/execution/resumed.ts';
import type { LoggedEngine } from './logged-engine.ts';
import type { QueuePlace } from './queue-poll.ts';
import type { StageTimes } from './stage-times.ts';

/** Where the requests of a session go, and what is known there of its account: an exchange, or a venue that only pretends. */
export interface SessionDesk extends Execution {
  /** The channels of the account's own news that it wants to hear. */
  readonly channels: readonly string[];
  /** Orders with a request whose outcome is not known. */
  readonly inDoubt: number;
  /** Whether each of the last calls was answered. */
  readonly calls: readonly boolean[];
  /** How often the account was found to be as the engine believes. */
  readonly checks: number;
  /** What the exchange says that positions are worth, less what they are by our marks; null where it is not known. */
  readonly gap: Money | null;
  /** A market is followed from now on. */
  market(market: Market): void;
  /** A market event, before the engine is told of it. */
  event(event: MarketEvent): void;
  /** A message of one of its channels. */
  message(message: ChannelMessage): void;
  /** Such messages may have been missed. */
  missed(): void;
  /** Takes up orders of an earlier life. */
  resume(orders: readonly Resumed[]): void;
  /** What differs between the account and what the engine believes; null where nothing does, undefined where it could not be compared. */
  compare(): Promise<string | null | undefined>;
  stop(): Promise<void>;
}

/** What a desk tells its session. */
export interface DeskHooks {
  /** Where the times of its requests go. */
  readonly times: StageTimes;
  answer(event: VenueEvent): void;
  /** The exchange's id of an order is known. */
  bound(order: OrderId, exchangeId: string): void;
  /** Something cannot be: nothing more may leave. */
  halt(reason: string): void;
  /** The account agreed. */
  agreed(): void;
  queue(places: readonly QueuePlace[]): void;
  trouble(fault: Fault): void;
  /** The code itself is wrong. */
  crash(error: unknown): void;
  /** Whether a request is under way whose outcome is not known. */
  unsure(): boolean;
  /** Grows with each answer. */
  version(): number;
}

/** Makes the desk of a session, once its engine has lived its earlier lives again. */
export type MakeDesk = (session: LoggedEngine, hooks: DeskHooks) => SessionDesk;
