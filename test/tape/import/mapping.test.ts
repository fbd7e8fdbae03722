import { readdirSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { lineOfPath } from '../../../src/tape/import/json-position.ts';
import { parseMapping, readMapping } from '../../../src/tape/import/mapping.ts';
import { QUOTES, TRADES } from './small-source.ts';

const text = (mapping: object) => JSON.stringify(mapping, null, 2);

describe('a mapping file', () => {
  it('is refused with the line of each wrong field', () => {
    const wrong = text({ ...TRADES, price: { column: 'price', unit: 'pence' } });
    const line = wrong.split('\n').findIndex((row) => row.includes('pence')) + 1;
    expect(() => parseMapping(wrong, 'm.json')).toThrow(new RegExp(`line ${line}, price.unit`));
  });

  it('is refused when it has a field that nobody reads', () => {
    expect(() => parseMapping(text({ ...TRADES, prise: 1 }), 'm.json')).toThrow('prise');
  });

  it('is refused when it is no JSON, or not there', () => {
    expect(() => parseMapping('{', 'm.json')).toThrow(expect.objectContaining({ code: 'invalid-mapping' }));
    expect(() => readMapping('/nowhere/m.json')).toThrow(expect.objectContaining({ code: 'missing-file' }));
  });

  it('must name the zone of a naive time, and no zone otherwise', () => {
    expect(() => parseMapping(text({ ...TRADES, time: { column: 'ts', unit: 'naive' } }), 'm.json')).toThrow('zone');
    expect(() =>
      parseMapping(text({ ...TRADES, time: { column: 'ts', unit: 'seconds', zone: 'UTC' } }), 'm.json'),
    ).toThrow('zone');
  });

  it('is refused when it names a zone that is none', () => {
    const time = { column: 'ts', unit: 'naive', zone: 'America/New_Yorck' };
    expect(() => parseMapping(text({ ...TRADES, time }), 'm.json')).toThrow('time.zone: is no time zone');
  });

  it('must have what its kind of row needs', () => {
    const { price: _, ...unpriced } = TRADES;
    expect(() => parseMapping(text(unpriced), 'm.json')).toThrow('need price');
    const { ask: __, ...oneSided } = QUOTES;
    expect(() => parseMapping(text(oneSided), 'm.json')).toThrow('need ask');
    const samples = { ...QUOTES, coverage: { basis: 'declared', claim: 'c', span: 'samples' } };
    expect(() => parseMapping(text(samples), 'm.json')).toThrow('need coverage');
  });

  it.each(readdirSync('data/mappings'))('%s of the project is valid and named as its file', (file) => {
    expect(readMapping(`data/mappings/${file}`).mapping.name).toBe(file.replace('.json', ''));
  });
});

describe('the line of a value in JSON text', () => {
  const json = '{\n  "a": { "x": "}",\n    "b": [1,\n      {"c": "\\"d"}]\n  },\n  "e": null\n}';

  it('is found through objects, lists and texts that look like structure', () => {
    expect([['a'], ['a', 'b'], ['a', 'b', '1', 'c'], ['e']].map((path) => lineOfPath(json, path))).toEqual([
      2, 3, 4, 6,
    ]);
  });

  it('is that of the nearest parent where the value is missing', () => {
    expect(lineOfPath(json, ['a', 'nothing'])).toBe(2);
    expect(lineOfPath(json, [])).toBe(1);
  });
});
