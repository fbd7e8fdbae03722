import { Gauge, Registry } from 'prom-client';
import type { SessionView } from './session-view.ts';

const GAUGES: readonly (readonly [name: string, help: string, of: (view: SessionView) => number])[] = [
  ['up', 'whether the session is connected and may enter', ({ health }) => Number(health.ok)],
  ['halted', 'whether nothing may be entered', ({ health }) => Number(health.halted !== null)],
  ['uptime_seconds', 'since this life of the session began, on the wall', ({ session }) => session.uptime_s],
  ['feed_silence_seconds', 'since the last frame, on the wall', ({ health }) => health.silence_ms / 1_000],
  ['events_total', 'book changes, prints and rare events heard', ({ session }) => session.events],
  ['orders_total', 'orders sent', ({ counts }) => counts.orders],
  ['orders_rejected_total', 'orders that the exchange rejected', ({ counts }) => counts.rejected],
  ['orders_open', 'orders that may still trade', ({ orders }) => orders.length],
  ['orders_in_doubt', 'orders whose outcome is not known', ({ health }) => health.in_doubt],
  ['fills_total', 'fills', ({ counts }) => counts.fills],
  ['fills_maker_total', 'fills as a maker', ({ counts }) => counts.makerFills],
  ['fill_rate', 'fills for each order sent', ({ counts }) => (counts.orders === 0 ? 0 : counts.fills / counts.orders)],
  [
    'slippage_dollars',
    'what takers paid beyond the estimate from the book they saw, a contract; 0 before the first',
    ({ counts }) => (counts.slippage_e5 ?? 0) / 1e5,
  ],
  ['failed_calls', 'of the last hundred calls', ({ health }) => health.failed_calls],
  ['account_checks_total', 'times that the account agreed with the exchange', ({ health }) => health.account_checks],
  ['cash_dollars', 'cash', ({ account }) => account.cash_e6 / 1e6],
  ['worth_dollars', 'cash and positions at worst-case marks', ({ account }) => account.worth_e6 / 1e6],
  ['realised_dollars', 'price P&L of what was closed or paid', ({ account }) => account.realised_e6 / 1e6],
  ['fees_dollars', 'fees', ({ account }) => account.fees_e6 / 1e6],
  ['day_loss_dollars', 'lost since 00:00 in New York', ({ account }) => account.day_loss_e6 / 1e6],
];

/** The text of `/metrics`, in the form of Prometheus. */
export async function metricsText(view: SessionView): Promise<string> {
  const registry = new Registry();
  registry.setDefaultLabels({ session: view.session.id, strategy: view.session.strategy });
  for (const [name, help, of] of GAUGES) {
    new Gauge({ name: `tapedeck_${name}`, help, registers: [registry] }).set(of(view));
  }
  const stage = new Gauge({
    name: 'tapedeck_stage_seconds',
    help: 'how long a stage takes, over the last few thousand times',
    labelNames: ['stage', 'quantile'],
    registers: [registry],
  });
  for (const { stage: name, p50, p99 } of view.stages) {
    stage.set({ stage: name, quantile: '0.5' }, p50 / 1e6);
    stage.set({ stage: name, quantile: '0.99' }, p99 / 1e6);
  }
  return registry.metrics();
}
