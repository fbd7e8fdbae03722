import { defineStrategy } from '../../src/engine/strategy.ts';
import { WHALE_PARAMS } from './params.ts';
import { type Placebo, PlaceboSurvey } from './placebo.ts';
import { Whale } from './whale.ts';

const MODES = ['follow', 'fade', 'placebo'] as const;

/** One draw is as noisy as the whales it stands against: docs/proof.md shows what more of them buy. */
const PLACEBO_DRAWS = 5;

export default defineStrategy<typeof WHALE_PARAMS, Placebo>({
  name: 'whale',
  summary: 'trades with, or against, takers who sweep a market for a large amount',
  params: WHALE_PARAMS,
  create: (params, setup) => new Whale(params, setup.survey),
  label: (params) => params.mode,
  survey: (params, _markets, random) => (params.mode === 'placebo' ? new PlaceboSurvey(params, random) : undefined),
  controls: (params) =>
    MODES.filter((mode) => mode !== params.mode).map((mode) => ({
      name: mode,
      params: { mode },
      draws: mode === 'placebo' ? PLACEBO_DRAWS : 1,
    })),
});
