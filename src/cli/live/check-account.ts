import { Fault } from '../../core/fault.ts';
import type { PortfolioReads } from '../../kalshi/portfolio-reads.ts';
import { pullKillSwitch } from '../../live/kill-switch.ts';
import { SYSTEM_CLOCK } from '../system-clock.ts';

/**
 * Looks for orders that rest before a session begins. Its own, by their client ids, may; others are cancelled where `cancel` says so. Throws a Fault
 * (`not-ready`) where orders rest that nobody here answers for.
 */
export async function checkAccount(
  reads: PortfolioReads,
  writes: Parameters<typeof pullKillSwitch>[0]['writes'],
  own: string | null,
  cancel: boolean,
): Promise<number> {
  const foreign: string[] = [];
  for await (const { clientOrderId, orderId, ticker } of reads.orders({ status: 'resting' })) {
    if (own === null || !clientOrderId.startsWith(`${own}-`)) foreign.push(`${clientOrderId || orderId} (${ticker})`);
  }
  if (foreign.length === 0) return 0;
  if (!cancel) {
    const named = foreign.slice(0, 3).join(', ');
    throw new Fault('not-ready', `${foreign.length} orders rest that this session did not send: ${named}`, {
      next: 'Cancel them with "npx tapedeck cleanup", or begin with --cancel-leftovers; another program may trade this account.',
    });
  }
  const { left } = await pullKillSwitch({ reads, writes, wall: SYSTEM_CLOCK, groups: [] });
  if (left === 0) return foreign.length;
  throw new Fault('not-ready', `${left} orders still rest after they were cancelled`, { next: 'Try again.' });
}
