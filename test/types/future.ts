import { seconds } from '../../src/core/time.ts';
import { number } from '../../src/engine/params.ts';
import { defineStrategy } from '../../src/engine/strategy.ts';
import type { Case } from './case.ts';

export const signalAhead: Case = ({ context }) => {
  // @ts-expect-error TS2339: signals are heard in `onSignal` when they were issued; there is no list to read ahead in
  return context.signals;
};

export const outcomeAhead: Case = ({ context, facts, market }) => {
  // @ts-expect-error TS2339: a market does not know how it will settle
  if (facts.outcome === 'yes') return;
  // @ts-expect-error TS2339: nor does the context
  return context.settlement(market);
};

export const nextTrade: Case = ({ context, trade }) => {
  // @ts-expect-error TS2339: there is no tape to read in
  return context.tape[trade.sequence + 1];
};

export const clockAhead: Case = ({ context }) => {
  // @ts-expect-error TS2540: nobody sets the clock
  context.now += seconds(60);
};

export const reissued: Case = ({ signal, context }) => {
  // @ts-expect-error TS2540: when a signal was issued is not ours to say
  signal.issueTime = context.now;
};

export const surveyed = defineStrategy({
  name: 'peek',
  summary: 'a strategy without a survey has nothing surveyed',
  params: { share: number({ standard: 1, help: 'of nothing' }) },
  create: (_, setup) => ({
    onStart() {
      // @ts-expect-error TS18048: only a control may look at the tape first, and then says what it keeps
      return setup.survey.trades;
    },
  }),
});

export const unknownParam = defineStrategy({
  name: 'typo',
  summary: 'parameters are typed by their definitions',
  params: { threshold: number({ standard: 1, help: 'of nothing' }) },
  create: (params) => ({
    onStart() {
      // @ts-expect-error TS2551: a parameter that is not defined
      return params.treshold;
    },
  }),
});
