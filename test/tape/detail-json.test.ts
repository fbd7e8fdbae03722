import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { detailMarket, formatDetail, parseBands, parseDetail } from '../../src/tape/detail-json.ts';
import { MARKET_COUNT, tapeRows } from './random-rows.ts';

describe('the stored form of a detail', () => {
  test('any detail comes back equal, and its text does not depend on the order of its fields', () => {
    fc.assert(
      fc.property(tapeRows, (rows) => {
        for (const { detail } of rows) {
          if (detail === null) continue;
          const text = formatDetail(detail);
          expect(parseDetail(text, MARKET_COUNT)).toEqual(detail);
          expect(formatDetail(parseDetail(reversed(text), MARKET_COUNT))).toBe(text);
        }
      }),
      { numRuns: 100 },
    );
  });

  test('a fee change and a signal are about no market', () => {
    const change =
      '{"type":"fees","change":{"series":"KX","event":null,"from":1,"type":"quadratic","multiplierE4":5000}}';
    expect(detailMarket(parseDetail(change, 0))).toBe(null);
    const settled = '{"type":"settlement","settlement":{"market":2,"outcome":"no","value":0}}';
    expect(detailMarket(parseDetail(settled, 3))).toBe(2);
  });

  test.each([
    ['no JSON', 'oops'],
    ['no object', '7'],
    ['an unknown type', '{"type":"rain"}'],
    ['no change', '{"type":"coverage"}'],
    ['a market outside the tape', '{"type":"coverage","change":{"market":3,"covered":true,"reason":""}}'],
    ['a negative market', '{"type":"coverage","change":{"market":-1,"covered":true,"reason":""}}'],
    ['covered as text', '{"type":"coverage","change":{"market":0,"covered":"yes","reason":""}}'],
    ['an unknown status', '{"type":"lifecycle","change":{"market":0,"status":"sleeping"}}'],
    ['a time with a fraction', '{"type":"lifecycle","change":{"market":0,"closeTime":1.5}}'],
    ['an empty grid', '{"type":"lifecycle","change":{"market":0,"grid":[]}}'],
    ['a grid that is no list', '{"type":"lifecycle","change":{"market":0,"grid":{"bands":[]}}}'],
    ['a settlement above a dollar', '{"type":"settlement","settlement":{"market":0,"outcome":"yes","value":10001}}'],
    ['a settlement without a value', '{"type":"settlement","settlement":{"market":0,"outcome":"yes"}}'],
    [
      'an unknown fee formula',
      '{"type":"fees","change":{"series":"S","event":null,"from":1,"type":"flat","multiplierE4":1}}',
    ],
    [
      'a signal of no number',
      '{"type":"signal","signal":{"name":"n","value":null,"unit":"","issueTime":1,"about":""}}',
    ],
  ])('%s is refused', (_, text) => {
    expect(() => parseDetail(text, 3)).toThrow(expect.objectContaining({ name: 'Fault' }));
  });

  test('bands that are not JSON are refused', () => {
    expect(() => parseBands('0-100 by 1')).toThrow('price bands are not JSON');
    expect(parseBands('[{"start":0,"end":10000,"step":100}]').size).toBe(99);
  });
});

/** The same JSON with the fields of every object in reverse order. */
function reversed(text: string): string {
  const turn = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(turn);
    if (typeof value !== 'object' || value === null) return value;
    return Object.fromEntries(
      Object.entries(value)
        .reverse()
        .map(([name, inner]) => [name, turn(inner)]),
    );
  };
  return JSON.stringify(turn(JSON.parse(text)));
}
