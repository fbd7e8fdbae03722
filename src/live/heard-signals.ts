import type { Signal } from '../core/market-event.ts';
import type { LogLine } from './session-log.ts';

/** The forecasts and observations that an engine was told, by any life of its session: services tell them again to each. */
export class HeardSignals {
  readonly #heard = new Set<string>();

  constructor(lines: readonly LogLine[]) {
    for (const [, type, , , , text] of lines) {
      if (type !== 'd' || !(text as string).startsWith('{"type":"signal"')) continue;
      this.isNew((JSON.parse(text as string) as { readonly signal: Signal }).signal);
    }
  }

  /** Whether a signal was not told before; from now on it was. */
  isNew({ name, about, value }: Signal): boolean {
    const key = `${name} ${about} ${value}`;
    if (this.#heard.has(key)) return false;
    this.#heard.add(key);
    return true;
  }
}
