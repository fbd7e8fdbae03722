import { describe, expect, it } from 'vitest';
import { Fault } from '../../../src/core/fault.ts';
import { dollars } from '../../../src/core/money.ts';
import { contracts } from '../../../src/core/quantity.ts';
import { Random } from '../../../src/core/random.ts';
import { seconds } from '../../../src/core/time.ts';
import whale from '../../../strategies/whale/strategy.ts';
import { whaleParams } from './tapes.ts';

describe('the parameters of whale', () => {
  it('each is explained, within its own range, and says its unit', () => {
    for (const [name, definition] of Object.entries(whale.params)) {
      expect(definition.help.length, name).toBeGreaterThan(15);
      expect(definition.range, name).not.toBe('any');
      expect(definition.read(definition.standard).ok, name).toBe(true);
    }
  });

  it('the defaults are those of the strategy as published', () => {
    expect(whaleParams()).toMatchObject({
      mode: 'follow',
      threshold: dollars(1_000),
      high: dollars(10_000),
      window: seconds(0.05),
      reference: 'bid',
      maxAge: seconds(120),
      maxPositions: 3,
      maxSlippage: 0.02,
      maxTakerSlippage: 0.05,
      slippageBuffer: 0.2,
      contracts: contracts(5),
      entryWait: seconds(30),
      acceptShare: 0.8,
      exit: 'settlement',
      target: 0.3,
      stop: 0.15,
    });
  });

  it('Kelly assumes no edge by itself', () => {
    expect(whaleParams({ size: 'kelly' }).edge).toBe(0);
  });

  it('a word or a number that is not allowed is refused', () => {
    expect(() => whaleParams({ mode: 'copy' })).toThrow(Fault);
    expect(() => whaleParams({ threshold: 0 })).toThrow(Fault);
    expect(() => whaleParams({ treshold: 1_000 })).toThrow(Fault);
  });
});

describe('the controls of whale', () => {
  it('are the other two modes, with nothing else changed', () => {
    const names = (mode: string) => whale.controls!(whaleParams({ mode })).map(({ name, params }) => [name, params]);
    expect(names('follow')).toEqual([
      ['fade', { mode: 'fade' }],
      ['placebo', { mode: 'placebo' }],
    ]);
    expect(names('placebo').map(([name]) => name)).toEqual(['follow', 'fade']);
    expect(whale.controls!(whaleParams()).map(({ draws }) => draws)).toEqual([1, 5]);
  });

  it('only the placebo may see the tape before the run', () => {
    const surveyed = (mode: string) => whale.survey!(whaleParams({ mode }), [], new Random('test')) !== undefined;
    expect([surveyed('follow'), surveyed('fade'), surveyed('placebo')]).toEqual([false, false, true]);
  });
});
