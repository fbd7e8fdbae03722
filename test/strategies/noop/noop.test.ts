import { expect, it } from 'vitest';
import { Random } from '../../../src/core/random.ts';
import noop from '../../../strategies/noop/strategy.ts';
import { PRINTS } from '../../sim/replay-of.ts';

it('noop hears nothing and has nothing to set', () => {
  const strategy = noop.create({}, { grade: PRINTS, random: new Random('test'), survey: undefined });
  expect(Object.keys(strategy)).toEqual([]);
  expect(noop.params).toEqual({});
});
