import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readMapping } from '../../../src/tape/import/mapping.ts';
import { prepare, TRADES } from './small-source.ts';

const T = 1_727_784_000;
const TRADE = { 'trades.csv': `ticker,ts,price,size,taker\nS-E-A,${T + 3},47,2,1\n` };
const SIGNAL = {
  source: { format: 'csv', files: 'forecasts.csv' } as { format: string; files: string; optional?: boolean },
  name: { sql: "'forecast-high/' || city" },
  value: 'high',
  unit: '°F',
  about: 'day',
  issueTime: { column: 'issued', unit: 'seconds' } as Record<string, unknown>,
};
const forecasts = (...rows: string[]) => ({ ...TRADE, 'forecasts.csv': `city,day,high,issued\n${rows.join('\n')}\n` });
const withSignals = (...signals: object[]) => ({ ...TRADES, signals });
const told = (details: readonly Record<string, unknown>[]) => details.filter(({ type }) => type === 'signal');

describe('signals of a mapping', () => {
  it('stand on the tape at the time of their issue, with the day they speak of', async () => {
    const { details } = await prepare(
      withSignals(SIGNAL),
      forecasts(`chicago,2024-10-02,71.5,${T + 9}`, `miami,2024-10-02,88,${T}`),
    );
    const signal = { unit: '°F', about: '2024-10-02' };
    expect(told(details)).toMatchObject([
      { signal: { ...signal, name: 'forecast-high/miami', value: 88, issueTime: T * 1e6 }, at: T * 1e6 },
      {
        signal: { ...signal, name: 'forecast-high/chicago', value: 71.5, issueTime: (T + 9) * 1e6 },
        at: (T + 9) * 1e6,
      },
    ]);
  });

  it('are left out, counted, where a number, a city, a day or a time is missing', async () => {
    const prepared = await prepare(
      withSignals(SIGNAL),
      forecasts(
        `chicago,2024-10-02,,${T}`,
        `chicago,2024-10-02,warm,${T}`,
        `chicago,2024-10-02,nan,${T}`,
        `,2024-10-02,70,${T}`,
        `chicago,,70,${T}`,
        'chicago,2024-10-02,70,soon',
        `chicago,2024-10-02,70,${T}`,
      ),
    );
    expect(told(prepared.details)).toHaveLength(1);
    expect(prepared.told('without a number, a name, a day or a time')).toBe(6);
  });

  it('are counted as declared where the mapping, not the source, says when they were issued', async () => {
    const issueTime = { column: 'issued', unit: 'seconds', because: 'made a day ahead' };
    const prepared = await prepare(withSignals({ ...SIGNAL, issueTime }), forecasts(`chicago,2024-10-02,70,${T}`));
    expect(prepared.told('issue time is not recorded')).toBe(1);
  });

  it('whose time was cut are known at the end of the step', async () => {
    const issueTime = { column: 'issued', unit: 'seconds', rounding: 'down', resolutionUs: 60_000_000 };
    const { details } = await prepare(withSignals({ ...SIGNAL, issueTime }), forecasts(`chicago,2024-10-02,70,${T}`));
    expect(told(details)).toMatchObject([{ at: (T + 60) * 1e6, signal: { issueTime: (T + 60) * 1e6 } }]);
  });

  it('of a file that may be absent are told of, of one that must be there refused', async () => {
    const source = { ...SIGNAL.source, optional: true };
    const prepared = await prepare(withSignals({ ...SIGNAL, source }), TRADE);
    expect(told(prepared.details)).toEqual([]);
    expect(prepared.told('no such file')).toBe(1);
    await expect(prepare(withSignals(SIGNAL), TRADE)).rejects.toMatchObject({ code: 'missing-file' });
  });

  it('name the column that their file lacks', async () => {
    await expect(
      prepare(withSignals({ ...SIGNAL, value: 'hi' }), forecasts(`chicago,2024-10-02,70,${T}`)),
    ).rejects.toMatchObject({
      code: 'missing-column',
      message: expect.stringContaining('forecasts.csv has no column "hi"'),
    });
  });
});

describe('a mapping that extends another', () => {
  const folder = mkdtempSync(join(tmpdir(), 'tapedeck-extends-'));
  const write = (name: string, mapping: object) => writeFileSync(join(folder, `${name}.json`), JSON.stringify(mapping));
  write('base', TRADES);

  it('has its fields, and its own over them', () => {
    write('own', { tapedeck: 'mapping/1', extends: 'base', name: 'own', signals: [SIGNAL] });
    const { mapping } = readMapping(join(folder, 'own.json'));
    expect(mapping).toMatchObject({ name: 'own', origin: 'a test', rows: 'trades' });
    expect(mapping.signals).toHaveLength(1);
  });

  it.each([
    ['nothing that is there', 'nowhere'],
    ['itself', 'bad'],
    ['a path', '../base'],
    ['no name', 7],
  ])('is refused where it extends %s', (_, name) => {
    write('bad', { tapedeck: 'mapping/1', extends: name, name: 'bad' });
    expect(() => readMapping(join(folder, 'bad.json'))).toThrow(expect.objectContaining({ code: 'invalid-mapping' }));
  });

  it('is refused where the other extends a third', () => {
    write('own', { extends: 'base', name: 'own' });
    write('bad', { extends: 'own', name: 'bad' });
    expect(() => readMapping(join(folder, 'bad.json'))).toThrow('itself extends another');
    rmSync(folder, { recursive: true });
  });
});
