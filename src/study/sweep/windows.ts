import { assert } from '../../core/assert.ts';
import { Fault } from '../../core/fault.ts';

/** Calendar days from one to another, both included: "2024-10-01". */
export interface DaySpan {
  readonly from: string;
  readonly to: string;
}

/** Days to choose on, and the days right after them on which the choice is tried. Made by {@link windowsOf} only. */
export interface Window {
  readonly number: number;
  readonly train: DaySpan;
  readonly test: DaySpan;
}

/** Lengths in calendar days. */
export interface WalkForwardSpec {
  readonly trainDays: number;
  readonly testDays: number;
  readonly stepDays: number;
}

const FORM = 'Write it like --walk-forward train=20d,test=5d or train=20d,test=5d,step=10d.';

/** Reads `train=20d,test=5d[,step=5d]`; the step is the test by default. Throws a Fault (`usage`) where tests would overlap. */
export function parseWalkForward(text: string): WalkForwardSpec {
  const given = new Map<string, number>();
  for (const part of text.split(',')) {
    const [, name, days] = /^(train|test|step)=(\d{1,5})d$/.exec(part.trim()) ?? [];
    if (name === undefined || given.has(name) || Number(days) === 0) {
      throw new Fault('usage', `--walk-forward ${text} cannot be read at "${part}"`, { next: FORM });
    }
    given.set(name, Number(days));
  }
  const trainDays = given.get('train');
  const testDays = given.get('test');
  if (trainDays === undefined || testDays === undefined) {
    throw new Fault('usage', `--walk-forward ${text} does not give both train and test`, { next: FORM });
  }
  const stepDays = given.get('step') ?? testDays;
  if (stepDays < testDays) {
    throw new Fault(
      'usage',
      `--walk-forward ${text}: with steps of ${stepDays} days, tests of ${testDays} days overlap`,
      {
        next: 'Make the step at least as long as the test: a day tested twice counts as two.',
      },
    );
  }
  return { trainDays, testDays, stepDays };
}

/**
 * The windows of a span of days, oldest first; the last test is shorter where the days run out. Tests never overlap each other, nor
 * any of them its own training days. None where the span is too short.
 */
export function windowsOf({ from, to }: DaySpan, { trainDays, testDays, stepDays }: WalkForwardSpec): Window[] {
  assert(stepDays >= testDays && testDays > 0 && trainDays > 0, 'tests of walk-forward windows would overlap');
  const last = dayNumber(to);
  const windows: Window[] = [];
  for (let first = dayNumber(from); first + trainDays <= last; first += stepDays) {
    const test = first + trainDays;
    windows.push({
      number: windows.length + 1,
      train: { from: dayText(first), to: dayText(test - 1) },
      test: { from: dayText(test), to: dayText(Math.min(test + testDays - 1, last)) },
    });
  }
  for (const [at, { train, test }] of windows.entries()) {
    assert(train.to < test.from, 'a window trains on days it is tested on');
    assert(at === 0 || windows[at - 1]!.test.to < test.from, 'two windows test the same day');
  }
  return windows;
}

/** Whether a day lies in a span. */
export function within({ from, to }: DaySpan, day: string): boolean {
  return day >= from && day <= to;
}

const DAY_MS = 86_400_000;

function dayNumber(day: string): number {
  const number = Date.parse(`${day}T00:00:00Z`) / DAY_MS;
  assert(Number.isInteger(number), `"${day}" is not a calendar day`);
  return number;
}

function dayText(number: number): string {
  return new Date(number * DAY_MS).toISOString().slice(0, 10);
}
