import { describe, expect, it } from 'vitest';
import type { SweepFlags } from '../../src/cli/backtest-flags.ts';
import { checkCity, modelNotes } from '../../src/cli/model-notes.ts';
import { withShorthands } from '../../src/cli/shorthands.ts';
import type { Market } from '../../src/core/market.ts';
import type { ModelSet } from '../../src/model/model-set.ts';

const written = (more: Partial<SweepFlags>) => {
  const { param, sweep } = withShorthands({ param: [], sweep: [], ...more } as unknown as SweepFlags);
  return { param, sweep };
};

describe('flags that stand for parameters', () => {
  it('are written out', () => {
    expect(written({ city: 'Los Angeles', aggressiveness: '0.3', param: ['gap=2'] })).toEqual({
      param: ['gap=2', 'city=los-angeles', 'aggressiveness=0.3'],
      sweep: [],
    });
    expect(written({ dial: '0:1:0.1', sweep: ['gap=1,2'] })).toEqual({
      param: [],
      sweep: ['gap=1,2', 'aggressiveness=0..1/0.1'],
    });
  });

  it.each(['1:0:0.1', '0:1:0', '0:1', '0..1/0.1', 'all'])('refuse a dial of %s', (dial) => {
    expect(() => written({ dial })).toThrow(`--dial ${dial} is not from:to:step`);
  });

  it('refuse one dial beside another', () => {
    expect(() => written({ dial: '0:1:0.5', aggressiveness: '1' })).toThrow('cannot go together');
  });
});

describe('notes on models', () => {
  const models = {
    facts: { digest: 'd', cities: ['chicago', 'miami'], learnt: ['2024-04-01', '2024-12-31'] },
  } as unknown as ModelSet;
  const market = (series: string, day: string) => ({ series, day }) as Market;

  it('are none where no model is asked, or all days are new to it', () => {
    expect(modelNotes(null, [market('KXHIGHCHI', '2024-05-01')])).toEqual([]);
    expect(modelNotes(models, [market('KXHIGHCHI', '2025-05-01')])).toEqual([]);
  });

  it('say that there is nothing to trade, or that days are known already', () => {
    expect(modelNotes(models, [market('KXHIGHTBOS', '2025-05-01')])[0]).toMatch(
      /no market of this tape is about a city that has a model \(chicago, miami\)/,
    );
    const days = ['2024-05-01', '2024-05-01', '2025-05-01'].map((day) => market('KXHIGHMIA', day));
    expect(modelNotes(models, days)[0]).toMatch(/have learnt from 1 of the 2 days of this tape/);
  });

  it('refuse one city that has no model, and no other', () => {
    const named = { ...models, names: new Set(['chicago/high', 'miami/high']) } as unknown as ModelSet;
    expect(() => checkCity(named, 'boston')).toThrow('there is no model of boston');
    for (const city of ['chicago', 'all', undefined]) expect(() => checkCity(named, city)).not.toThrow();
    expect(() => checkCity(null, 'boston')).not.toThrow();
  });
});
