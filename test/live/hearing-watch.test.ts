import { describe, expect, it } from 'vitest';
import { SECOND } from '../../src/core/time.ts';
import { type Hearing, HearingWatch, STANDARD_HEARING } from '../../src/live/hearing-watch.ts';

const WELL: Hearing = { calls: new Array(100).fill(true), silence: 0 as never, clockOffset: 0 as never };

/** A watch, and what it asks of a session that does nothing twice. */
function scene() {
  const paused = new Set<string>();
  const done: string[] = [];
  const watch = new HearingWatch(STANDARD_HEARING, {
    pause: (reason) => {
      if (!paused.has(reason)) done.push(`pause ${reason}`);
      paused.add(reason);
    },
    lift: (reason) => {
      if (paused.delete(reason)) done.push(`lift ${reason}`);
    },
  });
  return { watch, done, paused };
}

describe('the limits of a session that depend on how it hears', () => {
  const cases: readonly (readonly [string, Partial<Hearing>, Partial<Hearing>])[] = [
    [
      'too many calls fail',
      { calls: [...new Array(89).fill(true), ...new Array(11).fill(false)] },
      { calls: [...new Array(90).fill(true), ...new Array(10).fill(false)] },
    ],
    ['the feed is silent', { silence: (15 * SECOND + 1) as never }, { silence: (15 * SECOND) as never }],
    [
      "the clock is off the exchange's",
      { clockOffset: (-3 * SECOND - 1) as never },
      { clockOffset: (3 * SECOND) as never },
    ],
  ];
  for (const [reason, bad, good] of cases) {
    it(`pauses while ${reason}, not before, and lifts it by itself`, () => {
      const { watch, done } = scene();
      watch.look({ ...WELL, ...good });
      expect(done).toEqual([]);
      watch.look({ ...WELL, ...bad });
      watch.look({ ...WELL, ...bad });
      expect(done).toEqual([`pause ${reason}`]);
      watch.look({ ...WELL, ...good });
      expect(done).toEqual([`pause ${reason}`, `lift ${reason}`]);
    });
  }

  it('says nothing of a clock that is not known, or of a few calls', () => {
    const { watch, done } = scene();
    watch.look({ calls: new Array(9).fill(false), silence: 0 as never, clockOffset: null });
    expect(done).toEqual([]);
  });

  it('pauses again where a person has lifted a pause that still holds', () => {
    const { watch, done, paused } = scene();
    watch.look({ ...WELL, silence: (20 * SECOND) as never });
    paused.clear();
    watch.look({ ...WELL, silence: (20 * SECOND) as never });
    expect(done).toEqual(['pause the feed is silent', 'pause the feed is silent']);
  });
});
