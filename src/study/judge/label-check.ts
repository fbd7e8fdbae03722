import { type Ladder, rungOf } from '../../weather/bracket.ts';
import type { City } from '../../weather/city.ts';
import { type Day, dayAfter } from '../../weather/climate-day.ts';

/** An event that was paid: on which rung of its ladder. */
export interface PaidEvent {
  readonly city: City;
  readonly day: Day;
  readonly ladder: Ladder;
  readonly came: number;
}

/** How often the highs of a city, read in one way, fall on the rung that was paid. */
interface Agreement {
  readonly reading: string;
  readonly agreed: number;
  readonly events: number;
}

export interface LabelCheck {
  readonly events: number;
  /** Events that were paid on the rung of their official high. */
  readonly agreed: number;
  /** What looks wrong with the highs, one sentence each. */
  readonly findings: readonly string[];
}

type HighOf = (city: City, day: Day) => number | undefined;

/** Fewer events than this show nothing. */
const LEAST_EVENTS = 20;
/** Highs that agree less often than this are not those that the markets were paid by. Recorded ones agree on all but about 2 in 1,000. A reading that explains it agrees as often. */
const LEAST_SHARE = 0.9;

/**
 * Holds official highs against what was paid. Where they do not agree it tries the usual mistakes (a day early or late, a degree off, another city's
 * station) and names the one that explains it: a score against wrong highs, or a model trained on them, is worth nothing.
 */
export function checkLabels(events: readonly PaidEvent[], highOf: HighOf): LabelCheck {
  const cities = [...new Set(events.map(({ city }) => city))].sort((left, right) => (left.name < right.name ? -1 : 1));
  const findings: string[] = [];
  let [agreed, counted] = [0, 0];
  for (const city of cities) {
    const own = events.filter((each) => each.city === city);
    const asTold = agreement('as told', own, ({ day }) => highOf(city, day));
    agreed += asTold.agreed;
    counted += asTold.events;
    if (asTold.events < LEAST_EVENTS || share(asTold) >= LEAST_SHARE) continue;
    const others = cities.filter((other) => other !== city);
    const best = readings(own, city, others, highOf).reduce((most, each) => (share(each) > share(most) ? each : most));
    const told = `official highs of ${city.name} fall on the bracket that was paid in ${percent(asTold)} of ${asTold.events} events`;
    findings.push(
      share(best) >= LEAST_SHARE && best.events >= LEAST_EVENTS
        ? `${told}, ${best.reading} in ${percent(best)}`
        : `${told}, and no day, degree or city beside explains it`,
    );
  }
  return { events: counted, agreed, findings };
}

function readings(own: readonly PaidEvent[], city: City, others: readonly City[], highOf: HighOf): Agreement[] {
  const shifted = (degrees: number) => (event: PaidEvent) => {
    const high = highOf(city, event.day);
    return high === undefined ? undefined : high + degrees;
  };
  return [
    agreement('those told of the day before', own, ({ day }) => highOf(city, dayAfter(day, -1))),
    agreement('those told of the day after', own, ({ day }) => highOf(city, dayAfter(day))),
    agreement('a degree less', own, shifted(-1)),
    agreement('a degree more', own, shifted(1)),
    ...others.map((other) => agreement(`those told of ${other.name}`, own, ({ day }) => highOf(other, day))),
  ];
}

function agreement(
  reading: string,
  events: readonly PaidEvent[],
  read: (event: PaidEvent) => number | undefined,
): Agreement {
  let [agreed, counted] = [0, 0];
  for (const event of events) {
    const high = read(event);
    if (high === undefined) continue;
    counted++;
    if (rungOf(event.ladder, Math.round(high)) === event.came) agreed++;
  }
  return { reading, agreed, events: counted };
}

function share({ agreed, events }: Agreement): number {
  return events === 0 ? 0 : agreed / events;
}

function percent(of: Agreement): string {
  return `${Math.round(100 * share(of))} %`;
}
