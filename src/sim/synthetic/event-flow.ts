import type { Random } from '../../core/random.ts';
import { MILLISECOND, MINUTE, type Time } from '../../core/time.ts';
import { bracketProbability } from './bracket.ts';
import { NewsBurst } from './burst.ts';
import { drawPoisson } from './draw.ts';
import type { StaffedMarket } from './event-course.ts';
import { activityAt, sweepActivityAt } from './flow-shape.ts';
import type { BeliefStep } from './latent.ts';
import type { Stage } from './stage.ts';
import { takeStaleQuotes } from './stale-taker.ts';
import { drawCertainSweep, drawOpenSweep, type SweepIntent, type SyntheticSweep, sweepMarket } from './sweep.ts';
import type { SyntheticEvent } from './synthetic-market.ts';

/** No sweep and no burst in the first minutes of an event or the last. */
const MARGIN = 10 * MINUTE;
/** How often a sweep's trader looks for a book that gives enough. */
const TRIES = 8;

/** What moves an event's markets together: belief, sweeps, bursts. */
export class EventFlow {
  readonly #event: SyntheticEvent;
  readonly #staffed: readonly StaffedMarket[];
  readonly #stage: Stage;
  /** Called with each sweep that found something. */
  readonly #swept: (sweep: SyntheticSweep) => void;

  constructor(
    event: SyntheticEvent,
    staffed: readonly StaffedMarket[],
    stage: Stage,
    swept: (sweep: SyntheticSweep) => void,
  ) {
    this.#event = event;
    this.#staffed = staffed;
    this.#stage = stage;
    this.#swept = swept;
  }

  /** Writes down all that does not depend on the event's course. */
  writeDown(random: Random): void {
    const { agenda, config } = this.#stage;
    const { steps } = this.#event.path;
    const stale = random.fork('stale');
    for (const step of steps.slice(1)) agenda.at(step.time, (now) => this.#believe(step, stale, now));
    const { informedSweepShare: share } = config;
    const open = random.fork('sweeps');
    this.#writeSweeps(config.sweepsPerEvent, open, () => drawOpenSweep(this.#event, share, open));
    const certain = random.fork('certain sweeps');
    this.#writeSweeps(config.certainSweepsPerEvent, certain, () => drawCertainSweep(this.#event, share, certain));
    this.#writeBursts(random.fork('bursts'));
  }

  /** What is first known of the event. */
  opening(): void {
    this.#setProbabilities(this.#event.path.steps[0]!);
  }

  #writeSweeps(mean: number, random: Random, draw: () => SweepIntent | undefined): void {
    for (let count = drawPoisson(random, mean); count > 0; count--) {
      this.#stage.agenda.at(this.#drawTime(random, sweepActivityAt), (now) => this.#sweep(draw, TRIES, random, now));
    }
  }

  #writeBursts(random: Random): void {
    const { agenda, config } = this.#stage;
    for (let count = drawPoisson(random, config.bursts.perEvent); count > 0; count--) {
      const burst = new NewsBurst(this.#staffed, this.#stage, random.fork(`burst ${count}`));
      agenda.at(this.#drawTime(random, activityAt), (now) => burst.begin(now));
    }
  }

  /** A time between open and close, thinned to the busy hours. */
  #drawTime(random: Random, activity: (time: Time, midnight: Time) => number): Time {
    const { open, close, midnight } = this.#event.times;
    for (;;) {
      const time = Math.round(open + MARGIN + random.uniform() * (close - open - 2 * MARGIN)) as Time;
      if (random.uniform() <= activity(time, midnight)) return time;
    }
  }

  /** News: what is stale may be taken at once, and within a millisecond the makers have quoted anew. */
  #believe(step: BeliefStep, random: Random, now: Time): void {
    this.#setProbabilities(step);
    for (const staffed of this.#staffed) {
      staffed.noise.flee(now);
      takeStaleQuotes(staffed.market, this.#stage.exchange, random, now);
      const reaction = 200 + random.below(700);
      this.#stage.agenda.at((now + reaction) as Time, (at) => staffed.makers.requote(at));
    }
  }

  #setProbabilities(step: BeliefStep): void {
    for (const { market } of this.#staffed) {
      market.probability = bracketProbability(market.bracket, step.mean, step.deviation);
      market.moveViewError();
    }
  }

  /** Where no book gives enough for a sweep, its trader waits and looks again. After a sweep every maker looks at the market at once. */
  #sweep(draw: () => SweepIntent | undefined, tries: number, random: Random, now: Time): void {
    const intent = draw();
    const done = intent === undefined ? undefined : sweepMarket(intent, this.#stage.exchange, now);
    if (intent === undefined || done === undefined) {
      if (tries <= 1 || now >= this.#event.times.close) return;
      const wait = Math.round(MINUTE + random.exponential(10 * MINUTE));
      this.#stage.agenda.at((now + wait) as Time, (at) => this.#sweep(draw, tries - 1, random, at));
      return;
    }
    this.#swept(done);
    const refill = 2 * MILLISECOND + random.below(6 * MILLISECOND);
    const { makers } = this.#staffed.find(({ market }) => market === intent.market)!;
    this.#stage.agenda.at((now + refill) as Time, (at) => makers.refill(at));
  }
}
