import { describe, expect, it } from 'vitest';
import type { Fault } from '../../src/core/fault.ts';
import {
  cents,
  choice,
  duration,
  flag,
  integer,
  money,
  number,
  percent,
  price,
  quantity,
  readParams,
  writtenParams,
} from '../../src/engine/params.ts';

const schema = {
  threshold: money({ standard: 1_000, min: 1, help: 'cost of a sweep' }),
  window: duration({ standard: 0.05, min: 0, help: 'length of a sweep' }),
  size: quantity({ standard: 5, min: 0.01, help: 'contracts' }),
  slippage: percent({ standard: 2, min: 0, max: 100, help: 'worst slippage' }),
  edge: cents({ standard: 1.5, help: 'price distance' }),
  most: price({ standard: 30.5, min: 1, max: 99, help: 'a price' }),
  tries: integer({ standard: 3, min: 0, max: 9, help: 'how often' }),
  tilt: number({ standard: 0, help: 'any number' }),
  mode: choice(['follow', 'fade'], { standard: 'follow', help: 'direction' }),
  loud: flag({ standard: false, help: 'say more' }),
};

const faultOf = (given: Record<string, unknown>): Fault => {
  try {
    readParams(schema, given);
  } catch (error) {
    return error as Fault;
  }
  throw new Error('nothing was refused');
};

describe('strategy parameters', () => {
  it('defaults come in the exact units of the core', () => {
    expect(readParams(schema, {})).toEqual({
      threshold: 1_000_000_000,
      window: 50_000,
      size: 500,
      slippage: 0.02,
      edge: 150,
      most: 3_050,
      tries: 3,
      tilt: 0,
      mode: 'follow',
      loud: false,
    });
  });

  it('text from a command line reads like a value from a file', () => {
    const fromText = readParams(schema, { threshold: '2500', mode: 'fade', loud: 'true', size: '0.25' });
    expect(fromText).toEqual(readParams(schema, { threshold: 2_500, mode: 'fade', loud: true, size: 0.25 }));
    expect(fromText.size).toBe(25);
  });

  it('a manifest keeps what was written, defaults included', () => {
    expect(writtenParams(schema, { threshold: '2500', loud: 'true' })).toEqual(
      writtenParams(schema, { threshold: 2_500, loud: true }),
    );
    expect(writtenParams(schema, { threshold: '2500', loud: true })).toMatchObject({
      threshold: 2_500,
      size: 5,
      loud: true,
    });
  });

  it.each([
    [{ threshold: 0 }, /threshold=0 is outside 1 or more/, /dollars/],
    [{ threshold: 'lots' }, /is not a number/, /default 1000/],
    [{ size: 5.555 }, /size=5.555 has more digits than contracts can hold, 2 after the point/, /contracts/],
    [{ threshold: '0.0000001' }, /outside|more digits/, /dollars/],
    [{ tries: 1.5 }, /is not a whole number/, /0 to 9/],
    [{ mode: 'guess' }, /is not one of follow, fade/, /follow \| fade/],
    [{ loud: 'maybe' }, /is not true or false/, /true \| false/],
    [{ slippage: 101 }, /outside 0 to 100/, /%/],
    [{ thresh: 5 }, /no parameter "thresh"/, /Known parameters: threshold/],
  ])('%o is refused with what is allowed', (given, problem, next) => {
    const fault = faultOf(given);
    expect(fault.code).toBe('invalid-parameter');
    expect(fault.message).toMatch(problem);
    expect(fault.next).toMatch(next);
  });
});
