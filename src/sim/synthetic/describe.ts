import type { SyntheticConfig } from './config.ts';
import type { LifecycleShares } from './lifecycle.ts';

/** What is made up about a generated tape, one line each: to be shown wherever the tape is. */
export function describeSynthetic(config: SyntheticConfig): string[] {
  const places = config.cities.filter(({ place }) => place !== undefined);
  const invented = config.cities.filter(({ place }) => place === undefined);
  const named = (cities: SyntheticConfig['cities']) => cities.map(({ name }) => name).join(', ');
  const share = Math.round(config.informedSweepShare * 1_000) / 10;
  return [
    `SYNTHETIC tape, generated from seed "${config.seed}": no venue, price, trade or temperature in it is real.`,
    `${[
      ...(invented.length > 0 ? [`Cities that do not exist (${named(invented)})`] : []),
      ...(places.length > 0 ? [`Made-up weather and markets under the names of ${named(places)}`] : []),
    ].join('; ')}, ${config.days} day${config.days === 1 ? '' : 's'} from ${config.firstDay}, six brackets each.`,
    'The high is drawn, and belief in it moves as a martingale; real weather has floors, fronts and habits that this has not.',
    'Three market makers a bracket quote around a shared, slightly wrong view of the true probability and refill a swept book within 8 ms.',
    'Noise traders take and rest on a side that chance decides; quotes that news makes stale are withdrawn, or taken, within 1 ms, before we could see it.',
    share === 0
      ? 'Sweeps of $1,000 to $20,000 come from traders who know nothing: no edge is planted, and following or fading them should lose about its costs.'
      : `AN EDGE IS PLANTED: ${share} % of the sweeps of $1,000 to $20,000 come from traders who know the outcome.`,
    'Quotes move before a forecast or an observation reaches the tape, so that reacting to one earns nothing.',
    `Pace ${config.activity} of the measured one, depth ${config.depth} times a measured evening (docs/synthetic.md).`,
    ...lifeLines(config),
    'What a backtest earns or loses here says whether the program works. It says nothing of any market.',
  ];
}

const LIVES: readonly (readonly [name: keyof LifecycleShares, what: string])[] = [
  ['paused', 'of markets are paused once'],
  ['closedEarly', 'of events close early'],
  ['reopened', 'of events are opened again after their close'],
  ['disputed', 'of results are disputed and amended'],
  ['voided', 'of events are void and pay the last fair price'],
  ['scalar', 'of events pay between nothing and a dollar'],
  ['fineGrid', 'of events trade in tenths of a cent at both ends'],
  ['gridChanged', 'of events change to that grid in mid-life'],
];

function lifeLines({ lifecycle }: SyntheticConfig): string[] {
  const told = LIVES.filter(([name]) => lifecycle[name] > 0);
  if (told.length === 0) return [];
  return [
    `By chance ${told.map(([name, what]) => `${Math.round(lifecycle[name] * 1_000) / 10} % ${what}`).join(', ')}.`,
  ];
}
