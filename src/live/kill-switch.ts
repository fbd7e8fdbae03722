import type { Clock } from '../core/clock.ts';
import { Fault } from '../core/fault.ts';
import { type Duration, SECOND } from '../core/time.ts';
import type { OrderWrites } from '../kalshi/order-writes.ts';
import type { PortfolioReads } from '../kalshi/portfolio-reads.ts';

export interface KillSwitch {
  readonly writes: Pick<OrderWrites, 'triggerGroup' | 'cancelAll' | 'cancelBatch'>;
  readonly reads: Pick<PortfolioReads, 'orders'>;
  /** The clock on the wall. */
  readonly wall: Clock;
  /** The groups of sessions: they take no order from then on. */
  readonly groups: readonly string[];
}

/** What came of it. */
export interface Killed {
  /** Orders that still rested after all were cancelled at once, and were cancelled one by one. */
  readonly found: number;
  /** Orders that still rest: none where all is well. */
  readonly left: number;
  readonly took: Duration;
  /** What did not work, and was tried again or got round. */
  readonly troubles: readonly string[];
}

const TRIES = 20;
const BETWEEN = (SECOND / 10) as Duration;
const BATCH = 20;

/**
 * Ends all orders of the account, whoever sent them: the groups of sessions take no more, everything is cancelled at once, then what still rests one
 * by one, until the exchange lists nothing. Needs no session and no engine. Never throws for what the exchange does.
 */
export async function pullKillSwitch({ writes, reads, wall, groups }: KillSwitch): Promise<Killed> {
  const began = wall.elapsed();
  const troubles: string[] = [];
  const told = (what: string, outcome: { readonly kind: string }): void => {
    if (outcome.kind !== 'answered') troubles.push(`${what}: ${outcome.kind}`);
  };
  await Promise.all([
    ...groups.map(async (group) => told(`group ${group}`, await writes.triggerGroup(group))),
    writes.cancelAll().then((outcome) => told('cancel all', outcome)),
  ]);
  let found: number | null = null;
  let left = Number.NaN;
  for (let tries = 0; tries < TRIES; tries++) {
    try {
      const resting = [];
      for await (const { orderId, ticker } of reads.orders({ status: 'resting' })) resting.push({ orderId, ticker });
      found ??= resting.length;
      left = resting.length;
      if (left === 0) break;
      for (let at = 0; at < resting.length; at += BATCH) await writes.cancelBatch(resting.slice(at, at + BATCH));
    } catch (error) {
      if (!(error instanceof Fault)) throw error;
      troubles.push(error.message);
    }
    await new Promise<void>((done) => void wall.wakeAfter(BETWEEN, done));
  }
  return { found: found ?? 0, left, took: (wall.elapsed() - began) as Duration, troubles };
}
