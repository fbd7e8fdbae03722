import { Fault } from '../../core/fault.ts';
import type { Market } from '../../core/market.ts';
import { Misuse } from '../../core/misuse.ts';
import { Random } from '../../core/random.ts';
import { type ParamSchema, readParams, type WrittenParams, writtenParams } from '../../engine/params.ts';
import type { Control, Strategy, StrategyModule, Survey } from '../../engine/strategy.ts';
import { checkStrategy } from '../../engine/strategy-shape.ts';
import type { ArmResult, TapeFacts } from '../store/run-result.ts';
import { asking } from './strategy-fault.ts';

/** One set of parameters of the strategy in a run: the one asked for, or a control beside it. */
export class Arm {
  readonly name: string;
  readonly control: boolean;
  readonly written: WrittenParams;
  readonly survey: Survey<unknown> | undefined;
  /** Where a control is drawn several times: which control this is a draw of. */
  readonly draw: ArmResult['draw'];
  readonly #module: StrategyModule;
  readonly #values: never;
  readonly #seed: string;

  constructor(
    module: StrategyModule,
    name: string,
    control: boolean,
    given: WrittenParams,
    markets: readonly Market[],
    seed: string,
    draw?: ArmResult['draw'],
  ) {
    this.name = name;
    this.draw = draw;
    this.control = control;
    this.written = writtenParams(module.params, given);
    this.#module = module;
    this.#values = readParams(module.params, given) as never;
    this.#seed = `${seed}/${name}`;
    this.survey = asking(module.name, 'in survey', () => {
      const survey = module.survey?.(this.#values, markets, new Random(`${this.#seed}/survey`));
      if (survey === undefined) return undefined;
      if (typeof survey?.onTrade === 'function' && typeof survey.finish === 'function') return survey;
      throw new Misuse('survey gave something else than { onTrade, finish } or undefined');
    });
  }

  /** A fresh strategy with its own randomness; every lane of an arm draws the same numbers. `remark` hears what looks like a slip. */
  create(
    facts: Pick<TapeFacts, 'grade'>,
    found: unknown,
    remark: (text: string) => void = () => {},
  ): { strategy: Strategy; random: Random } {
    const random = new Random(`${this.#seed}/strategy`);
    const setup = { grade: facts.grade, random: random.fork('setup'), survey: found };
    const strategy = asking(this.#module.name, 'in create', () => {
      const created = this.#module.create(this.#values, setup);
      for (const text of checkStrategy(created)) remark(text);
      if (made.has(created)) throw new Misuse('create gave one strategy twice: each lane needs a new one of its own');
      made.add(created);
      return created;
    });
    return { strategy, random };
  }
}

/** Every strategy handed out: two lanes that shared one would see each other. */
const made = new WeakSet<Strategy>();

/** The arm asked for first, then its controls. Throws a Fault (`invalid-parameter`) for a bad parameter. */
export function armsOf(
  module: StrategyModule<ParamSchema>,
  given: WrittenParams,
  withControls: boolean,
  markets: readonly Market[],
  seed: string,
): Arm[] {
  const values = readParams(module.params, given) as never;
  const name = asking(module.name, 'in label', () => labelOf(module, values));
  const arms = [new Arm(module, name, false, given, markets, seed)];
  if (!withControls) return arms;
  for (const control of asking(module.name, 'in controls', () => controlsOf(module, values, name))) {
    const { name: of, draws = 1 } = control;
    for (let number = 1; number <= draws; number++) {
      const draw = draws === 1 ? undefined : { of, number };
      const drawn = draw === undefined ? of : `${of} ${number}`;
      arms.push(new Arm(module, drawn, true, { ...given, ...control.params }, markets, seed, draw));
    }
  }
  return arms;
}

function labelOf(module: StrategyModule<ParamSchema>, values: never): string {
  const label: unknown = module.label?.(values) ?? module.name;
  if (typeof label === 'string' && label !== '') return label;
  throw new Misuse(`label gave ${typeof label}, not a name`);
}

const MOST_DRAWS = 100;

/** The controls that a strategy names, checked: each a name of its own and parameters. */
function controlsOf(module: StrategyModule<ParamSchema>, values: never, main: string): readonly Control[] {
  const controls: unknown = module.controls?.(values) ?? [];
  if (!Array.isArray(controls)) throw new Misuse('controls gave something else than a list of { name, params }');
  const names = new Set([main]);
  for (const control of controls as (Partial<Control> | null)[]) {
    if (typeof control?.name !== 'string' || typeof control.params !== 'object' || control.params === null) {
      throw new Misuse('controls gave an entry without a name or params');
    }
    const { draws = 1 } = control;
    if (!Number.isInteger(draws) || draws < 1 || draws > MOST_DRAWS) {
      throw new Misuse(`controls asked for ${draws} draws of "${control.name}": 1 to ${MOST_DRAWS} are possible`);
    }
    if (names.has(control.name)) throw new Misuse(`controls gave the name "${control.name}" twice, or the run's own`);
    names.add(control.name);
  }
  return controls;
}

/** Throws a Fault (`usage`) for a strategy that runs on SYNTHETIC tapes only, on a recorded one. */
export function checkTape({ name, onlySynthetic }: StrategyModule, tape: TapeFacts): void {
  if (onlySynthetic !== true || tape.synthetic) return;
  throw new Fault('usage', `strategy "${name}" looks ahead and runs on SYNTHETIC tapes only`, {
    next: `The tape "${tape.name}" is recorded: name another strategy, or leave --tape out for the demo tape.`,
  });
}
