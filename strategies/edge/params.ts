import { cents, choice, duration, flag, integer, number, type ParamsOf, quantity } from '../../src/engine/params.ts';
import { CITIES } from '../../src/weather/cities.ts';
import { BRACKET_RULES } from '../../src/weather/edge.ts';

const EVERY_CITY = 'all';

export const EDGE_PARAMS = {
  aggressiveness: number({
    standard: 0.5,
    min: 0,
    max: 1,
    help: 'the dial: confidence asked for, share of Kelly, patience and share of the depth, all together',
  }),
  city: choice([EVERY_CITY, ...CITIES.map(({ name }) => name)], {
    standard: EVERY_CITY,
    help: 'the city to trade, or all that have a model',
  }),
  gap: number({
    standard: 1.5,
    min: 0,
    help: '°F by which the expected high of the model and that of the market must differ',
  }),
  bracket: choice(BRACKET_RULES, { standard: 'best_value', help: 'which bracket to trade' }),
  leastValue: cents({ standard: 2, min: 0, max: 50, help: 'expected gain a contract after the taker fee, at least' }),
  patience: duration({
    standard: 120,
    min: 1,
    help: 'how long an entry rests before it takes, times the dial and the traded volume',
  }),
  retry: duration({ standard: 1_800, min: 0, help: 'after an entry, leave its market this long' }),
  positionsInCity: integer({ standard: 4, min: 1, help: 'markets of one city held at one time' }),
  allowMultipleOrdersSameBracket: flag({
    standard: false,
    help: 'enter a market again that is held already, on the same side',
  }),
  maxContracts: quantity({ standard: 100, min: 0.01, role: 'size', help: 'cap of every entry' }),
  fromHour: number({
    standard: -3,
    min: -48,
    max: 24,
    help: 'first look, in hours from the beginning of the climate day',
  }),
  untilHour: number({ standard: 9, min: -48, max: 24, help: 'last look' }),
} as const;

export type EdgeParams = ParamsOf<typeof EDGE_PARAMS>;
