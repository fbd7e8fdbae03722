import { describe, expect, it } from 'vitest';
import { TRADE } from '../../src/core/market-event.ts';
import type { Answer, Question } from '../../src/core/prediction.ts';
import { milliseconds } from '../../src/core/time.ts';
import type { Context, Prediction, Strategy, Trade } from '../../src/engine/strategy.ts';
import { INFERENCE_DELAY } from '../../src/sim/latency.ts';
import { ScoreBoard } from '../../src/sim/score-board.ts';
import { play, type Scene } from './replay-of.ts';
import { opens, type Row } from './tape-of.ts';

const print = (at: number): Row => ({ at, kind: TRADE, market: 0, side: 0, price: 40, quantity: 1 });

/** A model that doubles, known by its name only. */
class Doubling {
  readonly names = new Set(['double']);
  readonly kept = new Map<string, Answer>();
  calls = 0;
  remembers = false;

  recall({ features }: Question): Answer | null {
    return this.remembers ? (this.kept.get(features.join()) ?? null) : null;
  }

  answer(questions: readonly Question[]): void {
    this.calls++;
    for (const question of questions) {
      question.answer = { outputs: [[...question.features].map((each) => 2 * each)], missing: null };
      this.kept.set(question.features.join(), question.answer);
    }
  }
}

/** Asks at each print how many there were, and notes when it was told and what had happened by then. */
class Asking implements Strategy {
  readonly heard: string[] = [];
  prints = 0;

  onTrade(_trade: Trade, context: Context): void {
    this.prints++;
    context.predict('double', Float64Array.of(this.prints % 3), `print ${this.prints}`);
  }

  onPrediction({ tag, outputs, askedTime, localTime, id }: Prediction): void {
    this.heard.push(`${id} ${tag}: ${outputs} after ${localTime - askedTime} us, ${this.prints} prints by then`);
  }
}

const ROWS = [...opens(), print(0), print(10), print(20), print(45), print(46)];

function asked(scene: Partial<Scene>, models = new Doubling()) {
  const strategy = new Asking();
  const scores = new ScoreBoard(models);
  const { journal } = play({ rows: ROWS, strategy, scores, wait: () => models.answer(scores.take()), ...scene });
  return { heard: strategy.heard, lines: journal.lines, models };
}

describe('a question to a model', () => {
  it('is answered a stated time later, in order, between the rows of that time', () => {
    const { heard, lines } = asked({});
    expect(INFERENCE_DELAY).toBe(milliseconds(20));
    expect(heard).toEqual([
      '1 print 1: 2 after 20000 us, 3 prints by then',
      '2 print 2: 4 after 20000 us, 3 prints by then',
      '3 print 3: 0 after 20000 us, 3 prints by then',
    ]);
    expect(lines.filter((line) => line.startsWith('prediction'))).toEqual([
      'prediction 1 double print 1 [[2]]',
      'prediction 2 double print 2 [[4]]',
      'prediction 3 double print 3 [[0]]',
    ]);
  });

  it('makes no difference to anything by how the tape is cut, or by what is remembered', () => {
    const whole = asked({});
    for (const blockRows of [1, 2, 3]) expect(asked({ blockRows }).heard).toEqual(whole.heard);
    const remembering = new Doubling();
    remembering.remembers = true;
    expect(asked({}, remembering).heard).toEqual(whole.heard);
    const again = asked({}, remembering);
    expect(again.heard).toEqual(whole.heard);
    expect(remembering.calls).toBeLessThanOrEqual(whole.models.calls);
    expect(whole.models.calls).toBeGreaterThan(0);
  });

  it('is asked of the features as they were, whatever the strategy does with its array', () => {
    const features = Float64Array.of(1);
    const heard: unknown[] = [];
    const strategy: Strategy = {
      onTrade: (_, context) => {
        context.predict('double', features, 'x');
        features[0] = 100;
      },
      onPrediction: ({ outputs }) => heard.push(outputs),
    };
    asked({ strategy, rows: [...opens(), print(0), print(100)] });
    expect(heard).toEqual([[[2]]]);
  });

  it('is never answered where the tape ends before', () => {
    expect(asked({ rows: [...opens(), print(0)] }).heard).toEqual([]);
  });

  it.each<[string, (context: Context) => unknown, RegExp]>([
    [
      'a model that is not there',
      (context) => context.predict('triple', Float64Array.of(1), ''),
      /no model "triple": double/,
    ],
    ['no features', (context) => context.predict('double', new Float64Array(), ''), /needs features/],
    ['a list', (context) => context.predict('double', [1] as never, ''), /as a Float64Array/],
    ['no tag', (context) => context.predict('double', Float64Array.of(1), 1 as never), /a text as its tag/],
  ])('is refused with %s', (_, ask, says) => {
    const strategy: Strategy = { onTrade: (_trade, context) => void ask(context) };
    expect(() => asked({ strategy })).toThrow(says);
  });

  it('is refused where no model is loaded', () => {
    const strategy: Strategy = {
      onTrade: (_, context) => {
        expect(context.models.size).toBe(0);
        context.predict('double', Float64Array.of(1), '');
      },
    };
    expect(() => play({ rows: ROWS, strategy })).toThrow(/no model is loaded/);
  });

  it('that asks again for ever at one time ends the run', () => {
    const strategy: Strategy = {
      onTrade: (_, context) => {
        for (let count = 0; count <= 100_000; count++) context.predict('double', Float64Array.of(1), '');
      },
    };
    expect(() => asked({ strategy, rows: [...opens(), print(0)] })).toThrow(/more than 100000 requests at one time/);
  });
});
