import type { Clock } from '../core/clock.ts';
import { Fault } from '../core/fault.ts';
import type { Duration } from '../core/time.ts';

/** Waits on a clock. Throws a Fault (`interrupted`) as soon as the signal is aborted. */
export function sleep(clock: Clock, delay: Duration, signal?: AbortSignal): Promise<void> {
  return new Promise((wake, fail) => {
    if (signal?.aborted) {
      fail(stopped());
      return;
    }
    const stop = (): void => {
      callOff();
      fail(stopped());
    };
    const callOff = clock.wakeAfter(delay, () => {
      signal?.removeEventListener('abort', stop);
      wake();
    });
    signal?.addEventListener('abort', stop, { once: true });
  });
}

export function stopped(): Fault {
  return new Fault('interrupted', 'stopped while a request was waiting', { next: 'Start it again.' });
}
