import { Fault } from '../core/fault.ts';
import { type Day, dayAfter } from '../weather/climate-day.ts';

/** A day of the calendar as a flag writes it, "2025-03-01". Throws a Fault (`usage`) for anything else. */
export function parseDay(flag: string, text: string): Day {
  try {
    return dayAfter(text, 0);
  } catch (cause) {
    throw new Fault('usage', `${flag} ${text} is no day`, { next: `Write it like ${flag} 2025-03-01.`, cause });
  }
}
