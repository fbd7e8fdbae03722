import { resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Competitor } from '../../src/study/judge/competitors.ts';
import type { EdgeJudgement } from '../../src/study/judge/edge-judgement.ts';
import type { Judgement, JudgeReport } from '../../src/study/judge/judge.ts';
import { describeReal } from '../real-data.ts';
import { entriesOf, tapedeck, temporaryFolder, until } from './compiled.ts';

describe('evaluate', () => {
  const data = temporaryFolder();

  it('says what is missing where a tape has nothing to judge', async () => {
    const small = ['--cities', '1', '--days', '2', '--name', 'small', '--data', data, '--quiet'];
    expect((await tapedeck(['synth', ...small])).status).toBe(0);
    const { status, stdout, stderr } = await tapedeck(['evaluate', 'small', '--data', data, '--json']);
    expect(status).not.toBe(0);
    expect(stdout + stderr).toContain('too few errors');
    expect(stderr).not.toMatch(/\n +at /);
  });

  it.each([
    ['a tape that is not there', ['evaluate', 'nowhere'], 'no tape'],
    ['hours that are none', ['evaluate', 'small', '--hours', '99'], 'not a list of hours'],
    ['a day that is none', ['evaluate', 'small', '--from', '2025-02-30'], '--from 2025-02-30 is no day'],
    ['no source', ['evaluate'], 'evaluate is not told what to judge'],
  ])('refuses %s', async (_, args, says) => {
    const { status, stderr } = await tapedeck([...args, '--data', data]);
    expect(status).not.toBe(0);
    expect(stderr).toContain(says);
  });
});

const brierOf = ({ standings }: Judgement, whose: Competitor): number =>
  standings.find(({ competitor }) => competitor === whose)!.brier;

describeReal('kalshi-weather-trades', 'a folder of recorded days, evaluated', (folder) => {
  /** Where these runs put what they need for a while; others do so in the shared folder at the same time. */
  const aside = temporaryFolder();
  const environment = { TMPDIR: aside };
  const ours = () => entriesOf(aside).filter((name) => name.startsWith('tapedeck-'));

  it('finds that the market beats the forecast in every city, and leaves nothing behind', async () => {
    const { status, stdout, stderr } = await tapedeck(['evaluate', resolve(folder, '..'), '--json'], { environment });
    expect(status, stderr).toBe(0);
    const { judgements, events, synthetic, learnt, findings } = JSON.parse(stdout) as JudgeReport & {
      synthetic: boolean;
    };
    expect({ events, synthetic }).toEqual({ events: 1_594, synthetic: false });
    expect(judgements.map(({ city, hour }) => `${city} ${hour}`)).toEqual(
      [-3, 9].flatMap((hour) =>
        [null, 'austin', 'chicago', 'denver', 'miami', 'new-york'].map((city) => `${city} ${hour}`),
      ),
    );
    for (const { city, standings, gaps } of judgements) {
      const [market, model, forecast, climatology] = standings;
      expect(standings.map(({ competitor }) => competitor)).toEqual(['market', 'model', 'forecast', 'climatology']);
      expect(model!.againstMarket!.lower).toBeGreaterThan(0);
      expect(market!.brier, `${city}`).toBeLessThan(forecast!.brier);
      expect(forecast!.brier).toBeLessThan(climatology!.brier);
      expect(forecast!.againstMarket!.lower).toBeGreaterThan(0);
      expect(gaps.forecastNearer / gaps.count).toBeLessThan(0.45);
    }
    // Known from others' work on a longer span: 0.670 against 0.801 over five cities in the evening before.
    expect(brierOf(judgements[0]!, 'market')).toBeCloseTo(0.66, 1);
    expect(brierOf(judgements[0]!, 'forecast')).toBeCloseTo(0.8, 1);
    // It has learnt from most of these days, and says so.
    expect(learnt).toEqual(['2024-04-01', '2024-12-31']);
    expect(findings).toContainEqual(expect.stringMatching(/^the model has learnt from \d+ of the days judged/));
    expect(ours()).toEqual([]);
  });

  it('finds no more in the model than in the forecast on the days that it was validated on, and none in either', async () => {
    const asked = ['--json', '--from', '2025-01-01', '--to', '2025-02-28', '--hours=-3'];
    // The folder may be named as the data folder too.
    const { status, stdout } = await tapedeck(['evaluate', '--data', resolve(folder, '..'), ...asked]);
    expect(status).toBe(0);
    const { judgements, events, findings, edges } = JSON.parse(stdout) as JudgeReport & { edges: EdgeJudgement };
    const [all] = judgements;
    expect([events, all!.firstDay, all!.lastDay, findings]).toEqual([295, '2025-01-01', '2025-02-28', []]);
    expect(brierOf(all!, 'model')).toBeGreaterThan(brierOf(all!, 'market') + 0.05);
    expect(Math.abs(brierOf(all!, 'model') - brierOf(all!, 'forecast'))).toBeLessThan(0.02);
    const parts = ({ standings }: Judgement, whose: Competitor) =>
      standings.find(({ competitor }) => competitor === whose)!.reliability;
    for (const whose of ['market', 'model', 'forecast'] as const) {
      const { reliability, resolution, uncertainty, bins } = parts(all!, whose);
      expect(reliability - resolution + uncertainty).toBeCloseTo(brierOf(all!, whose), 1);
      expect(bins.reduce((sum, { count }) => sum + count, 0)).toBe(6 * 295);
    }
    expect(parts(all!, 'market').reliability).toBeLessThan(parts(all!, 'model').reliability);
    // Six brackets of each event. The classifier ranks them as the price alone does, and it is not certain that it says more.
    expect([edges.candidates, edges.days]).toEqual([6 * 295, 59]);
    expect(Math.abs(edges.auc - edges.aucOfPrice)).toBeLessThan(0.01);
    expect(Math.abs(edges.logLoss - edges.priceOnly)).toBeLessThan(0.005);
    expect(edges.traded.map(({ trades }) => trades)).toEqual(
      edges.traded.map(({ trades }) => trades).sort((a, b) => a - b),
    );
  });

  it('leaves nothing behind where it is interrupted in the middle of the import', async () => {
    let importing = false;
    const { status, stderr } = await tapedeck(['evaluate', resolve(folder, '..')], {
      environment,
      during: async (child) => {
        const begun = () => ours().some((name) => entriesOf(aside, name, 'tapes').length > 0);
        try {
          await until(() => child.exitCode !== null || begun());
          importing = begun();
        } finally {
          child.kill('SIGINT');
        }
      },
    });
    expect(importing).toBe(true);
    expect(status).toBe(130);
    expect(stderr).toContain('[interrupted]');
    expect(ours()).toEqual([]);
  });
});
