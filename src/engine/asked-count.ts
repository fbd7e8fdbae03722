import { Misuse } from '../core/misuse.ts';
import type { Time } from '../core/time.ts';

/** More requests than this at one instant is a strategy that answers itself for ever. */
const REQUESTS_AT_ONE_TIME = 100_000;

/** Counts what a strategy asks for at one time. */
export class AskedCount {
  #count = 0;
  #time = 0;

  /** One more request. Throws a Misuse where there were too many at this time. */
  add(now: Time): void {
    this.#count = this.#time === now ? this.#count + 1 : 1;
    this.#time = now;
    if (this.#count > REQUESTS_AT_ONE_TIME) {
      throw new Misuse(`more than ${REQUESTS_AT_ONE_TIME} requests at one time: does a request answer itself?`);
    }
  }
}
