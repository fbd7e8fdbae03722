import { describe, expect, it } from 'vitest';
import { CITIES } from '../../src/weather/cities.ts';
import { tapedeck } from './compiled.ts';

describe('cities', () => {
  it('lists every city with its series, what settles it, and when its day ends', async () => {
    const { stdout, stderr, status } = await tapedeck(['cities']);
    expect(status).toBe(0);
    for (const { name, series, station } of CITIES) {
      const line = stdout.split('\n').find((each) => each.startsWith(`${name} `));
      expect(line).toContain(`${series} `);
      expect(line).toContain(station.climateReport);
    }
    expect(stdout).toMatch(/^chicago .* 06:00$/m);
    expect(stderr).toContain('2026-08-14');
  });

  it('gives a program the same, and both settlement sources', async () => {
    const { stdout } = await tapedeck(['cities', '--json']);
    const { cities, settlement } = JSON.parse(stdout);
    expect(cities).toEqual(CITIES);
    expect([settlement.before.name, settlement.since.name]).toEqual([
      'National Weather Service',
      'The Weather Company',
    ]);
  });

  it('are named to whoever asks for another', async () => {
    const { stderr, status } = await tapedeck(['record', '--city', 'gotham']);
    expect(status).toBe(2);
    expect(stderr).toContain('no such city is known: "gotham"');
    expect(stderr).toContain('philadelphia');
    expect(stderr).not.toMatch(/\n +at /);
  });
});
