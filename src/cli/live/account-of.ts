import { Fault } from '../../core/fault.ts';
import { DriftSentinel } from '../../kalshi/drift.ts';
import { type Environment, environmentNamed, localEnvironment } from '../../kalshi/environment.ts';
import { OrderWrites } from '../../kalshi/order-writes.ts';
import { PortfolioReads } from '../../kalshi/portfolio-reads.ts';
import { KalshiRest } from '../../kalshi/rest.ts';
import { kalshiSettings, signerFrom } from '../kalshi-settings.ts';
import { SYSTEM_CLOCK } from '../system-clock.ts';

/** An account, without a session: what `kill` and `cleanup` reach it by. */
export interface Account {
  readonly environment: Environment;
  readonly reads: PortfolioReads;
  readonly writes: OrderWrites;
  close(): Promise<void>;
}

/** The environment of an address, as sessions keep it: Kalshi's own, or an exchange on this machine. */
export function environmentAt(name: Environment['name'], rest: string): Environment {
  return name === 'local' ? localEnvironment(rest) : environmentNamed(name);
}

/** The account of the credentials in the environment. Throws a Fault where they are missing, or of another place. */
export function accountAt(environment: Environment): Account {
  const settings = kalshiSettings();
  if (environment.name !== 'local' && settings.environment.name !== environment.name) {
    throw new Fault(
      'invalid-parameter',
      `the session trades in ${environment.name}, and KALSHI_ENVIRONMENT says ${settings.environment.name}`,
      { next: `Set KALSHI_ENVIRONMENT=${environment.name} beside its key.` },
    );
  }
  const { signer } = signerFrom(settings);
  const rest = new KalshiRest({ environment, signer, clock: SYSTEM_CLOCK, random: Math.random });
  const drift = new DriftSentinel();
  return {
    environment,
    reads: new PortfolioReads(rest, drift),
    writes: new OrderWrites(rest, drift),
    close: () => rest.close(),
  };
}
